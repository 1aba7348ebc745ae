"""Taking an alert to the mailbox or the phone of its owner. Only background jobs come here.

What a person chose is asked again when it is sent: it may have changed since it was routed.
Each function returns the writes that end its job.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.urls import reverse

from alerts.catalogue import CATALOGUE
from alerts.items import Alert, Channel, How, Mode, SuspensionReason
from alerts.repository import AlertRepository, PreferenceRepository
from alerts.services import digests, mails
from alerts.services.handing_over import AddressRefused, hand_over
from alerts.services.resolving import is_suspended, resolve
from alerts.services.suspending import suspension_writes
from core import clock, gsm7, links, phone_numbers, ratelimit, sms
from core.errors import RateLimited
from core.sms_budget import SmsBudgetSpent, Use
from dynamo.gather import gather
from dynamo.table import Write
from jobs import services as jobs
from jobs.kinds import JobKind
from users import services as users
from users.models import User

SMS_PER_DAY = ratelimit.Limit("alerts.sms", times=10, seconds=24 * 3600)
_KINDS = {Channel.EMAIL: JobKind.ALERT_MAIL, Channel.SMS: JobKind.ALERT_SMS}

logger = logging.getLogger("alerts")
_alerts = AlertRepository()
_preferences = PreferenceRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """An alert on its way to one channel; `occurrence`: which of its n it tells of."""

    user_sub: str
    alert_id: str
    channel: Channel
    occurrence: str

    @property
    def message_id(self) -> str:
        """The same for each try, so that the other side can tell a repeat."""
        return f"{self.alert_id}:{self.channel}:{self.occurrence}"


def errand_write(errand: Errand, *, due: datetime) -> Write:
    """The job that runs it: by mail or text message, at its time."""
    told = {"user_sub": errand.user_sub, "alert_id": errand.alert_id, "n": errand.occurrence}
    return jobs.enqueue_write(_KINDS[errand.channel], ids=told, due=due)


def run_errand(errand: Errand) -> list[Write]:
    """Send it to the address that its owner has now, if they want that now; no owner, no message.

    Raises what the provider raises, when another try is worth it.
    """
    alert, preferences, user = gather(
        partial(_alerts.find_to_send, errand.user_sub, errand.alert_id),
        partial(_preferences.find, errand.user_sub),
        partial(users.find_user, errand.user_sub),
    )
    if alert is None or user is None:
        return []
    now = clock.now()
    ways = resolve(CATALOGUE[alert.kind], preferences, now=now, email=user.email)
    way = ways[errand.channel]
    if way.how is not How.SEND:
        return []
    if way.due is not None and way.due > now:  # quiet hours began since
        return [errand_write(errand, due=way.due)]
    if errand.channel is Channel.SMS:
        return _text(alert, errand, preferences.phone_number)
    return _mail(alert, errand, user)


def send_digest(
    *, user_sub: str, mode: Mode, since: datetime, upto: datetime, message_id: str
) -> list[Write]:
    """What is left to tell by now: nothing, when all of it was read meanwhile."""
    preferences, user = gather(
        partial(_preferences.find, user_sub), partial(users.find_user, user_sub)
    )
    if user is None or is_suspended(preferences, Channel.EMAIL, mandatory=False, email=user.email):
        return []
    told = digests.collect(user_sub, mode, since=since, upto=upto)
    if not told.alerts:
        return []

    def send() -> None:
        mails.mail_digest(mode, told.alerts, more=told.more, user=user, message_id=message_id)

    return _handed_over(Channel.EMAIL, message_id, send, user_sub=user_sub, address=user.email)


def _mail(alert: Alert, errand: Errand, user: User) -> list[Write]:
    def send() -> None:
        occasion = mails.Occasion.of(alert)
        mails.mail_alert(occasion, user=user, message_id=errand.message_id)

    return _handed_over(
        errand.channel,
        errand.message_id,
        send,
        user_sub=errand.user_sub,
        address=user.email,
    )


def _text(alert: Alert, errand: Errand, number: str) -> list[Write]:
    """At most ten a day go to one person, and so many from the whole site: each costs money, and an
    intruder could cause many. What is over that is in the inbox and in the mail."""
    if not sms.is_configured():
        return []
    told = {"channel": str(errand.channel), "alert_id": errand.alert_id}
    if not phone_numbers.is_allowed(number):
        logger.warning("text message skipped", extra={**told, "error_code": sms.COUNTRY_NOT_TEXTED})
        return []
    try:
        ratelimit.hit(SMS_PER_DAY, errand.user_sub)
    except RateLimited:
        logger.warning("too many text messages", extra=told)
        return []
    link = links.absolute(reverse("alerts:detail", args=[alert.alert_id]))
    title = CATALOGUE[alert.kind].title_for(alert.context)
    text = gsm7.fitted(f"{settings.SITE_NAME}: {title}.", link=link)

    def send() -> None:
        sms.send(to=number, text=text, message_id=errand.message_id, use=Use.ALERT)

    try:
        return _handed_over(
            errand.channel, errand.message_id, send, user_sub=errand.user_sub, address=number
        )
    except SmsBudgetSpent:
        ratelimit.give_back(SMS_PER_DAY, errand.user_sub)
        logger.warning("text message skipped", extra=told)
        return []
    except Exception:
        ratelimit.give_back(SMS_PER_DAY, errand.user_sub)  # the next try counts again
        raise


def _handed_over(
    channel: Channel,
    message_id: str,
    send: Callable[[], None],
    *,
    user_sub: str,
    address: str,
) -> list[Write]:
    try:
        hand_over(channel, message_id, send)
    except AddressRefused:
        return suspension_writes(
            user_sub=user_sub,
            channel=channel,
            address=address,
            reason=SuspensionReason.BOUNCED,
        )
    return []
