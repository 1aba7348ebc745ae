from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from core import clock, places
from core.places import Cap
from core.repository import SCHEMA
from dynamo.metering import budget
from dynamo.table import Table

CAP = Cap("sending", places=2, seconds=60)


def rows():
    return list(Table(SCHEMA).scan())


def test_there_are_as_many_as_it_says_and_one_that_is_left_is_free():
    first, second = places.take(CAP, "alice"), places.take(CAP, "alice")
    assert first
    assert second
    assert places.take(CAP, "alice") is None
    places.leave(first)
    assert places.take(CAP, "alice")
    assert places.take(CAP, "alice") is None


def test_subjects_and_caps_share_none():
    for _ in range(2):
        places.take(CAP, "alice")
    assert places.take(CAP, "bob")
    assert places.take(Cap("other", places=1, seconds=60), "alice")
    assert "alice" not in str(rows())


def test_one_whose_holder_died_ends_by_itself():
    for _ in range(2):
        places.take(CAP, "alice")
    with time_machine.travel(clock.now() + timedelta(seconds=58), tick=False):
        assert places.take(CAP, "alice") is None
    with time_machine.travel(clock.now() + timedelta(seconds=61), tick=False):
        assert places.take(CAP, "alice")


def test_who_comes_back_late_takes_nobodys_place():
    late = places.take(CAP, "alice")
    places.take(CAP, "alice")
    with time_machine.travel(clock.now() + timedelta(seconds=61), tick=False):
        for _ in range(2):
            assert places.take(CAP, "alice")
        places.leave(late)
        assert places.take(CAP, "alice") is None


def test_leaving_in_an_outage_is_no_failure(faults):
    place = places.take(CAP, "alice")
    with faults.outage():
        places.leave(place)
    assert len(rows()) == 1


def test_it_costs_a_write_each():
    with budget(calls=1, wru=1):
        place = places.take(CAP, "alice")
    with budget(calls=1, wru=1):
        places.leave(place)


@pytest.mark.engine
def test_of_many_at_once_no_more_get_one():
    with ThreadPoolExecutor(max_workers=8) as pool:
        taken = list(pool.map(lambda _: places.take(CAP, "alice"), range(16)))
    assert len([place for place in taken if place]) == 2
