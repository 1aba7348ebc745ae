"""What only a real engine shows: workers side by side, and transactions whose answer is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from jobs import schedules
from jobs.items import Lane
from jobs.running import Outcome, Runner
from jobs.worker import Worker, run_due
from tests.dumps import dump_tables
from tests.jobs.work import RECORD, effects, record, stored, until, waiting, working

pytestmark = pytest.mark.engine


def patient():
    """Repeats at once, as a worker does after a moment."""
    return Runner("patient", wait=lambda seconds: False)


def test_two_workers_give_each_of_a_hundred_jobs_one_effect(ledger):
    names = [f"job {number}" for number in range(100)]
    for number, name in enumerate(names):
        record(name, lane=Lane.BULK if number % 3 else Lane.INTERACTIVE)
    with working(Worker()), working(Worker()):
        until(lambda: waiting() == [])
    assert [effects(name) for name in names] == [1] * 100
    assert len(ledger.runs) == 100


def test_a_slot_is_claimed_by_one_of_eight_workers(registry, hands):
    registry.recurring("tests.sweep", every=timedelta(hours=1))(lambda job: None)
    schedules.add_due_jobs()
    hands.shift(timedelta(hours=1))
    together = Barrier(8)

    def claim(_):
        together.wait()
        return schedules.add_due_jobs()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(claim, range(8))) == [0] * 7 + [1]
    assert len(waiting()) == 1


def test_one_of_eight_workers_leases_a_job(ledger):
    record()
    (row,) = waiting()
    together = Barrier(8)

    def run(number):
        together.wait()
        return Runner(f"worker {number}").run(row)

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(run, range(8)))
    assert outcomes == [Outcome.DONE] + [Outcome.LOST] * 7
    assert effects("one") == 1


@pytest.mark.parametrize("lost", [1, 2, 5])  # the SDK asks twice, then the worker asks again
def test_a_lost_answer_at_the_end_does_not_double_the_effect(ledger, faults, lost):
    record()
    (row,) = waiting()
    faults.lose_answer("TransactWriteItems", times=lost)
    assert patient().run(row) is Outcome.DONE
    assert (effects("one"), waiting(), len(faults.hits)) == (1, [], lost)


@pytest.mark.parametrize(("lost", "outcome"), [(2, Outcome.LOST), (4, Outcome.UNSETTLED)])
def test_nor_does_one_that_is_given_up(ledger, faults, hands, lost, outcome):
    record()
    (row,) = waiting()
    faults.lose_answer("TransactWriteItems", times=lost)
    assert Runner("impatient").run(row) is outcome
    hands.shift(61)
    assert run_due() == 0
    assert effects("one") == 1


def test_a_lost_answer_to_the_lease_counts_one_try(ledger, faults):
    record()
    faults.lose_answer("UpdateItem")
    assert run_due() == 1
    assert [job.tries for job in ledger.runs] == [1]


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_answer_while_putting_back_keeps_one_row(ledger, faults, lost):
    ledger.failure = RuntimeError()
    record()
    (row,) = waiting()
    faults.lose_answer("TransactWriteItems", times=lost)
    assert patient().run(row) is Outcome.FAILED
    assert stored()["tries"] == 1


def test_a_dead_workers_job_runs_elsewhere_when_its_lease_ends(ledger, hands):
    ledger.failure = SystemExit()  # the thread ends as in a process that is killed
    record()
    with pytest.raises(SystemExit):
        run_due()
    ledger.failure = None
    assert run_due() == 0
    hands.shift(61)
    assert run_due() == 1
    assert ([job.tries for job in ledger.runs], effects("one")) == ([1, 2], 1)


def test_a_stopped_worker_leaves_no_secret_in_sight(ledger):
    record(secret={"token": "correct-horse"})
    with working(Worker()):
        until(lambda: waiting() == [])
    record("left", secret={"token": "correct-horse"})
    dump = dump_tables("app")
    assert "'name': 'left'" in dump
    assert RECORD in dump
    assert "correct-horse" not in dump
