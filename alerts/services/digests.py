"""Daily and weekly digests: one job per person and kind, armed when somebody chooses one.

The job of a slot (JobKind.ALERT_DIGEST) writes no mail. In the transaction that ends it, it moves
on to the next slot and, where there is something to tell, asks for the mail
(JobKind.ALERT_DIGEST_MAIL): so each slot makes one mail at most, however many workers race.
That mail's handler calls collect() with what its job names, when it sends: everything may have
been read in the app meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from alerts import schedule
from alerts.catalogue import CATALOGUE
from alerts.items import (
    DIGESTS,
    Alert,
    ArmedDigest,
    Category,
    Channel,
    How,
    Mode,
    Preferences,
)
from alerts.repository import AlertRepository, PreferenceRepository
from alerts.services.resolving import resolve
from alerts.services.views import AlertView, view_of
from core import clock, ids, time_zones
from dynamo.gather import gather
from dynamo.table import Write
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind

MOST_TOLD = 50
MOST_READ = 500  # alerts of a person that one digest looks at, the newest
CLOCK_LAG = timedelta(seconds=10)  # between two machines that raise alerts
LONGEST_GROUP = timedelta(days=1)  # an alert's id is of the start of its group; it may go on

_alerts = AlertRepository()
_preferences = PreferenceRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContents:
    """Newest first. `more`: there were others, which only the inbox lists."""

    mode: Mode
    alerts: tuple[AlertView, ...]
    more: bool


def arm_writes(
    old: Preferences, new: Preferences, *, now: datetime
) -> tuple[Mapping[Mode, ArmedDigest], list[Write]]:
    """What is armed once `new` holds, and the jobs to write beside it.

    A digest that nobody wants any more is left out; its job finds that, and ends.
    """
    armed, writes = dict(new.armed), []
    for mode in sorted(DIGESTS):
        if not _is_chosen(new, mode):
            armed.pop(mode, None)
        elif mode not in armed or _when(old, mode) != _when(new, mode):
            upto = armed[mode].upto if mode in armed else now
            armed[mode], job = _next(new, mode, after=now, upto=upto)
            writes.append(job)
    return armed, writes


def end_slot(job_id: str, *, user_sub: str, mode: Mode, now: datetime) -> list[Write]:
    """The writes that end the job of a slot; none for one that something else took over from."""
    preferences = _preferences.find(user_sub)
    done = preferences.armed.get(mode)
    if done is None or done.job_id != job_id:
        return []
    waits = _is_muted(preferences, now)
    upto = done.upto if waits else done.slot - CLOCK_LAG
    then, next_job = _next(preferences, mode, after=max(now, done.slot), upto=upto)
    writes = [_preferences.moving_digest(user_sub, mode, done=done, then=then), next_job]
    if collect(user_sub, mode, since=done.upto, upto=upto).alerts:
        writes.append(_mail(user_sub, mode, since=done.upto, upto=upto))
    return writes


def collect(user_sub: str, mode: Mode, *, since: datetime, upto: datetime) -> DigestContents:
    """What happened from `since` until before `upto`, is wanted in this digest, and is not read."""
    found, preferences = gather(
        partial(_alerts.since, user_sub, ids.first_id_of(since - LONGEST_GROUP), limit=MOST_READ),
        partial(_preferences.find, user_sub),
    )
    told = [
        alert
        for alert in found
        if since <= alert.last_at < upto and _belongs(alert, preferences, mode)
    ]
    shown = told[:MOST_TOLD]
    return DigestContents(
        mode=mode,
        alerts=tuple(view_of(alert, read_upto=preferences.read_upto) for alert in shown),
        more=len(told) > len(shown) or len(found) == MOST_READ,
    )


def _belongs(alert: Alert, preferences: Preferences, mode: Mode) -> bool:
    """One that arrived read, because its owner wants no such alerts in the app, was not read."""
    entry = CATALOGUE[alert.kind]
    if preferences.mode(entry.category, Channel.EMAIL) is not mode:
        return False
    ways = resolve(entry, preferences, now=alert.last_at)
    is_new = alert.is_unread(preferences.read_upto) or ways[Channel.IN_APP].how is How.NOTHING
    return is_new and ways[Channel.EMAIL].how is How.DIGEST


def _is_chosen(preferences: Preferences, mode: Mode) -> bool:
    return any(preferences.mode(category, Channel.EMAIL) is mode for category in Category)


def _is_muted(preferences: Preferences, now: datetime) -> bool:
    return preferences.mute_until is not None and now < preferences.mute_until


def _when(preferences: Preferences, mode: Mode) -> Sequence[object]:
    weekday = preferences.digest.weekday if mode is Mode.WEEKLY else None
    return preferences.digest.hour, weekday, preferences.time_zone


def _next(
    preferences: Preferences, mode: Mode, *, after: datetime, upto: datetime
) -> tuple[ArmedDigest, Write]:
    zone = time_zones.zone_of(preferences.time_zone)
    slot = schedule.next_slot(after, mode, preferences.digest, zone)
    armed = ArmedDigest(job_id=ids.new_id(), slot=slot, upto=upto)
    job = jobs.enqueue_write(
        JobKind.ALERT_DIGEST,
        ids={"user_sub": preferences.user_sub, "mode": str(mode)},
        due=slot,
        lane=Lane.BULK,
        job_id=armed.job_id,
    )
    return armed, job


def _mail(user_sub: str, mode: Mode, *, since: datetime, upto: datetime) -> Write:
    told = {"since": clock.text(since), "upto": clock.text(upto)}
    return jobs.enqueue_write(
        JobKind.ALERT_DIGEST_MAIL,
        ids={"user_sub": user_sub, "mode": str(mode), **told},
        lane=Lane.BULK,
    )
