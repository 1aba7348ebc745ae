"""The worker: one thread that looks for due jobs, and a few that run them."""

import logging
import os
import socket
import threading
import time
from collections import Counter
from contextlib import nullcontext

from django.conf import settings

from core.ids import new_id
from dynamo.client import deadline
from dynamo.errors import StorageError
from jobs import schedules
from jobs.items import JobRow, Lane
from jobs.polling import Poller
from jobs.receiving import Received
from jobs.running import Outcome, Runner
from jobs.transport import LAST_POLL, Transport

THREADS = 4
GRACE = 20.0  # seconds that running handlers get after stop()
LAST_LOOK = 2.0
LOOK_SECONDS = 5.0  # of storage calls in one look, so that stop() is heard in an outage too
LEASES_PAUSE = 1.0  # seconds between two looks at the leases while nothing can be started
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
    """Runs until stop(); an outage of storage is waited out.

    With JOBS_QUEUE_URL it takes the keys of jobs from the queue, and polls the outbox itself only
    while the queue is away.
    """

    def __init__(
        self, *, threads: int = THREADS, grace: float = GRACE, relays: bool = True
    ) -> None:
        """`relays`: with a queue, also look for due jobs and hand their keys to it."""
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
        self._transport = (
            Transport(settings.JOBS_QUEUE_URL, wake=self._wake.set, relays=relays)
            if settings.JOBS_QUEUE_URL
            else None
        )
        self._next_schedule = 0.0
        self._next_report = time.monotonic() + REPORT_PAUSE

    def stop(self) -> None:
        """Take no more jobs; run() returns when the running ones end, or after the grace."""
        self._stopping.set()
        self._wake.set()
        if self._transport:
            self._transport.stop()

    @property
    def last_look(self) -> float:
        """Seconds that looking for jobs may go on after stop(); it starts none."""
        return LAST_LOOK + (LAST_POLL if self._transport else 0)

    @property
    def running(self) -> int:
        """How many jobs run now."""
        with self._lock:
            return self._running.total()

    def run(self) -> None:
        """Blocks until stop(); jobs that still run after the grace are left to their leases."""
        with self._transport or nullcontext():
            self._work()

    def _work(self) -> None:
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
        if self._transport:
            self._transport.require_alive()
        self._runner.extend_leases()
        self._keep_time()
        ends_at = time.monotonic() + LOOK_SECONDS / 2  # leases wait for the next look
        while not self._stopping.is_set() and time.monotonic() < ends_at:
            closed = self._closed_lanes()
            if len(closed) == len(Lane):
                return LEASES_PAUSE
            received = self._receive(closed)
            row = received.row if received else self._poll(closed)
            if row is None:
                return self._pause(closed)
            if not self._stopping.is_set():
                self._start(row, received)
        return 0.0

    def _receive(self, closed: frozenset[Lane]) -> Received | None:
        if self._transport is None:
            return None
        return self._transport.next(closed=closed, room=self._threads - self.running)

    def _poll(self, closed: frozenset[Lane]) -> JobRow | None:
        return self._poller.next_row(closed=closed) if self._polls() else None

    def _pause(self, closed: frozenset[Lane]) -> float:
        return self._poller.pause(closed=closed) if self._polls() else LEASES_PAUSE

    def _polls(self) -> bool:
        return self._transport is None or self._transport.away

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

    def _start(self, row: JobRow, received: Received | None) -> None:
        with self._lock:
            self._running[row.lane] += 1
        threading.Thread(
            target=self._run, args=(row, received), name=f"job {row.job_id}", daemon=True
        ).start()

    def _run(self, row: JobRow, received: Received | None) -> None:
        outcome = Outcome.UNSETTLED
        try:
            outcome = self._runner.run(row)
        finally:
            if self._transport and received:
                self._transport.settle(received, outcome)
            with self._lock:
                self._running[row.lane] -= 1
                self._outcomes[outcome] += 1
                self._in_doubt |= outcome is Outcome.UNSETTLED
            self._wake.set()

    def _report(self) -> None:
        lag = self._poller.lag()  # first: in an outage nothing is counted away
        with self._lock:
            counted, self._outcomes = self._outcomes, Counter()
        logger.info(
            "jobs of a minute",
            extra={
                "lag": round(lag, 1),
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
