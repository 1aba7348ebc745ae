"""Running one job: lease it, call its handler, and settle what becomes of it."""

import json
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from core import clock, crypto
from dynamo.errors import StorageError, Unavailable
from dynamo.metering import Meter, meter
from jobs.errors import LeaseLost
from jobs.handlers import Done, Handler, Retry, find_handler
from jobs.items import Job, JobRow
from jobs.repository import DEAD_PARTITION, Outbox
from jobs.services import secret_context, secret_today

LEASE = timedelta(seconds=60)  # longer than the clocks of two workers may differ
MAX_TRIES = 8
FIRST_DELAY = timedelta(seconds=5)
DELAY_FACTOR = 4
LONGEST_DELAY = timedelta(hours=6)  # eight tries span about nine hours
UNKNOWN_DELAY = timedelta(seconds=30)

logger = logging.getLogger("jobs")
_jitter = random.SystemRandom()


class Outcome(StrEnum):
    DONE = "done"
    RETRY = "retry"  # the handler asked for another time
    FAILED = "failed"  # put back, to be tried again
    DEAD = "dead"
    LOST = "lost"  # another worker has it, or its lease ran out meanwhile
    UNKNOWN = "unknown"  # no handler here; put back for a worker that has one
    UNSETTLED = "unsettled"  # storage went away; the lease runs out and it is tried again


def back_off(tries: int) -> timedelta:
    """5 s, 20 s, 80 s … up to 6 h: half of it fixed, half of it random."""
    growth: int = DELAY_FACTOR ** (tries - 1)
    return min(FIRST_DELAY * growth, LONGEST_DELAY) * _jitter.uniform(0.5, 1)


class Runner:
    """Runs jobs under one owner's name, each in the thread that asks for it."""

    def __init__(self, owner: str, *, wait: Callable[[float], bool] | None = None) -> None:
        """`wait` sleeps between tries to settle a job while storage is away, and answers True
        to give up; without it, there is one try."""
        self._owner = owner
        self._wait = wait or (lambda seconds: True)
        self._outbox = Outbox()
        self._leases: dict[str, JobRow] = {}
        self._lock = threading.Lock()

    def run(self, row: JobRow) -> Outcome:
        """Never raises what a handler or storage raises."""
        started = time.perf_counter()
        error = ""
        with meter() as metered:
            try:
                outcome, error = self._run(row)
            except LeaseLost:
                outcome = Outcome.LOST
            except StorageError as failure:
                outcome, error = Outcome.UNSETTLED, type(failure).__name__
        _log(row, outcome, error, time.perf_counter() - started, metered)
        return outcome

    def extend_leases(self) -> None:
        """Keep what runs longer than a third of its lease. Raises StorageError."""
        now = clock.now()
        with self._lock:
            held = list(self._leases.values())
        for row in held:
            if clock.parse(row.lease_until) - now > LEASE * 2 / 3:
                continue
            until = clock.text(now + LEASE)
            try:
                self._outbox.extend(row, until=until)
            except LeaseLost:
                continue  # its handler ends in vain: settling fails on the same condition
            with self._lock:
                if row.attempt in self._leases:
                    self._leases[row.attempt] = replace(row, lease_until=until)

    def _run(self, row: JobRow) -> tuple[Outcome, str]:
        handle = find_handler(row.kind)
        if handle is None:
            later = clock.now() + UNKNOWN_DELAY * _jitter.uniform(0.5, 1)
            self._outbox.postpone(row, _moved(row, later))
            return Outcome.UNKNOWN, ""
        if row.tries >= MAX_TRIES:  # its last run never came back: it may have killed the worker
            self._outbox.bury(row, _buried(row, "WorkerLost"), holder=False)
            return Outcome.DEAD, "WorkerLost"
        now = clock.now()
        leased = self._outbox.lease(
            row, owner=self._owner, now=clock.text(now), until=clock.text(now + LEASE)
        )
        if leased is None:
            return Outcome.LOST, ""
        with self._lock:
            self._leases[leased.attempt] = leased
        try:
            return self._handle(leased, handle)
        finally:
            with self._lock:
                del self._leases[leased.attempt]

    def _handle(self, row: JobRow, handle: Handler) -> tuple[Outcome, str]:
        try:
            done = handle(_job(row)) or Done()
            self._settle(lambda: self._outbox.finish(row, done.writes))
        except LeaseLost:
            raise
        except Retry as asked:
            return self._put_back(row, asked, after=asked.after, outcome=Outcome.RETRY)
        except Exception as failure:  # noqa: BLE001  (whatever it is, the next job must run)
            return self._put_back(row, failure, after=back_off(row.tries), outcome=Outcome.FAILED)
        return Outcome.DONE, ""

    def _put_back(
        self, row: JobRow, reason: Exception, *, after: timedelta, outcome: Outcome
    ) -> tuple[Outcome, str]:
        error = type(reason).__name__
        if outcome is Outcome.FAILED:
            logger.warning("job failed", exc_info=reason, extra={"job_id": row.job_id})
        if row.tries >= MAX_TRIES:
            dead = _buried(row, error)
            self._settle(lambda: self._outbox.bury(row, dead, holder=True))
            return Outcome.DEAD, error
        later = replace(_moved(row, clock.now() + after), error=error)
        self._settle(lambda: self._outbox.put_back(row, later))
        return outcome, error

    def _settle(self, write: Callable[[], None]) -> None:
        """Repeat the same write while the lease lasts; its token makes that harmless."""
        patience = time.monotonic() + LEASE.total_seconds()
        pause = 0.25
        while True:
            try:
                return write()
            except Unavailable:
                if time.monotonic() + pause > patience or self._wait(pause):
                    raise
                pause = min(pause * 2, 5)


def _job(row: JobRow) -> Job:
    """Raises core.crypto.DecryptionFailed."""
    secret = crypto.decrypt(row.secret, context=secret_context(row.job_id)) if row.secret else ""
    return Job(
        id=row.job_id,
        kind=row.kind,
        ids=row.ids,
        secret=json.loads(secret) if secret else {},
        due=clock.parse(row.due),
        tries=row.tries,
        created_at=clock.parse(row.created_at),
    )


def _moved(row: JobRow, due: datetime) -> JobRow:
    now = clock.text(clock.now())
    return replace(
        row,
        due=clock.text(due),
        updated_at=now,
        owner="",
        lease_until="",
        secret=secret_today(row),
    )


def _buried(row: JobRow, error: str) -> JobRow:
    return replace(_moved(row, clock.now()), partition=DEAD_PARTITION, error=error)


def _log(row: JobRow, outcome: Outcome, error: str, seconds: float, metered: Meter) -> None:
    level = logging.ERROR if outcome is Outcome.DEAD else logging.INFO
    logger.log(
        level,
        "job",
        extra={
            "kind": row.kind,
            "job_id": row.job_id,
            "tries": row.tries if outcome is Outcome.UNKNOWN else min(row.tries + 1, MAX_TRIES),
            "outcome": str(outcome),
            "error_code": error,
            "ms": round(seconds * 1000, 1),
            "calls": metered.calls,
            "rru": metered.rru,
            "wru": metered.wru,
        },
    )
