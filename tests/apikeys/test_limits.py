"""How often a key may call: the calculation, and what a call over the limit is told."""

from fractions import Fraction
from itertools import accumulate, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apikeys import services
from apikeys.errors import KeyLimitExceeded
from apikeys.services.limits import SECOND, Pace, pace_of, whole_seconds
from core.scopes import Scope
from dynamo.metering import budget
from tests.apikeys.calling import call, passes
from tests.apikeys.keys import PROFILE, change_row, issue, program, rows
from tests.apikeys.owners import current, edit

START = 1_800_000_000 * SECOND
paces = st.integers(1, 30_000).flatmap(
    lambda per_minute: st.builds(Pace, st.just(per_minute), st.integers(1, min(per_minute, 50)))
)


@st.composite
def arrivals(draw):
    """A pace, and moments at which somebody calls: often at once, at times after a long pause."""
    pace = draw(paces)
    gaps = st.one_of(st.just(0), st.integers(0, pace.step), st.integers(0, 60 * SECOND))
    return pace, list(accumulate(draw(st.lists(gaps, max_size=80)), initial=START))


def let_through(pace, moments, tat=0):
    passed = []
    for now in moments:
        if pace.wait(tat, now) == 0:
            tat = pace.after(tat, now)
            passed.append(now)
    return passed


@given(arrivals())
def test_no_interval_has_more_calls_than_the_limit_and_the_burst(asked):
    pace, moments = asked
    passed = let_through(pace, moments)
    for (first, start), (last, end) in combinations(enumerate(passed), 2):
        assert last - first + 1 <= pace.burst + Fraction(
            (end - start) * pace.per_minute, 60 * SECOND
        )


@given(st.integers(1, 30_000))
def test_the_limit_is_kept_however_long_somebody_calls(per_minute):
    """A step that is rounded down would add a call to the limit now and then."""
    step = Pace(per_minute, burst=1).step
    assert per_minute * (step - 1) < 60 * SECOND <= per_minute * step


@given(arrivals())
def test_it_lets_through_exactly_what_a_leaky_bucket_does(asked):
    pace, moments = asked
    level, before, expected = Fraction(0), START, []
    for now in moments:
        level, before = max(Fraction(0), level - Fraction(now - before, pace.step)), now
        if level + 1 <= pace.burst:
            level += 1
            expected.append(now)
    assert let_through(pace, moments) == expected


@given(paces, st.integers(1, 300))
def test_a_polite_caller_is_never_refused(pace, calls):
    moments = [START + number * pace.step for number in range(calls)]
    assert let_through(pace, moments) == moments


@given(arrivals())
def test_who_waits_as_told_passes_and_nobody_waits_too_long(asked):
    pace, moments = asked
    tat, now = 0, START
    for moment in moments:
        now = max(now, moment)
        wait = pace.wait(tat, now)
        assert pace.wait(tat, now + wait) == 0
        assert wait == 0 or pace.wait(tat, now + wait - 1) == 1
        assert wait <= pace.step
        now += wait
        tat = pace.after(tat, now)


@given(arrivals())
def test_what_remains_passes_at_once_and_one_more_does_after_the_reset(asked):
    pace, moments = asked
    tat = 0
    for now in moments:
        if pace.wait(tat, now) == 0:
            tat = pace.after(tat, now)
        quota = pace.quota(tat, now)
        assert len(let_through(pace, [now] * (pace.burst + 1), tat)) == quota.remaining
        assert pace.remaining(tat, now + quota.reset * SECOND) > quota.remaining
        if quota.remaining == 0:
            assert quota.reset == whole_seconds(pace.wait(tat, now))


def test_a_wait_is_told_in_whole_seconds_and_is_at_least_one():
    assert [whole_seconds(time) for time in (0, 1, SECOND, SECOND + 1)] == [1, 1, 1, 2]


@pytest.mark.parametrize(
    ("own", "expected"),
    [(None, Pace(60, 3)), (30, Pace(30, 3)), (2, Pace(2, 2)), (90, Pace(60, 3))],
)
def test_a_keys_own_limit_counts_up_to_the_sites(alice, slow, own, expected):
    change_row(issue(alice), calls_per_minute=own)
    [key], _ = services.list_keys(user_sub=alice.user_sub)
    assert pace_of(key) == expected


