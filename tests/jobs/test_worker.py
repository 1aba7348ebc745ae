import logging
import threading
from collections import Counter
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest

from core import clock
from dynamo.errors import StorageError
from jobs import running, services
from jobs import worker as workers
from jobs.items import Lane
from jobs.polling import Poller
from jobs.worker import Worker
from tests.jobs.work import (
    RECORD,
    SECONDS,
    effects,
    record,
    stored,
    until,
    waiting,
    working,
)


@pytest.fixture
def ran(registry):
    """Set when the handler of RECORD was there."""
    event = threading.Event()
    registry.handler(RECORD)(lambda job: event.set())
    return event


def test_it_runs_what_comes(ran):
    with working(Worker()):
        record()
        assert ran.wait(SECONDS)
    assert waiting() == []


def test_stop_waits_for_running_jobs_and_takes_no_more(registry):
    started, ending = threading.Event(), threading.Event()

    def handle(job):
        started.set()
        assert ending.wait(SECONDS)

    registry.handler(RECORD)(handle)
    record("first")
    worker = Worker(threads=1)
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert started.wait(SECONDS)
    record("second")
    worker.stop()
    ending.set()
    thread.join(SECONDS)
    assert [row.ids["name"] for row in waiting()] == ["second"]


def test_the_grace_ends(registry):
    started, ending = threading.Event(), threading.Event()

    def handle(job):
        started.set()
        ending.wait(SECONDS)

    registry.handler(RECORD)(handle)
    record()
    worker = Worker(grace=0.05)
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert started.wait(SECONDS)
    worker.stop()
    thread.join(SECONDS)
    assert worker.running == 1
    assert stored()["owner"]
    ending.set()
    until(lambda: worker.running == 0)


def test_an_outage_is_waited_out_and_told_once(ran, faults, caplog, monkeypatch):
    monkeypatch.setattr(workers, "OUTAGE_PAUSES", (0.01,))
    caplog.set_level(logging.INFO, "jobs")
    record()
    outage = faults.outage()
    outage.__enter__()
    with working(Worker()):
        until(lambda: "storage is away" in told(caplog))
        assert not ran.wait(0.3)
        outage.__exit__(None, None, None)
        assert ran.wait(SECONDS)
    events = Counter(told(caplog))
    assert (events["storage is away"], events["storage is back"]) == (1, 1)


def test_a_job_that_meets_an_outage_at_its_end_ends_once(ledger, faults):
    record()
    faults.refuse("TransactWriteItems", "InternalServerError", times=3)
    with working(Worker()):
        until(lambda: waiting() == [])
    assert (effects("one"), len(ledger.runs), len(faults.hits)) == (1, 1, 3)


def test_a_long_row_of_short_jobs_is_no_outage(monkeypatch):
    """One look ends before its time for storage is used up, however much there is to start."""
    tenths, started = count(), []
    monkeypatch.setattr(workers, "time", SimpleNamespace(monotonic=lambda: next(tenths) / 10))
    worker = Worker(threads=1000)  # never all of them are busy
    monkeypatch.setattr(worker, "_poll", lambda closed: started)
    monkeypatch.setattr(worker, "_start", lambda row, received: started.append(next(tenths)))
    assert worker._look() == 0.0
    assert 0 < started[-1] / 10 < workers.LOOK_SECONDS


def test_bulk_jobs_leave_a_thread_to_the_interactive_ones(registry):
    ending, ran = threading.Event(), threading.Event()
    registry.handler("tests.slow")(lambda job: ending.wait(SECONDS) and None)
    registry.handler(RECORD)(lambda job: ran.set())
    for _ in range(4):
        services.enqueue("tests.slow", ids={}, lane=Lane.BULK)
    with working(Worker(threads=2)):
        record()
        assert ran.wait(SECONDS)
        ending.set()
        until(lambda: waiting() == [])


def test_a_recurring_job_runs_when_its_slot_comes(registry, hands, monkeypatch):
    monkeypatch.setattr(workers, "SCHEDULE_PAUSE", 0.02)
    ran = threading.Event()
    registry.recurring("tests.sweep", every=timedelta(hours=1))(lambda job: ran.set())
    with working(Worker()):
        until(lambda: services.list_schedules()[0][1])
        assert not ran.is_set()
        hands.shift(timedelta(hours=1))
        assert ran.wait(SECONDS)


def test_the_report_counts_since_the_last_one(ledger, registry, caplog, monkeypatch):
    monkeypatch.setattr(workers, "REPORT_PAUSE", 0.05)
    caplog.set_level(logging.INFO, "jobs")
    registry.handler("tests.broken")(lambda job: 1 / 0)
    services.enqueue("tests.broken", ids={})
    record()
    total = Counter()
    with working(Worker()):
        until(lambda: Counter(told(caplog))["job"] >= 2)
        until(lambda: told(caplog)[-2:] == ["jobs of a minute"] * 2)
    for entry in caplog.records:
        if entry.message == "jobs of a minute":
            total += Counter(rate=entry.rate, failed=entry.failed, dead=entry.dead)
    assert total["rate"] == 1
    assert total["failed"] >= 1  # once more when it was tried again meanwhile


def test_the_report_of_a_minute_has_every_number(hands, registry, caplog, monkeypatch):
    monkeypatch.setattr(workers, "REPORT_PAUSE", 0.0)
    monkeypatch.setattr(running, "MAX_TRIES", 1)
    caplog.set_level(logging.INFO, "jobs")
    registry.handler("tests.broken")(lambda job: 1 / 0)
    services.enqueue("tests.broken", ids={})
    worker = Worker()
    with working(worker):
        until(lambda: sum(line.dead for line in reports(caplog)) == 1)
    record(lane=Lane.BULK)
    hands.shift(75)
    worker._report()
    last = reports(caplog)[-1]
    assert (last.lag, last.rate, last.failed, last.dead, last.running) == (75.0, 0, 0, 0, 0)


def test_an_outage_at_the_report_loses_no_count(ledger, faults, caplog):
    caplog.set_level(logging.INFO, "jobs")
    record()
    worker = Worker()
    with working(worker):
        until(lambda: waiting() == [] and not worker.running)
    with faults.outage(), pytest.raises(StorageError):
        worker._report()
    worker._report()
    assert [line.rate for line in reports(caplog)] == [1]


def reports(caplog):
    return [entry for entry in list(caplog.records) if entry.message == "jobs of a minute"]


def test_the_lag_is_that_of_the_oldest_job_nobody_runs(hands, registry):
    poller = Poller()
    assert poller.lag() == 0
    record(due=clock.now() + timedelta(hours=9))
    record()
    hands.shift(30)
    record(lane=Lane.BULK)
    hands.shift(60)
    assert poller.lag() == 90


def told(caplog):
    return [entry.message for entry in list(caplog.records)]


def test_each_job_is_one_line_without_secrets(ledger, caplog):
    caplog.set_level(logging.DEBUG, "jobs")
    record(secret={"token": "correct-horse"})
    workers.run_due()
    (line,) = [entry for entry in caplog.records if entry.message == "job"]
    assert (line.kind, line.tries, line.outcome) == (RECORD, 1, "done")
    assert line.calls == 2
    assert line.ms > 0
    assert "correct-horse" not in repr([entry.__dict__ for entry in caplog.records])
