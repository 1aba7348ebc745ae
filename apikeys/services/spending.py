"""Counting a call by one conditional update, whose condition is also the last word on the key."""

from dataclasses import dataclass

from apikeys import peppers
from apikeys.calls import Quota
from apikeys.errors import KeyLimitExceeded
from apikeys.items import ApiKey
from apikeys.repository import CallRepository, Use, to_key
from apikeys.services import reading
from apikeys.services.judging import Call, Passed, Refused, judge
from apikeys.services.limits import Pace, microseconds, moment_of, pace_of, whole_seconds
from apikeys.services.matching import Slot
from apikeys.services.networks import mark_of
from core.memory import Memory
from dynamo.errors import ConditionFailed, Throttled

ROUNDS = 8
CLIENT_LENGTH = 100

_calls = CallRepository()
_arrivals: Memory[tuple[str, int], int] = Memory()
"""The last `tat` seen of a key and its version, while it lies ahead: another limit begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """`key` and `slot` are those that held at the moment of the write."""

    key: ApiKey
    slot: Slot
    quota: Quota


def spend(call: Call, passed: Passed) -> Spent | Refused:
    """Count a call that passed by a copy of the row, however old that is.

    A write that its condition refuses shows the row as it is, which is judged as if it had just
    been read; each round but the first means that somebody changed the key, or called with it, at
    this moment. A key over its limit costs no write. Raises Unavailable: a call that cannot be
    counted is not answered.
    """
    time = microseconds(call.at)
    tat = max(passed.key.tat, _arrivals.get(_name(passed.key), call.at) or 0)
    for _ in range(ROUNDS):
        pace = pace_of(passed.key)
        if pace.wait(tat, time):
            return _over_limit(passed, pace, tat, time)
        try:
            tat = _write(call, passed, _use(call, passed.key, pace, tat))
        except ConditionFailed as error:
            judged = judge(call, to_key(error.item) if error.item else None)
            if isinstance(judged, Refused):
                return judged
            passed, tat = judged, judged.key.tat
            reading.keep(passed.key, call.at)
            _remember(passed.key, tat)
        else:
            _remember(passed.key, tat)
            return Spent(key=passed.key, slot=passed.slot, quota=pace.quota(tat, time))
    raise Throttled("The key changes too fast.", operation="UpdateItem")


def _over_limit(passed: Passed, pace: Pace, tat: int, time: int) -> Refused:
    reading.forget(passed.key.key_id)  # its owner may have given it a higher limit since
    return Refused(
        error=KeyLimitExceeded(retry_after=whole_seconds(pace.wait(tat, time))),
        key=passed.key,
        slot=passed.slot,
        quota=pace.quota(tat, time),
    )


def _use(call: Call, key: ApiKey, pace: Pace, tat: int) -> Use:
    time = microseconds(call.at)
    return Use(
        at=call.at,
        ip=call.ip,
        client=_client(call.user_agent),
        digest=peppers.digest(key.key_id, call.sent.secret),
        first_network="" if key.seen_networks else mark_of(key.key_id, call.ip),
        time=time,
        step=pace.step,
        latest=pace.latest(time),
        is_busy=tat > time,
    )


def _write(call: Call, passed: Passed, use: Use) -> int:
    """The copies of a process are of no more use once more than the use of a key has changed."""
    key = passed.key
    if use.first_network or passed.slot is Slot.PENDING:
        reading.forget(key.key_id)
    if passed.slot is Slot.PENDING and key.pending:
        former = key.replaced_at(call.at, key.pending.overlap)
        return _calls.spend_by_pending(key, key.pending, use, former=former)
    if passed.slot is Slot.PREVIOUS and key.previous:
        return _calls.spend_by_previous(key, key.previous, use)
    return _calls.spend(key, use)


def _client(user_agent: str) -> str:
    text = "".join(letter if letter.isprintable() else " " for letter in user_agent)
    return " ".join(text.split())[:CLIENT_LENGTH]


def _remember(key: ApiKey, tat: int) -> None:
    _arrivals.put(_name(key), tat, until=moment_of(tat))


def _name(key: ApiKey) -> tuple[str, int]:
    return key.key_id, key.version
