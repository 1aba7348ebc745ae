"""Taking a code to a phone. Only background jobs come here."""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from core import sms, sms_budget
from core.sms import SmsRefused
from core.sms_budget import SmsBudgetSpent, Use
from mfa.services.challenges import CODE_LIFETIME

MINUTES = int(CODE_LIFETIME / timedelta(minutes=1))

logger = logging.getLogger("mfa")


def text_code(*, number: str, code: str, use: Use, message_id: str, tries: int) -> None:
    """The first try was booked when the code was asked for; one that failed was given back.

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


def drop_code(*, use: Use, tries: int) -> None:
    """It no longer works, so nothing is sent, and what was booked for it is free again."""
    if tries == 1:
        sms_budget.give_back(use)
