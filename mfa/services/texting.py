"""Taking a code to a phone. Only background jobs come here."""

import logging
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from core import clock, sms, sms_budget
from core.sms import SmsOptedOut, SmsRefused
from core.sms_budget import SmsBudgetSpent, Use
from dynamo.errors import StorageError
from mfa.items import Method
from mfa.repository import DeviceRepository
from mfa.services.challenges import CODE_LIFETIME

MINUTES = int(CODE_LIFETIME / timedelta(minutes=1))

_phones = DeviceRepository(Method.SMS)
logger = logging.getLogger("mfa")


def text_code(
    *,
    user_sub: str,
    device_id: str,
    number: str,
    code: str,
    use: Use,
    message_id: str,
    tries: int,
) -> None:
    """The first try was booked when the code was asked for; one that failed was given back.

    Whether its owner replied STOP is noted with the phone, for the page that asks for the code.
    Raises what the backend raises, when another try is worth it.
    """
    text = _("%(code)s is your %(site)s code. It works for %(minutes)d minutes. Never share it.")
    values = {"code": code, "site": settings.SITE_NAME, "minutes": MINUTES}
    try:
        sms.send(to=number, text=text % values, message_id=message_id, use=use, booked=tries == 1)
    except SmsBudgetSpent:
        logger.warning("text message skipped", extra={"job_id": message_id})
    except SmsRefused as error:  # another try is useless
        told = {"job_id": message_id, "error_code": str(error)}
        logger.warning("text message refused", extra=told)
        if isinstance(error, SmsOptedOut):
            _phones.note_opt_out(user_sub, device_id, clock.now())
    else:
        _note_taken(user_sub, device_id)


def _note_taken(user_sub: str, device_id: str) -> None:
    """After the message: what fails here must not send it again."""
    with suppress(StorageError):
        device = _phones.find(user_sub, device_id)
        if device and device.opted_out_at:
            _phones.note_opt_out(user_sub, device_id, None)


def drop_code(*, use: Use, tries: int) -> None:
    """It no longer works, so nothing is sent, and what was booked for it is free again."""
    if tries == 1:
        sms_budget.give_back(use)
