"""Telling a channel that security alerts no longer come there: by that channel, one last time.

Whoever takes an account over would turn alerts off first; the phone that loses them learns it.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alerts.catalogue import CATALOGUE, CHANNEL_TEXTS
from alerts.items import AlertKind, Channel, How, Preferences
from alerts.repository import AlertRepository
from alerts.services import webhooks
from alerts.services.handing_over import AddressRefused, hand_over
from alerts.services.raising import alert_writes
from alerts.services.resolving import resolve
from core import clock, ids, links, sms
from core.actor import Actor
from core.errors import RateLimited
from core.ratelimit import Limit, hit
from core.sms_budget import SmsBudgetSpent, Use
from dynamo.table import Write
from jobs import services as jobs
from jobs.kinds import JobKind

OPTIONAL = (Channel.SMS, Channel.WEBHOOK)  # the others never lose what is mandatory
LOOK_BACK = timedelta(days=1)
LAST_CALLS = Limit("alerts.last_call", times=3, seconds=24 * 3600)

logger = logging.getLogger("alerts")


def writes(old: Preferences, new: Preferences, actor: Actor) -> list[Write]:
    """The alert, and a job for each channel that loses something; none when none does."""
    lost = [channel for channel in OPTIONAL if _loses(old, new, channel, clock.now())]
    if not lost:
        return []
    names = ", ".join(str(CHANNEL_TEXTS[channel]) for channel in lost)
    raised = alert_writes(
        user_sub=new.user_sub,
        kind=AlertKind.PREFS_CHANGED,
        context={"channel": names, "ip": actor.ip},
    )
    return [*raised, *(_last_call(old, channel) for channel in lost)]


def tell(channel: Channel, user_sub: str, secret: Mapping[str, str], job_id: str) -> list[Write]:
    """The last call itself, made by its job; the writes that go with its end."""
    if channel is Channel.WEBHOOK:
        return _webhook_writes(user_sub)
    text = _(
        "%(site)s: alerts about your account's security no longer come to this phone. If that was"
        " not you, look here: %(url)s"
    ) % {"site": settings.SITE_NAME, "url": links.absolute(reverse("alerts:preferences"))}
    if sms.is_configured() and not _is_spent(secret["number"]):
        send = partial(sms.send, to=secret["number"], text=text, message_id=job_id, use=Use.ALERT)
        _call(send, job_id)
    return []


def _call(send: Callable[[], None], job_id: str) -> None:
    try:
        hand_over(Channel.SMS, job_id, send)
    except AddressRefused:
        return  # a number that is gone hears nothing
    except SmsBudgetSpent:
        logger.warning("text message skipped", extra={"channel": "sms", "job_id": job_id})


def _is_spent(number: str) -> bool:
    """Turning a phone on and off again costs messages, whoever's it is."""
    try:
        hit(LAST_CALLS, ids.sha256_hex("alerts.last_call", number))
    except RateLimited:
        return True
    return False


def _loses(old: Preferences, new: Preferences, channel: Channel, now: datetime) -> bool:
    if channel is Channel.SMS and old.phone != new.phone:
        return bool(_reach(old, channel, now))
    return not _reach(old, channel, now) <= _reach(new, channel, now)


def _reach(preferences: Preferences, channel: Channel, now: datetime) -> set[AlertKind]:
    """The mandatory kinds that get there."""
    return {
        kind
        for kind, entry in CATALOGUE.items()
        if entry.mandatory and resolve(entry, preferences, now=now)[channel].how is not How.NOTHING
    }


def _last_call(old: Preferences, channel: Channel) -> Write:
    secret = {"number": old.phone_number} if channel is Channel.SMS else None
    return jobs.enqueue_write(
        JobKind.ALERT_LAST_CALL,
        ids={"user_sub": old.user_sub, "channel": str(channel)},
        secret=secret,
    )


def _webhook_writes(user_sub: str) -> list[Write]:
    entry = CATALOGUE[AlertKind.PREFS_CHANGED]
    low = ids.first_id_of(clock.now() - LOOK_BACK)
    for alert in AlertRepository().since(user_sub, low, limit=100):
        if alert.kind is AlertKind.PREFS_CHANGED:
            endpoints = webhooks.endpoints_wanting(user_sub, entry)
            return webhooks.delivery_writes(alert, endpoints, occurrence=alert.n)
    return []
