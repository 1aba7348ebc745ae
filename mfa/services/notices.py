"""Telling every confirmed phone and mailbox that all factors may go, or are gone.

Alerts go to the account's own address and the phone that was chosen for alerts, if any. This one
matters enough for those that were only ever asked for codes: the owner may have lost the rest, and
whoever asks for the removal reads the account's own mailbox.
"""

import logging
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.items import AlertKind, Channel
from alerts.services.handing_over import AddressRefused, hand_over
from core import crypto, gsm7, links, mail, sms
from core.errors import RateLimited
from core.ratelimit import Limit, give_back, hit
from core.sms_budget import SmsBudgetSpent, Use
from dynamo.table import Write
from jobs import services as jobs
from jobs.kinds import JobKind
from mfa.items import SENT, Method
from mfa.services.devices import confirmed_devices
from users.models import User

PER_USER = Limit(name="mfa_notice_user", times=20, seconds=86_400)
TEXTS: dict[AlertKind, str | Promise] = {
    AlertKind.MFA_RESET_ASKED: _("Somebody asked to remove your two-step sign-in. Stop it at"),
    AlertKind.MFA_RESET_SOON: _("Your two-step sign-in can be removed tomorrow. Stop it at"),
    AlertKind.MFA_RESET_DUE: _("Your two-step sign-in can be removed from now on. Stop it at"),
    AlertKind.MFA_RESET_DONE: _("Your two-step sign-in was removed. See"),
    AlertKind.MFA_RESET_REQUESTED: _("Staff were asked to remove your two-step sign-in. See"),
    AlertKind.MFA_RESET_BY_STAFF: _("Staff removed your two-step sign-in. See"),
}

logger = logging.getLogger(__name__)


def device_notice_writes(user: User, kind: AlertKind) -> list[Write]:
    """A job for each confirmed phone and mailbox; none for phones where no texts are sent."""
    on = [method for method in SENT if method in user.factors]
    return [
        jobs.enqueue_write(
            JobKind.MFA_NOTICE,
            ids={"user_sub": user.user_sub, "kind": str(kind), "method": str(method)},
            secret={"to": crypto.decrypt(device.sealed, context=device.context)},
        )
        for method in on
        if method is not Method.SMS or sms.is_configured()
        for device in confirmed_devices(user.user_sub, method)
    ]


def mail_notice(*, kind: AlertKind, address: str, message_id: str) -> None:
    """Only its job calls this. Raises what core.mail.send() raises."""
    shown = {"text": TEXTS[kind], "url": links.absolute(reverse("accounts:security"))}
    send = partial(mail.send, "mfa_notice", to=address, context=shown, message_id=message_id)
    with suppress(AddressRefused):  # the other channels are told all the same
        hand_over(Channel.EMAIL, message_id, send)


def send_phone_notice(*, user_sub: str, kind: AlertKind, number: str, message_id: str) -> None:
    """Only its job calls this. Raises what the provider raises."""
    if not sms.is_configured():
        return
    try:
        hit(PER_USER, user_sub)
    except RateLimited:
        logger.warning("too many text messages", extra={"kind": str(kind)})
        return
    link = links.absolute(reverse("accounts:security"))
    text = gsm7.fitted(f"{settings.SITE_NAME}: {TEXTS[kind]}", link=link)
    send = partial(sms.send, to=number, text=text, message_id=message_id, use=Use.ALERT)
    try:
        hand_over(Channel.SMS, message_id, send)
    except (SmsBudgetSpent, AddressRefused) as error:
        told = {"kind": str(kind), "error_code": type(error).__name__}
        logger.warning("text message skipped", extra=told)
    except Exception:
        give_back(PER_USER, user_sub)  # the next try counts again
        raise
