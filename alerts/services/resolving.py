"""Which channels get an alert, and when: the one place that knows the order of the rules.

Call it when it is sent, not when it is raised: what its owner chose meanwhile holds.
"""

from collections.abc import Mapping
from datetime import datetime

from alerts import schedule
from alerts.catalogue import CATALOGUE, Entry
from alerts.items import (
    DIGESTS,
    UNMUTABLE,
    AlertKind,
    Channel,
    Delivery,
    How,
    Preferences,
    Reason,
    Severity,
    SuspensionReason,
)
from core import time_zones

HELD = frozenset({Channel.EMAIL, Channel.SMS})  # what quiet hours and muting hold back
NEVER_DIGESTED = Severity.HIGH
NEVER_WAITS = Severity.CRITICAL


def resolve(
    entry: Entry, preferences: Preferences, *, now: datetime, email: str | None = None
) -> Mapping[Channel, Delivery]:
    """What each channel gets of an alert, all channels named. Pure: no clock, no storage.

    `email`: the verified address of the account, "" for none; left out, it is taken as there and
    as the one that a suspension is about. IN_APP is SEND now, or NOTHING: then it arrives read.
    WEBHOOK says only whether the person wants it at all; each endpoint has a filter of its own.
    """
    return {channel: _delivery(entry, preferences, channel, now, email) for channel in Channel}


def mandatory_reach(preferences: Preferences, channel: Channel, now: datetime) -> set[AlertKind]:
    """The mandatory kinds that get there."""
    return {
        kind
        for kind, entry in CATALOGUE.items()
        if entry.mandatory and resolve(entry, preferences, now=now)[channel].how is not How.NOTHING
    }


def _delivery(
    entry: Entry, preferences: Preferences, channel: Channel, now: datetime, email: str | None
) -> Delivery:
    reason = _refusal(entry, preferences, channel, email)
    if reason is not None:
        return Delivery(how=How.NOTHING, reason=reason)
    if _waits_for_digest(entry, preferences, channel):
        return Delivery(how=How.DIGEST)
    if channel not in HELD:
        return Delivery(how=How.SEND, due=now)
    if _is_muted(entry, preferences, now):
        return Delivery(how=How.NOTHING, reason=Reason.MUTED)
    return Delivery(how=How.SEND, due=_due(entry, preferences, now))


def _refusal(
    entry: Entry, preferences: Preferences, channel: Channel, email: str | None
) -> Reason | None:
    if channel not in entry.channels:
        return Reason.NOT_OFFERED
    if not _has_address(preferences, channel, email):
        return Reason.NO_ADDRESS
    if is_suspended(preferences, channel, mandatory=entry.mandatory, email=email):
        return Reason.SUSPENDED
    if entry.mandatory and channel in UNMUTABLE:
        return None
    if not preferences.wants(entry.category, channel):
        return Reason.TURNED_OFF
    if entry.severity < preferences.least(channel):
        return Reason.NOT_SEVERE
    return None


def is_suspended(
    preferences: Preferences, channel: Channel, *, mandatory: bool, email: str | None = None
) -> bool:
    """What marked us as spam still gets what is mandatory; where nothing arrives, nothing goes."""
    suspension = preferences.suspended.get(channel)
    if suspension is None or (mandatory and suspension.reason is SuspensionReason.COMPLAINED):
        return False
    return channel is not Channel.EMAIL or email is None or suspension.is_about(email)


def _has_address(preferences: Preferences, channel: Channel, email: str | None) -> bool:
    if channel is Channel.SMS:
        return preferences.phone is not None
    return channel is not Channel.EMAIL or email != ""


def _waits_for_digest(entry: Entry, preferences: Preferences, channel: Channel) -> bool:
    may_wait = not entry.mandatory and entry.severity < NEVER_DIGESTED
    return may_wait and preferences.mode(entry.category, channel) in DIGESTS


def _is_muted(entry: Entry, preferences: Preferences, now: datetime) -> bool:
    is_on = preferences.mute_until is not None and now < preferences.mute_until
    return is_on and not entry.mandatory and entry.severity < NEVER_WAITS


def _due(entry: Entry, preferences: Preferences, now: datetime) -> datetime:
    if entry.mandatory or entry.severity >= NEVER_WAITS:
        return now
    zone = time_zones.zone_of(preferences.time_zone)
    return schedule.quiet_until(now, preferences.quiet, zone) or now
