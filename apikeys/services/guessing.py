"""Addresses that send keys which are none: they cost us reads, so there is an end to it."""

from datetime import datetime, timedelta

from apikeys.services.limits import Pace, microseconds, moment_of, whole_seconds
from apikeys.services.memory import Memory
from core.client_ip import limit_subject
from core.errors import RateLimited

FAILURES = Pace(per_minute=20, burst=20)
TRUSTED_FOR = timedelta(minutes=10)

_failures: Memory[str, int] = Memory()  # `tat` by address
_trusted: Memory[tuple[str, str], bool] = Memory()


def check_failures(ip: str, key_id: str, now: datetime) -> None:
    """Raises RateLimited after too many failures, counted by each process alone.

    An address may go on with a key whose secret it had a moment ago, so a stranger behind the same
    one stops no program that works. An unknown address is not counted: it would be everybody's.
    """
    subject = limit_subject(ip)
    wait = FAILURES.wait(_failures.get(subject, now) or 0, microseconds(now))
    if wait and not _trusted.get((subject, key_id), now):
        raise RateLimited(retry_after=whole_seconds(wait))


def note_failure(ip: str, now: datetime) -> None:
    subject, time = limit_subject(ip), microseconds(now)

    def counted(tat: int | None) -> tuple[int, datetime]:
        """What comes on top of too many makes nobody wait longer."""
        tat = tat or 0
        moved = tat if FAILURES.wait(tat, time) else FAILURES.after(tat, time)
        return moved, moment_of(moved)

    if subject:
        _failures.change(subject, counted, now)


def note_success(ip: str, key_id: str, now: datetime) -> None:
    if subject := limit_subject(ip):
        _trusted.put((subject, key_id), True, until=now + TRUSTED_FOR)
