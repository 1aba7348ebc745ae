"""Calls are counted in this process and written together, by a thread that ends when nothing is
left to write.

Whoever ends the process without asking (SIGKILL) loses the counts of ten seconds, and nothing else:
what a key may still do is decided by its own row, never by these numbers.
"""

import logging
import os
import threading
from collections import Counter
from collections.abc import Mapping
from multiprocessing.util import Finalize

from apikeys.items import Outcome
from apikeys.repository import UsageMonth, UsageRepository
from apikeys.repository.usage import Slot
from core import clock
from dynamo.deadlines import new_deadline
from dynamo.errors import Unavailable

WRITE_EVERY = 10.0  # seconds
WRITE_AT = 200  # calls
SECONDS_TO_WRITE, SECONDS_AT_THE_END = 10.0, 2.0  # servers wait 3 s and more before they kill
MOST_ROWS = 10_000  # in memory, while storage does not answer

logger = logging.getLogger(__name__)
_usage = UsageRepository()


class Counts:
    """Of one process. The thread is there while something waits to be written."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Also after a fork: counts are the parent's, and its thread and lock were not taken."""
        self._lock = threading.Lock()
        self._waiting: dict[UsageMonth, Counter[Slot]] = {}
        self._calls = 0
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._ending = self._ends_with_process = False

    def add(self, month: UsageMonth, slot: Slot) -> None:
        with self._lock:
            self._put(month, {slot: 1})
            self._calls += 1
            if self._thread is None and not self._ending:
                self._start()
            if self._calls >= WRITE_AT:
                self._wake.set()

    def write(self, seconds: float = SECONDS_TO_WRITE) -> None:
        """Write what waits. What storage does not take in that time goes on waiting."""
        with self._lock:
            taken, self._waiting, self._calls = self._waiting, {}, 0
            if not self._ending:
                self._wake.clear()
        with new_deadline(seconds):
            for month, counts in taken.items():
                try:
                    _usage.add(month, counts)
                except Unavailable:
                    with self._lock:
                        self._put(month, counts)
                except Exception:
                    logger.exception("calls not counted", extra={"key_id": month.key_id})

    def end(self) -> None:
        """Write what waits, and end the thread: the process ends."""
        with self._lock:
            thread, self._ending = self._thread, True
        self._wake.set()
        if thread is not None:
            thread.join(SECONDS_AT_THE_END + 0.5)

    def forget(self) -> None:
        """End the thread and write nothing: for tests, which share one process."""
        with self._lock:
            self._waiting = {}
        self.end()
        self.reset()

    def _put(self, month: UsageMonth, counts: Mapping[Slot, int]) -> None:
        if month in self._waiting or len(self._waiting) < MOST_ROWS:
            self._waiting.setdefault(month, Counter()).update(counts)

    def _start(self) -> None:
        thread = threading.Thread(target=self._run, name="apikeys-usage", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return  # no thread to be had now: the next call asks again
        self._thread = thread
        if not self._ends_with_process:
            # A server's forked worker runs no `atexit`, but the finalizers of multiprocessing;
            # a process of another kind runs them at its exit.
            Finalize(None, self.end, exitpriority=0)
            self._ends_with_process = True

    def _run(self) -> None:
        while True:
            self._wake.wait(WRITE_EVERY)
            is_last = self._ending
            self.write(SECONDS_AT_THE_END if is_last else SECONDS_TO_WRITE)
            with self._lock:
                if is_last or not self._waiting:
                    self._thread = None
                    lost = sum(counts.total() for counts in self._waiting.values())
                    break
        if lost:
            logger.warning("calls not counted: the process ended", extra={"calls": lost})


counts = Counts()
os.register_at_fork(after_in_child=counts.reset)


def count_call(*, key_id: str, user_sub: str, outcome: Outcome) -> None:
    """Never fails, and reads and writes nothing itself."""
    today = clock.now().date()
    month = UsageMonth(key_id=key_id, user_sub=user_sub, first=today.replace(day=1))
    counts.add(month, (today.day, outcome))
