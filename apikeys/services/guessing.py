"""Addresses that send keys which are none: they cost us reads, so there is an end to it."""

from datetime import datetime, timedelta
from functools import partial

from apikeys.services.limits import Pace, microseconds, moment_of, whole_seconds
from core.client_ip import limit_subject
from core.errors import RateLimited
from core.memory import Memory

OF_A_KEY = Pace(per_minute=20, burst=20)  # a program that was forgotten at a rotation, say
OF_AN_ADDRESS = Pace(per_minute=100, burst=100)
TRUSTED_FOR = timedelta(minutes=10)

_failures: Memory[tuple[str, str], int] = Memory()  # `tat` by address and key, and by address
_trusted: Memory[tuple[str, str], bool] = Memory()


def check_failures(ip: str, key_id: str, now: datetime) -> None:
    """Raises RateLimited after too many failures, counted by each process alone.

    By key first, whether there is such a key or not: one program that goes on with an old secret
    uses up little of what its neighbours behind the same address have. An address may go on with a
    key whose secret it had a moment ago, so a stranger there stops no program that works. An
    unknown address is not counted: it would be everybody's.
    """
    subject, time = limit_subject(ip), microseconds(now)
    wait = max(
        pace.wait(_failures.get(name, now) or 0, time) for name, pace in _counters(subject, key_id)
    )
    if wait and not _trusted.get((subject, key_id), now):
        raise RateLimited(retry_after=whole_seconds(wait))


def note_failure(ip: str, key_id: str, now: datetime) -> None:
    if subject := limit_subject(ip):
        for name, pace in _counters(subject, key_id):
            _failures.change(name, partial(_counted, pace, microseconds(now)), now)


def note_success(ip: str, key_id: str, now: datetime) -> None:
    if subject := limit_subject(ip):
        _trusted.put((subject, key_id), True, until=now + TRUSTED_FOR)


def _counters(subject: str, key_id: str) -> tuple[tuple[tuple[str, str], Pace], ...]:
    return ((subject, key_id), OF_A_KEY), ((subject, ""), OF_AN_ADDRESS)


def _counted(pace: Pace, time: int, tat: int | None) -> tuple[int, datetime]:
    """What comes on top of too many makes nobody wait longer."""
    tat = tat or 0
    moved = tat if pace.wait(tat, time) else pace.after(tat, time)
    return moved, moment_of(moved)
