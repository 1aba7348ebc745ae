"""How long the work at hand may still take, and pauses that respect it."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from dynamo.errors import TransactionConflict, Unavailable

T = TypeVar("T")

ATTEMPTS = 7
_FIRST_PAUSE, _LONGEST_PAUSE = 0.025, 1.0  # seconds
_ends_at: ContextVar[float | None] = ContextVar("dynamo_deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """No call starts, and no attempt is repeated, after this; an outer one is never extended."""
    ends_at = time.monotonic() + seconds
    outer = _ends_at.get()
    token = _ends_at.set(ends_at if outer is None else min(outer, ends_at))
    try:
        yield
    finally:
        _ends_at.reset(token)


@contextmanager
def new_deadline(seconds: float) -> Iterator[None]:
    """The same, whatever the outer one says: to note what somebody else took long to answer."""
    token = _ends_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_at.reset(token)


def check_deadline() -> None:
    """Raises Unavailable when the time is used up."""
    ends_at = _ends_at.get()
    if ends_at is not None and time.monotonic() >= ends_at:
        raise Unavailable("The time for this request is used up.")


def pause(attempt: int) -> None:
    """Sleep before repeating; full jitter, doubling. Raises Unavailable past the deadline."""
    check_deadline()
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt)
    ends_at = _ends_at.get()
    left = longest if ends_at is None else ends_at - time.monotonic()
    time.sleep(max(0, min(left, random.uniform(0, longest))))  # noqa: S311  (jitter, not a secret)
    check_deadline()


def past_conflicts(attempt_once: Callable[[], T]) -> T:
    """Repeat while another transaction holds the item; nothing was written in that case.

    Raises TransactionConflict when it still does after several tries.
    """
    for attempt in range(ATTEMPTS):
        try:
            return attempt_once()
        except TransactionConflict:
            if attempt == ATTEMPTS - 1:
                raise
            pause(attempt)
    raise AssertionError("unreachable")
