from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from core.errors import RateLimited
from core.ratelimit import Limit, give_back, hit, spend, unspend
from core.repository import SCHEMA
from dynamo import metering
from dynamo.table import Table

LIMIT = Limit("sign_in", times=3, seconds=300)


@pytest.fixture
def now():
    with time_machine.travel(datetime(2099, 11, 23, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def rows():
    return list(Table(SCHEMA).scan())


def is_refused(limit, subject):
    try:
        hit(limit, subject)
    except RateLimited:
        return True
    return False


def test_it_lets_the_limit_through_and_refuses_the_next(now):
    assert [is_refused(LIMIT, "alice") for _ in range(5)] == [False] * 3 + [True] * 2
    assert [row["n"] for row in rows()] == [3]


def test_the_refusal_says_how_long_to_wait(now):
    for _ in range(3):
        hit(LIMIT, "alice")
    with pytest.raises(RateLimited) as raised:
        hit(LIMIT, "alice")
    assert 1 <= raised.value.retry_after <= 300
    now.shift(timedelta(seconds=raised.value.retry_after - 1))
    assert is_refused(LIMIT, "alice")
    now.shift(timedelta(seconds=1))
    assert not is_refused(LIMIT, "alice")


def test_subjects_and_limits_do_not_share_a_budget(now):
    for _ in range(3):
        hit(LIMIT, "alice")
    assert not is_refused(LIMIT, "bob")
    assert not is_refused(Limit("sign_up", times=3, seconds=300), "alice")


def test_windows_of_different_subjects_begin_at_different_moments(now):
    for name in range(20):
        hit(LIMIT, f"person {name}")
    assert len({row["expires_at"] for row in rows()}) > 10


def test_the_row_names_nobody_and_expires_with_its_window(now):
    hit(LIMIT, "alice@example.com")
    [row] = rows()
    assert "alice" not in str(row)
    assert 0 < row["expires_at"] - datetime.now(UTC).timestamp() <= 300


def test_a_try_can_be_given_back(now):
    for _ in range(3):
        hit(LIMIT, "alice")
    give_back(LIMIT, "alice")
    assert [is_refused(LIMIT, "alice") for _ in range(2)] == [False, True]


def test_nothing_can_be_given_back_that_was_not_taken(now):
    give_back(LIMIT, "alice")
    assert rows() == []
    hit(LIMIT, "alice")
    give_back(LIMIT, "alice")
    give_back(LIMIT, "alice")
    assert [row["n"] for row in rows()] == [0]


def test_a_hit_costs_one_write(now):
    with metering.budget(calls=1, rru=0, wru=1):
        hit(LIMIT, "alice")


@pytest.mark.engine
def test_of_fifty_at_once_exactly_the_limit_passes():
    limit = Limit("burst", times=7, seconds=86_400)
    with ThreadPoolExecutor(50) as pool:
        refused = list(pool.map(lambda _: is_refused(limit, "alice"), range(50)))
    assert refused.count(False) == 7
    assert [row["n"] for row in rows()] == [7]


def test_a_budget_gets_back_what_came_to_nothing_and_no_more(now):
    ends = datetime(2099, 11, 24, tzinfo=UTC)
    spend("mail", "1", times=1, ends=ends)
    with pytest.raises(RateLimited):
        spend("mail", "1", times=1, ends=ends)
    for _ in range(3):
        unspend("mail", "1")
    spend("mail", "1", times=1, ends=ends)
    with pytest.raises(RateLimited):
        spend("mail", "1", times=1, ends=ends)
