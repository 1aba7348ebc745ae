"""The worker: one thread that looks for due jobs, and a few that run them."""

import logging
import os
import socket
import threading
import time
from collections import Counter

from core.ids import new_id
from dynamo.client import deadline
from dynamo.errors import StorageError
from jobs import schedules
from jobs.items import JobRow, Lane
from jobs.polling import Poller
from jobs.running import Outcome, Runner

THREADS = 4
GRACE = 20.0  # seconds that running handlers get after stop()
LOOK_SECONDS = 5.0  # of storage calls in one look, so that stop() is heard in an outage too
BUSY_PAUSE = 1.0  # seconds between two looks at the leases while every thread is busy
SCHEDULE_PAUSE = 5.0
REPORT_PAUSE = 60.0
OUTAGE_PAUSES = (0.5, 1.0, 2.0, 5.0)  # the last one repeats

logger = logging.getLogger("jobs")


def run_due(limit: int = 1000) -> int:
    """Run what is due now, and what that adds, in this thread; returns how many jobs ran.

    Raises StorageError.
    """
    runner = Runner(_owner())
    ran = 0
    while ran < limit:
        batch = _run_pass(runner, limit - ran)
        if not batch:
            break
        ran += batch
    return ran


def _run_pass(runner: Runner, limit: int) -> int:
    poller = Poller()
    ran = 0
    while ran < limit and (row := poller.next_row()) is not None:
        ran += runner.run(row) not in (Outcome.LOST, Outcome.UNKNOWN, Outcome.UNSETTLED)
    return ran


class Worker:
    """Runs until stop(); an outage of storage is waited out."""

    def __init__(self, *, threads: int = THREADS, grace: float = GRACE) -> None:
        self._threads = threads
        self._grace = grace
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._lock = threading.Lock()
        self._running: Counter[Lane] = Counter()
        self._outcomes: Counter[Outcome] = Counter()
        self._in_doubt = False  # a job met an outage: what was read ahead is worth nothing
        self._poller = Poller()
        self._runner = Runner(_owner(), wait=self._stopping.wait)
        self._next_schedule = 0.0
        self._next_report = time.monotonic() + REPORT_PAUSE

    def stop(self) -> None:
        """Take no more jobs; run() returns when the running ones end, or after the grace."""
        self._stopping.set()
        self._wake.set()

    @property
    def running(self) -> int:
        """How many jobs run now."""
        with self._lock:
            return self._running.total()

    def run(self) -> None:
        """Blocks until stop(); jobs that still run after the grace are left to their leases."""
        failures = 0
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                with deadline(LOOK_SECONDS):
                    pause = self._look()
            except StorageError as error:
                if not failures:
                    logger.warning("storage is away", exc_info=error)
                pause = OUTAGE_PAUSES[min(failures, len(OUTAGE_PAUSES) - 1)]
                failures += 1
                self._stopping.wait(pause)
                continue
            if failures:
                logger.info("storage is back", extra={"retries": failures})
                failures = 0
            self._wake.wait(pause)
        self._drain()

    def _look(self) -> float:
        """Start what can be started; returns the seconds until the next look."""
        if self._in_doubt:
            self._in_doubt = False
            self._poller.forget()
        self._runner.extend_leases()
        self._keep_time()
        while not self._stopping.is_set():
            closed = self._closed_lanes()
            if len(closed) == len(Lane):
                return BUSY_PAUSE
            row = self._poller.next_row(closed=closed)
            if row is None:
                return self._poller.pause(closed=closed)
            if not self._stopping.is_set():
                self._start(row)
        return 0.0

    def _keep_time(self) -> None:
        now = time.monotonic()
        if now >= self._next_schedule:
            schedules.add_due_jobs()
            self._next_schedule = now + SCHEDULE_PAUSE
        if now >= self._next_report:
            self._report()
            self._next_report = now + REPORT_PAUSE

    def _closed_lanes(self) -> frozenset[Lane]:
        """Bulk jobs leave one thread to the interactive ones, where there is more than one."""
        with self._lock:
            if self._running.total() >= self._threads:
                return frozenset(Lane)
            if self._threads > 1 and self._running[Lane.BULK] >= self._threads - 1:
                return frozenset({Lane.BULK})
        return frozenset()

    def _start(self, row: JobRow) -> None:
        with self._lock:
            self._running[row.lane] += 1
        threading.Thread(
            target=self._run, args=(row,), name=f"job {row.job_id}", daemon=True
        ).start()

    def _run(self, row: JobRow) -> None:
        outcome = Outcome.UNSETTLED
        try:
            outcome = self._runner.run(row)
        finally:
            with self._lock:
                self._running[row.lane] -= 1
                self._outcomes[outcome] += 1
                self._in_doubt |= outcome is Outcome.UNSETTLED
            self._wake.set()

    def _report(self) -> None:
        with self._lock:
            counted, self._outcomes = self._outcomes, Counter()
        logger.info(
            "jobs of a minute",
            extra={
                "lag": round(self._poller.lag(), 1),
                "rate": counted[Outcome.DONE],
                "failed": counted[Outcome.FAILED],
                "dead": counted[Outcome.DEAD],
                "running": self.running,
            },
        )

    def _drain(self) -> None:
        ends_at = time.monotonic() + self._grace
        while (left := ends_at - time.monotonic()) > 0:
            self._wake.clear()
            if not self.running:
                return
            self._wake.wait(left)


def _owner() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{new_id()}"
