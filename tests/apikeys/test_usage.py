"""How often a key was called: what is counted, when it is written, what its owner sees."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from apikeys import services
from apikeys.errors import KeyNotFound
from apikeys.items import DayUsage, Outcome
from apikeys.middleware import outcome_of
from apikeys.repository import ApiKeyRepository
from apikeys.services.counting import counts
from core import clock, ids, personal_data
from core.errors import Invalid
from core.scopes import Scope
from dynamo.metering import budget
from tests.apikeys.keys import ACTOR, PROFILE, issue, program, rows, use_rows

TODAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEEN = ("2026-03", "2026-05")  # the months of today and of 70 days later


@pytest.fixture
def today():
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


def count(issued, outcome=Outcome.OK, times=1):
    for _ in range(times):
        services.count_call(key_id=issued.key.key_id, user_sub=issued.key.user_sub, outcome=outcome)


def used(user, issued, days=1):
    return services.usage_of(user_sub=user.user_sub, key_id=issued.key.key_id, days=days)


def test_calls_are_counted_by_how_they_ended(alice, today):
    issued = issue(alice, Scope.PROFILE_READ, Scope.PROFILE_WRITE)
    client = program(issued.secret)
    assert client.get(PROFILE).status_code == 200
    assert client.get("/api/v1/sessions/").status_code == 403
    assert client.patch(PROFILE, {}, content_type="application/json").status_code == 400
    services.revoke_key(user_sub=alice.user_sub, key_id=issued.key.key_id, actor=ACTOR)
    assert client.get(PROFILE).status_code == 401
    counts.write()
    assert used(alice, issued) == [DayUsage(day=TODAY.date(), ok=1, refused=2, client_error=1)]


def test_what_the_limit_refuses_is_counted_too(alice, today, settings):
    settings.API_KEYS_BURST = 2
    issued = issue(alice)
    client = program(issued.secret)
    assert [client.get(PROFILE).status_code for _ in range(4)] == [200, 200, 429, 429]
    counts.write()
    assert used(alice, issued) == [DayUsage(day=TODAY.date(), ok=2, rate_limited=2)]


@pytest.mark.parametrize("text", ["lk_live_x", "wrong secret"])
def test_a_call_whose_secret_is_wrong_is_nobodys(alice, text):
    issued = issue(alice)
    text = issued.secret[:-10] + "0" * 10 if text == "wrong secret" else text
    assert program(text).get(PROFILE).status_code == 401
    counts.write()
    assert use_rows() == {}


def test_each_status_has_its_outcome():
    expected = {200: "ok", 302: "ok", 401: "refused", 403: "refused", 404: "client_error"}
    expected |= {409: "client_error", 429: "rate_limited", 500: "server_error", 503: "server_error"}
    assert {status: str(outcome_of(status)) for status in expected} == expected


def test_a_call_waits_for_no_count(alice):
    issued = issue(alice)
    with budget(calls=0):
        count(issued, times=10)
    assert use_rows() == {}


def test_all_calls_of_a_key_and_month_are_one_write(alice, today):
    issued = issue(alice)
    count(issued)
    counts.write()
    count(issued, times=20)
    count(issued, Outcome.RATE_LIMITED, times=5)
    today.shift(timedelta(days=1))
    count(issued)
    with budget(calls=1, wru=1):
        counts.write()
    with budget(calls=0):
        counts.write()
    assert used(alice, issued, days=2) == [
        DayUsage(day=date(2026, 3, 1), ok=21, rate_limited=5),
        DayUsage(day=date(2026, 3, 2), ok=1),
    ]


def test_its_owner_sees_every_day_over_three_months(alice, today):
    issued = issue(alice)
    for back in (29, 1, 0):
        today.move_to(TODAY - timedelta(days=back))
        count(issued)
        counts.write()
    with budget(calls=2, hops=2):
        found = used(alice, issued, days=30)
    assert [day.day for day in found] == [
        date(2026, 1, 31) + timedelta(days=after) for after in range(30)
    ]
    assert [day.total for day in found] == [1, *[0] * 27, 1, 1]


def test_a_page_of_keys_costs_one_call(alice, today):
    often, never = issue(alice), issue(alice)
    today.move_to(TODAY - timedelta(days=30))
    count(often)
    counts.write()
    today.move_to(TODAY)
    count(often, times=3)
    counts.write()
    with budget(calls=1):
        found = services.calls_of([often.key.key_id, never.key.key_id], days=30)
    assert found == {often.key.key_id: 3, never.key.key_id: 0}
    with budget(calls=0):
        assert services.calls_of([]) == {}


def test_nobody_sees_the_calls_of_somebody_elses_key(alice, mallory):
    issued = issue(alice)
    with pytest.raises(KeyNotFound):
        used(mallory, issued)


@pytest.mark.parametrize("days", [0, -1, 61])
def test_days_out_of_bounds_are_named(alice, days):
    with pytest.raises(Invalid) as refused:
        used(alice, issue(alice), days=days)
    assert list(refused.value.errors) == ["days"]


@pytest.mark.engine
def test_the_list_of_keys_never_shows_a_row_of_counts(alice):
    issued = issue(alice)
    count(issued)
    counts.write()
    assert len(use_rows()) == 1
    assert [row["key_id"] for row in ApiKeyRepository().rows_of(alice.user_sub)] == [*rows()]


def test_no_row_of_counts_outlasts_its_key(alice, today):
    """By whose row it is found when its owner leaves."""
    issued = issue(alice, days=7)
    count(issued)
    counts.write()
    today.shift(timedelta(days=70))
    count(issued, Outcome.REFUSED)
    counts.write()
    key_goes = rows()[issued.key.key_id]["purge_at"]
    goes = [use_rows()[f"use#{issued.key.key_id}#{month}"]["purge_at"] for month in SEEN]
    assert goes == [datetime(2026, 5, 30, tzinfo=UTC).timestamp(), key_goes]


def test_sixty_days_are_always_there(alice, today):
    issued = issue(alice)
    for _ in range(60):
        count(issued)
        counts.write()
        today.shift(timedelta(days=1))
    today.shift(timedelta(days=-1))
    now = clock.now().timestamp()
    assert all(row["purge_at"] > now for row in use_rows().values())
    assert sum(day.ok for day in used(alice, issued, days=60)) == 60


def test_counts_are_handed_out_and_erased_with_their_owner(alice, bob, today):
    mine, bobs = issue(alice), issue(bob)
    for back in (120, 0):
        today.move_to(TODAY - timedelta(days=back))
        count(mine)
        count(bobs)
        counts.write()
    exported = personal_data.export(alice.user_sub)["apikeys"]["api_key_usage"]
    assert [row["key_id"] for row in exported] == [*sorted(use_rows_of(mine), reverse=True)]
    personal_data.holders()["apikeys"].erase(alice.user_sub)
    assert use_rows().keys() == use_rows_of(bobs)
    assert len(use_rows_of(bobs)) == 2


def test_what_is_counted_late_leaves_nothing_of_who_was_erased(alice):
    issued = issue(alice)
    count(issued)
    personal_data.holders()["apikeys"].erase(alice.user_sub)
    counts.write()
    count(issued)
    counts.write()
    assert use_rows() == {}


def use_rows_of(issued):
    return {key_id for key_id in use_rows() if issued.key.key_id in key_id}


def test_counts_of_a_key_that_never_was_are_dropped():
    services.count_call(key_id=ids.new_id(), user_sub=ids.new_id(), outcome=Outcome.OK)
    counts.write()
    assert use_rows() == {}
