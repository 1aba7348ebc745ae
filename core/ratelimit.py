"""How often something may happen to one subject: an account, an address, a network."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from core import clock
from core.errors import RateLimited
from core.repository import CounterRepository
from dynamo.errors import ConditionFailed
from dynamo.table import Write

BUDGET_LABEL = "budget"

_counters = CounterRepository()


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` hits in each window of `seconds`.

    Windows are fixed, and each subject's begin at its own moment, so that nobody can wait for
    the one at which every budget is fresh.
    """

    name: str
    times: int
    seconds: int


def hit(limit: Limit, subject: str) -> None:
    """Count one try, before its work is done. Raises RateLimited with the seconds to wait.

    One atomic write: of any number of tries at once exactly `times` pass.
    """
    pk, end = _window(limit, subject)
    try:
        _counters.add_one(pk, below=limit.times, expires_at=end)
    except ConditionFailed:
        raise RateLimited(retry_after=end - clock.epoch(clock.now())) from None


def give_back(limit: Limit, subject: str) -> None:
    """Uncount one try that failed through no fault of the person (storage, a provider)."""
    pk, _ = _window(limit, subject)
    try:
        _counters.take_one(pk)
    except ConditionFailed:
        return  # the window passed meanwhile: nothing is held against them


def spend(name: str, subject: str, *, times: int, ends: datetime) -> None:
    """Count one try of something that has an end of its own, a challenge: no window renews it.

    Raises RateLimited once it is spent or closed.
    """
    end = clock.epoch(ends)
    try:
        _counters.add_one(_budget_key(name, subject), below=times, expires_at=end)
    except ConditionFailed:
        raise RateLimited(retry_after=end - clock.epoch(clock.now())) from None


def unspend(name: str, subject: str) -> None:
    """Uncount one try of spend() that came to nothing."""
    try:
        _counters.take_one(_budget_key(name, subject))
    except ConditionFailed:
        return


def close_write(name: str, subject: str, *, times: int, ends: datetime) -> Write:
    """Its last use, in the transaction of what it allowed. Fails under BUDGET_LABEL once it is
    spent, or was closed before."""
    return _counters.closing(
        _budget_key(name, subject), below=times, expires_at=clock.epoch(ends), label=BUDGET_LABEL
    )


def _budget_key(name: str, subject: str) -> str:
    return f"{name}#{hashlib.sha256(f'{name}:{subject}'.encode()).hexdigest()}"


def _window(limit: Limit, subject: str) -> tuple[str, int]:
    """The counter's key, which holds no subject in clear, and the second its window ends."""
    digest = hashlib.sha256(f"{limit.name}:{subject}".encode())
    shift = int.from_bytes(digest.digest()[:4]) % limit.seconds
    number = (clock.epoch(clock.now()) + shift) // limit.seconds
    end = (number + 1) * limit.seconds - shift
    return f"{limit.name}#{digest.hexdigest()}#{number}", end
