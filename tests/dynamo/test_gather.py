import threading
import time

import pytest

from dynamo.client import deadline
from dynamo.errors import Unavailable
from dynamo.gather import THREADS, gather
from dynamo.metering import meter

ALICE = {"pk": "USER#alice", "sk": "BALANCE"}


def test_it_returns_the_results_in_order():
    assert gather(lambda: 1, lambda: "two", lambda: None) == (1, "two", None)
    assert gather() == ()
    assert gather(lambda: 1) == (1,)


def test_the_calls_run_beside_each_other():
    met = threading.Barrier(3, timeout=5)
    assert len(set(gather(met.wait, met.wait, met.wait))) == 3


def test_the_first_error_is_raised_after_all_ended():
    ended = []

    def fail(name):
        ended.append(name)
        raise ValueError(name)

    calls = [lambda: fail("first"), lambda: ended.append("second"), lambda: fail("third")]
    with pytest.raises(ValueError, match="first"):
        gather(*calls)
    assert sorted(ended) == ["first", "second", "third"]


def test_a_gather_inside_a_gather_ends():
    inner = [lambda: 1] * 8

    def nested():
        return sum(gather(*inner))

    assert gather(*[nested] * (3 * THREADS)) == (8,) * (3 * THREADS)


def test_side_by_side_is_one_hop(table):
    def once():
        table.get(ALICE)

    def twice():
        table.get(ALICE)
        table.get(ALICE)

    with meter() as spent:
        gather(once, twice, once)
        table.get(ALICE)
    assert (spent.calls, spent.hops, spent.rru) == (5, 3, 2.5)
    assert len(spent.operations) == 5


def test_deadlines_reach_into_the_branches(table):
    with deadline(0), pytest.raises(Unavailable, match="used up"):
        gather(lambda: time.monotonic(), lambda: table.get(ALICE))


def test_it_measures_nothing_without_a_meter(table):
    assert gather(lambda: table.get(ALICE), lambda: table.get(ALICE)) == (None, None)
