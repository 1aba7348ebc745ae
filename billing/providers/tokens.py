"""The token of a provider's API, shared by the threads of this process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from billing.providers.errors import NoAnswer
from core import clock

RENEWED_EARLY = timedelta(seconds=60)  # it is not used until its last moment
LONGEST_SECONDS = 24 * 3600
FAILURE_SHARED_FOR = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    good_until: datetime


class SharedToken:
    """`ask` gives a new one and for how many seconds it is good. One thread at a time asks; the
    others wait for `wait` seconds at most, as they would for a call of their own, and fail with it
    when it fails: or each would wait out the same silence after the other."""

    def __init__(self, ask: Callable[[], tuple[str, int]], *, wait: float) -> None:
        self._ask, self._wait = ask, wait
        self._asking = Lock()
        self._known: _Token | None = None
        self._refused = ""
        self._failed_at: datetime | None = None

    def get(self) -> str:
        """Raises NoAnswer, and whatever `ask` raises."""
        if known := self._good():
            return known
        if not self._asking.acquire(timeout=self._wait):
            raise NoAnswer
        try:
            return self._good() or self._asked()
        finally:
            self._asking.release()

    def forget(self, text: str) -> None:
        """This one does not hold. Without the lock, as somebody may be asking for long."""
        self._refused = text

    def _good(self) -> str:
        known = self._known
        is_good = known and known.text != self._refused and clock.now() < known.good_until
        return known.text if known and is_good else ""

    def _asked(self) -> str:
        asked_at = clock.now()
        if self._failed_at and abs(asked_at - self._failed_at) < FAILURE_SHARED_FOR:
            raise NoAnswer
        try:
            text, seconds = self._ask()
        except Exception:
            self._failed_at = clock.now()
            raise
        lasts = timedelta(seconds=min(seconds, LONGEST_SECONDS))
        self._known = _Token(text, asked_at + lasts - RENEWED_EARLY)
        self._refused, self._failed_at = "", None
        return text
