"""A wait that grows with failures in a row, and never becomes a ban.

The first `free` tries within `window` seconds pass at once. From then on each try opens a wait
that doubles, up to `longest`; one try is let through after it. A success clears the count, and a
day without a try forgets it.

NIST SP 800-63B-4 §3.2.2 asks for at most 100 failures in a row. A ban at the hundredth would let
any stranger shut a person out, so there is none: at one try an hour, 100 guesses take four days
and are no risk for a password that passed users.passwords (at least 10^6 guesses); the owner is
told of the first wait, and signs in from a known browser or resets the password meanwhile.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from core import clock
from core.errors import RateLimited
from core.repository import LockRepository
from dynamo.errors import ConditionFailed
from dynamo.table import Write

_locks = LockRepository()


@dataclass(frozen=True, slots=True)
class Lockout:
    name: str
    free: int = 5  # django-allauth: 5 in 5 minutes
    window: int = 300
    longest: int = 3600
    forget: int = 86_400

    def wait_after(self, tries: int) -> int:
        """Seconds until the next try; 0 while tries are free."""
        if tries < self.free:
            return 0
        return int(min(self.window * 2 ** min(tries - self.free, 20), self.longest))


def count(lockout: Lockout, subject: str) -> int:
    """Count one try before its work is done; how many there are in a row, this one included.

    Raises RateLimited with the seconds to wait. Of any number of tries at once exactly those pass
    that would pass one after another: each step is conditional on the one before it.
    """
    pk, now = _key(lockout, subject), clock.epoch(clock.now())
    try:
        return _locks.add_free(pk, below=lockout.free - 1, now=now, ends=now + lockout.window)
    except ConditionFailed as error:
        seen = error.item or {}
    while True:
        tries = _next(seen, now)
        wait = lockout.wait_after(tries)
        ends = now + (wait + lockout.forget if wait else lockout.window)
        try:
            _locks.step(pk, seen, n=tries, until=now + wait, ends=ends)
        except ConditionFailed as error:  # another try was faster; each such round uses one up
            seen = error.item or {}
            continue
        return tries


def clear(lockout: Lockout, subject: str) -> None:
    """After a success."""
    _locks.remove(_key(lockout, subject))


def clear_write(lockout: Lockout, subject: str) -> Write:
    """The same in the transaction of the success."""
    return _locks.removing(_key(lockout, subject))


def _next(seen: dict[str, Any], now: int) -> int:
    if not seen or seen["expires_at"] <= now:
        return 1
    if seen["until"] > now:
        raise RateLimited(retry_after=seen["until"] - now)
    return int(seen["n"]) + 1


def _key(lockout: Lockout, subject: str) -> str:
    digest = hashlib.sha256(f"{lockout.name}:{subject}".encode()).hexdigest()
    return f"{lockout.name}#{digest}"
