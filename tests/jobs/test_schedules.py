from datetime import timedelta

import pytest

from jobs import schedules
from jobs.items import Lane
from jobs.worker import run_due
from tests.jobs.work import waiting

SWEEP = "tests.sweep"


@pytest.fixture
def slots(registry, hands):
    hands.shift(timedelta(minutes=10))
    seen = []
    registry.recurring(SWEEP, every=timedelta(hours=1))(lambda job: seen.append(job.ids["slot"]))
    return seen


def test_the_first_worker_starts_the_schedule_at_the_next_slot(slots, hands):
    assert schedules.add_due_jobs() == 0
    hands.move_to("2030-01-01T00:59:59Z", tick=False)
    assert schedules.add_due_jobs() == 0
    hands.move_to("2030-01-01T01:00:00Z", tick=False)
    assert schedules.add_due_jobs() == 1
    assert [row.lane for row in waiting()] == [Lane.BULK]
    run_due()
    assert slots == ["2030-01-01T01:00:00.000000Z"]


def test_a_slot_is_claimed_once(slots, hands):
    schedules.add_due_jobs()
    hands.move_to("2030-01-01T01:00:00Z", tick=False)
    assert [schedules.add_due_jobs() for _ in range(3)] == [1, 0, 0]
    hands.shift(timedelta(hours=1))
    assert schedules.add_due_jobs() == 1


def test_missed_slots_run_once(slots, hands):
    schedules.add_due_jobs()
    hands.move_to("2030-01-04T05:30:00Z", tick=False)
    assert [schedules.add_due_jobs() for _ in range(3)] == [1, 0, 0]
    run_due()
    assert slots == ["2030-01-04T05:00:00.000000Z"]


def test_nothing_recurring_costs_nothing(registry):
    from dynamo.metering import budget

    with budget(calls=0):
        assert schedules.add_due_jobs() == 0


@pytest.mark.parametrize("every", [timedelta(0), timedelta(milliseconds=10), -timedelta(hours=1)])
def test_it_refuses_a_slot_of_less_than_a_second(registry, every):
    with pytest.raises(ValueError, match="at least a second"):
        registry.recurring(SWEEP, every=every)
