"""What happens to a key by itself: warnings before its end, its end, and that of an unused one.

Jobs come here. Each is asked for in the transaction of the change that makes it needed, and asks
for the next one itself, so nothing ever looks through all keys. Each finds out from the row
whether it still means anything: that of an end which was moved drops itself.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.items import AlertKind
from apikeys.items import UNDO_WITHIN, ApiKey, EndReason, KeyState
from apikeys.repository import ApiKeyRepository, ChangeRepository
from apikeys.services.telling import moment_text, told
from core import clock
from dynamo.table import Write
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind

WARNINGS = (timedelta(days=14), timedelta(days=7), timedelta(days=1))  # before the end
IDLE_FOR = timedelta(days=365)

_keys = ApiKeyRepository()
_changes = ChangeRepository()


def first_jobs(key: ApiKey) -> list[Write]:
    """Of a key that is made."""
    now = clock.now()
    idle = [_idle_job(key, due=_idle_at(key))] if _may_idle(key) else []
    return [*_next_expiry(key, after=now), *idle]


def jobs_after(before: ApiKey, after: ApiKey) -> list[Write]:
    """What a change needs beyond the jobs there are. A key that could not end unused, then can,
    then cannot and can again has two jobs of that: the second one finds it ended."""
    moved = after.expires_at != before.expires_at
    expiry = _next_expiry(after, after=clock.now()) if moved else []
    idles_now = _may_idle(after) and not _may_idle(before)
    return [*expiry, *([_idle_job(after, due=_idle_at(after))] if idles_now else [])]


def run_expiry(*, user_sub: str, key_id: str, ends: str, due: datetime) -> list[Write]:
    """The writes that end the job of that moment: what it tells, and the job of the next one.
    Moments that passed while no worker ran are told as one."""
    key = _keys.find(key_id)
    if key is None or key.user_sub != user_sub or _ends(key) != ends or key.expires_at is None:
        return []
    now = max(clock.now(), due)  # the worker that handed it out may have a clock ahead of ours
    if key.state is KeyState.REVOKED:
        return [_expiry_job(key, due=_decided_at(key))] if key.can_return_at(now) else []
    if key.expires_at <= now:
        return told(key, AlertKind.APIKEY_EXPIRED, None)
    warning = told(key, AlertKind.APIKEY_EXPIRING, None, until=moment_text(key.expires_at))
    return [*warning, *_next_expiry(key, after=now)]


def run_idle(*, user_sub: str, key_id: str, due: datetime) -> list[Write]:
    """The writes that end a key which nobody used for a year, or the job of a later look. They
    fail when it was used or changed at this very moment: the job is then repeated."""
    key = _keys.find(key_id)
    if key is None or key.user_sub != user_sub:
        return []
    now = max(clock.now(), due)
    if key.can_return_at(now):
        return [_idle_job(key, due=_decided_at(key))]
    if not key.is_living_at(now) or not _may_idle(key):
        return []
    if _idle_at(key) > now:
        return [_idle_job(key, due=_idle_at(key))]
    after = _ended(key, now)
    ending = _changes.changing(key, after, at=now, if_unused=True)
    return [ending, *told(key, AlertKind.APIKEY_IDLE, None)]


def _next_expiry(key: ApiKey, *, after: datetime) -> list[Write]:
    """None for a key without an end, or whose last moment has passed."""
    if key.expires_at is None:
        return []
    moments = [key.expires_at - early for early in (*WARNINGS, timedelta(0))]
    due = min((moment for moment in moments if moment > after), default=None)
    return [_expiry_job(key, due=due)] if due else []


def _expiry_job(key: ApiKey, *, due: datetime) -> Write:
    ids = {"user_sub": key.user_sub, "key_id": key.key_id, "ends": _ends(key)}
    return jobs.enqueue_write(JobKind.APIKEY_EXPIRY, ids=ids, due=due, lane=Lane.BULK)


def _idle_job(key: ApiKey, *, due: datetime) -> Write:
    ids = {"user_sub": key.user_sub, "key_id": key.key_id}
    return jobs.enqueue_write(JobKind.APIKEY_IDLE, ids=ids, due=due, lane=Lane.BULK)


def _ends(key: ApiKey) -> str:
    return str(clock.epoch(key.expires_at)) if key.expires_at else ""


def _idle_at(key: ApiKey) -> datetime:
    """When it will not have been used for a year. Who changes it still means to use it."""
    moments = (key.created_at, key.changed_at, key.last_used_at)
    return max(moment for moment in moments if moment) + IDLE_FOR


def _may_idle(key: ApiKey) -> bool:
    """It lives longer than it may be unused."""
    return key.expires_at is None or key.expires_at > _idle_at(key)


def _ended(key: ApiKey, now: datetime) -> ApiKey:
    """To the second, as it is stored."""
    end = clock.from_epoch(clock.epoch(now))
    return replace(key, expires_at=end, end_reason=EndReason.IDLE)


def _decided_at(key: ApiKey) -> datetime:
    """From when on a key that was revoked cannot come back; until then its jobs wait."""
    assert key.revoked_at is not None
    return key.revoked_at + UNDO_WITHIN
