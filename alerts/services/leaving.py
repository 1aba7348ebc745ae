"""Telling a channel that security alerts no longer come there: by that channel, one last time.

Whoever takes an account over would turn alerts off first; the phone or the program that loses
them learns it.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.catalogue import CHANNEL_TEXTS
from alerts.items import Alert, AlertKind, Channel, Preferences
from alerts.services import webhooks
from alerts.services.handing_over import AddressRefused, hand_over
from alerts.services.raising import new_alert, writes_of
from alerts.services.resolving import mandatory_reach
from core import clock, ids, links, sms
from core.actor import Actor
from core.errors import RateLimited
from core.ratelimit import Limit, give_back, hit
from core.sms_budget import SmsBudgetSpent, Use
from dynamo.table import Write
from jobs import services as jobs
from jobs.kinds import JobKind

OPTIONAL = (Channel.SMS, Channel.WEBHOOK)  # the others never lose what is mandatory
LAST_CALLS = Limit("alerts.last_call", times=3, seconds=24 * 3600)

logger = logging.getLogger("alerts")


def writes(old: Preferences, new: Preferences, actor: Actor) -> list[Write]:
    """The alert, and a job for each phone or webhook that loses something; none when none does."""
    lost = [channel for channel in OPTIONAL if _loses(old, new, channel, clock.now())]
    if not lost:
        return []
    names = ", ".join(str(CHANNEL_TEXTS[channel]) for channel in lost)
    alert = new_alert(
        user_sub=new.user_sub,
        kind=AlertKind.PREFS_CHANGED,
        context={"channel": names, "ip": actor.ip},
    )
    calls = [_last_call(old)] if Channel.SMS in lost else []
    if Channel.WEBHOOK in lost:
        calls += _webhook_calls(alert, old, new)
    return [*writes_of(alert), *calls]


def tell(channel: Channel, secret: Mapping[str, str], job_id: str) -> None:
    """The last call itself; only its job comes here. Raises what the provider raises."""
    if channel is not Channel.SMS:
        return
    text = _(
        "%(site)s: alerts about your account's security no longer come to this phone. If that was"
        " not you, look here: %(url)s"
    ) % {"site": settings.SITE_NAME, "url": links.absolute(reverse("alerts:preferences"))}
    subject = ids.sha256_hex("alerts.last_call", secret["number"])
    if sms.is_configured() and not _is_spent(subject):
        send = partial(sms.send, to=secret["number"], text=text, message_id=job_id, use=Use.ALERT)
        _call(send, job_id, subject)


def _call(send: Callable[[], None], job_id: str, subject: str) -> None:
    try:
        hand_over(Channel.SMS, job_id, send)
    except AddressRefused:
        return  # a number that is gone hears nothing
    except SmsBudgetSpent:
        logger.warning("text message skipped", extra={"channel": "sms", "job_id": job_id})
    except Exception:
        give_back(LAST_CALLS, subject)  # the next try counts again
        raise


def _is_spent(subject: str) -> bool:
    """Turning a phone on and off again costs messages, whoever's it is."""
    try:
        hit(LAST_CALLS, subject)
    except RateLimited:
        return True
    return False


def _loses(old: Preferences, new: Preferences, channel: Channel, now: datetime) -> bool:
    if channel is Channel.SMS and old.phone != new.phone:
        return bool(mandatory_reach(old, channel, now))
    return not mandatory_reach(old, channel, now) <= mandatory_reach(new, channel, now)


def _last_call(old: Preferences) -> Write:
    return jobs.enqueue_write(
        JobKind.ALERT_LAST_CALL,
        ids={"user_sub": old.user_sub, "channel": str(Channel.SMS)},
        secret={"number": old.phone_number},
    )


def _webhook_calls(alert: Alert, old: Preferences, new: Preferences) -> list[Write]:
    """Not to those that get the alert itself, because they keep alerts of that kind."""
    now = clock.now()
    kept = mandatory_reach(new, Channel.WEBHOOK, now)
    lost = mandatory_reach(old, Channel.WEBHOOK, now) - kept
    losing = [
        endpoint
        for endpoint in webhooks.list_endpoints(alert.user_sub)
        if webhooks.hears_of(endpoint, lost)
        and not webhooks.hears_of(endpoint, kept & {alert.kind})
    ]
    return webhooks.last_call_writes(alert, losing)