@pytest.fixture
def slow(settings, frozen):
    """A call a second, three at once."""
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 3
    return frozen


def test_over_the_limit_it_says_how_long_to_wait_and_changes_nothing(alice, slow):
    client = program(issue(alice).secret)
    for _ in range(3):
        assert client.get(PROFILE).status_code == 200
    before = rows()
    answer = client.get(PROFILE)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == "rate_limited"
    assert told["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert told["violated-policies"] == ["default"]
    assert rows() == before
    slow.shift(1)
    assert [client.get(PROFILE).status_code for _ in range(2)] == [200, 429]


def test_a_call_knows_what_is_left(alice, slow):
    issued = issue(alice)
    left = [call(issued).quota for _ in range(3)]
    assert [(quota.remaining, quota.reset) for quota in left] == [(2, 1), (1, 1), (0, 1)]
    assert (left[0].limit, left[0].window) == (60, 60)
    with pytest.raises(KeyLimitExceeded) as refused:
        services.check_key(issued.secret, needs=Scope.FEED_READ, ip="")
    assert refused.value.retry_after == 1
    slow.shift(60)
    assert call(issued).quota.remaining == 2


def test_each_key_has_a_limit_of_its_own(alice, slow):
    spent, fresh = issue(alice), issue(alice)
    assert [passes(spent) for _ in range(4)] == [True, True, True, False]
    assert passes(fresh)


def test_a_slow_key_waits_for_longer(alice, slow):
    issued = issue(alice)
    change_row(issued, calls_per_minute=1)
    assert [passes(issued), call(issued)] == [True, "rate_limited"]
    slow.shift(59)
    assert not passes(issued)
    slow.shift(1)
    assert passes(issued)


def test_a_higher_limit_holds_from_the_next_call(alice, slow):
    issued = issue(alice)
    change_row(issued, calls_per_minute=1)
    assert [passes(issued), passes(issued)] == [True, False]
    edit(current(issued.key), calls_per_minute=60)
    assert [passes(issued) for _ in range(4)] == [True, True, True, False]


def test_a_kept_copy_with_the_old_limit_refuses_once(alice, slow, settings):
    settings.API_KEYS_CACHE_SECONDS = 10
    issued = issue(alice)
    edit(issued.key, calls_per_minute=1)
    assert [passes(issued), passes(issued)] == [True, False]
    assert passes(issued) is False
    edit(current(issued.key), calls_per_minute=60)
    call(issued)
    assert passes(issued)


def test_another_change_gives_no_call_back(alice, slow):
    issued = issue(alice)
    assert [passes(issued) for _ in range(4)] == [True, True, True, False]
    edit(current(issued.key), description="other", scopes=["feed:read"])
    assert not passes(issued)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"ip": "203.0.113.9"}, "address_not_allowed"),
        ({"ip": ""}, "address_not_allowed"),
        ({"needs": Scope.FEED_WRITE}, "scope_missing"),
        ({"needs": None}, "key_not_allowed"),
    ],
)
def test_what_is_refused_for_its_address_or_scope_spends_nothing(alice, slow, asked, refusal):
    issued = issue(alice, Scope.FEED_READ)
    change_row(issued, allowed_networks=["198.51.100.0/24"])
    before = rows()
    assert [call(issued, **asked) for _ in range(10)] == [refusal] * 10
    assert rows() == before
    assert [passes(issued) for _ in range(4)] == [True, True, True, False]


def test_what_a_view_refuses_counts_as_a_call(alice, slow):
    client = program(issue(alice).secret)
    assert client.get("/api/v1/posts/01KC0QJ3N6Y5T2Z8S4V7W9X0AB/").status_code == 404
    assert client.patch(PROFILE, "{", content_type="application/json").status_code == 400
    assert client.get(PROFILE).status_code == 200
    assert client.get(PROFILE).status_code == 429


def test_a_call_over_the_limit_costs_no_write(alice, slow):
    issued = issue(alice)
    while passes(issued):
        pass
    with budget(calls=2, hops=2, rru=1.5, wru=0):
        assert call(issued) == "rate_limited"
