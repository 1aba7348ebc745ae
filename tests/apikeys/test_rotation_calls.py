"""Calls with a key that has two secrets."""

from datetime import timedelta
from functools import partial

import pytest

from alerts.repository import AlertRepository
from apikeys import texts
from core import clock
from dynamo.expressions import Update
from dynamo.metering import budget
from dynamo.schema import schema_named
from dynamo.table import Table
from tests.apikeys.calling import ELSEWHERE, HOME, call, passes
from tests.apikeys.keys import PROFILE, change_row, issue, program, rows
from tests.apikeys.rotating import prepare, rotate

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OLD, NEW = "an old pepper of enough length 0123", "a new pepper of enough length 45678"


@pytest.fixture
def issued(alice, frozen):
    return issue(alice)


def row_of(issued):
    return rows()[issued.key.key_id]


def told(user):
    kept = AlertRepository().rows_of(user.user_sub)
    return [row for row in kept if row["kind"] == "apikey.old_secret_used"]


def test_both_secrets_work_during_the_overlap_and_only_the_new_one_after(issued, frozen):
    new = rotate(issued, overlap=HOUR)
    assert passes(issued)
    assert passes(new)
    frozen.shift(HOUR - timedelta(seconds=1))
    assert passes(issued)
    frozen.shift(timedelta(seconds=1))
    assert call(issued) == "key_invalid"
    assert passes(new)


def test_both_secrets_share_one_limit(issued, settings):
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 3
    new = rotate(issued, overlap=HOUR)
    assert [passes(secret) for secret in (new, issued, new, issued)] == [True, True, True, False]


def test_a_call_knows_that_it_brought_the_old_secret(issued):
    new = rotate(issued, overlap=HOUR)
    assert call(issued).old_secret_until == clock.from_epoch(row_of(issued)["previous"]["until"])
    assert call(new).old_secret_until is None


def test_the_use_of_the_old_secret_is_noted_on_its_own(issued, frozen):
    new = rotate(issued, overlap=DAY)
    with budget(calls=5, hops=3):  # the last two tell its owner
        call(issued, ip=HOME)
    frozen.shift(1)
    with budget(calls=3, hops=2, rru=1.5, wru=1):
        call(issued, ip=HOME)
    used = clock.text(clock.now())
    frozen.shift(1)
    call(new, ip="198.51.100.8")
    row = row_of(issued)
    assert (row["previous"]["last_used_at"], row["previous"]["last_used_ip"]) == (used, HOME)
    assert (row["last_used_at"], row["last_used_ip"]) == (clock.text(clock.now()), "198.51.100.8")


def test_the_owner_hears_of_the_old_secret_once_a_day(alice, issued, frozen):
    rotate(issued, overlap=3 * DAY)
    for _ in range(3):
        assert passes(issued, user_agent="curl/8.5.0")
    [alert] = told(alice)
    until = clock.from_epoch(row_of(issued)["previous"]["until"])
    assert alert["context"].pop("until") == f"{until:%-d %B %Y, %H:%M} UTC"
    assert alert["context"]["key"] == "ci deploy"
    assert alert["context"]["ip"] == HOME
    frozen.shift(DAY - timedelta(seconds=1))
    assert passes(issued)
    assert len(told(alice)) == 1
    frozen.shift(timedelta(seconds=1))
    assert passes(issued)
    assert len(told(alice)) == 2


def test_the_new_secret_tells_nobody(alice, issued):
    new = rotate(issued, overlap=DAY)
    assert passes(new)
    assert told(alice) == []


def test_a_secret_that_waits_takes_over_at_its_first_use(issued, frozen):
    hint = issued.key.hint
    new = prepare(issued, overlap=HOUR)
    assert passes(issued)
    assert row_of(issued)["hint"] == hint
    version = row_of(issued)["version"]
    with budget(calls=3, hops=2, rru=1.5, wru=1):
        assert passes(new)
    row = row_of(issued)
    assert "pending" not in row
    assert (row["hint"], row["version"]) == (texts.hint_of(new), version + 1)
    assert row["previous"]["hint"] == hint
    assert row["previous"]["until"] == clock.epoch(clock.now() + HOUR)
    assert [passes(new), passes(issued)] == [True, True]
    frozen.shift(HOUR)
    assert [passes(new), passes(issued)] == [True, False]


def test_without_an_overlap_the_old_secret_ends_with_the_first_use_of_the_new_one(issued):
    new = prepare(issued, overlap=timedelta())
    assert passes(issued)
    assert passes(new)
    assert "previous" not in row_of(issued)
    assert [passes(new), call(issued)] == [True, "key_invalid"]


def test_no_secret_outlives_the_key(alice, frozen):
    issued = issue(alice, days=7)
    frozen.move_to(issued.key.expires_at - timedelta(minutes=1))
    new = prepare(issued, overlap=HOUR)
    assert passes(new)
    assert row_of(issued)["previous"]["until"] == clock.epoch(issued.key.expires_at)
    frozen.shift(60)
    assert [call(new), call(issued)] == ["key_expired", "key_invalid"]


@pytest.mark.parametrize("state", ["disabled", "revoked"])
def test_no_secret_of_a_key_that_is_off_works_or_takes_over(issued, state):
    new = prepare(issued, overlap=HOUR)
    change_row(issued, state=state)
    before = rows()
    assert [call(secret) for secret in (new, issued)] == [f"key_{state}"] * 2
    assert rows() == before


@pytest.mark.parametrize("asked", [{"needs": None}, {"ip": ELSEWHERE}])
def test_a_refused_call_lets_no_secret_take_over(issued, asked):
    new = prepare(issued, overlap=timedelta())
    change_row(issued, allowed_networks=[f"{HOME}/32"])
    before = rows()
    assert isinstance(call(new, **asked), str)
    assert rows() == before
    assert passes(issued)


def test_a_call_over_the_limit_lets_no_secret_take_over(issued, settings):
    settings.API_KEYS_CALLS_PER_MINUTE = settings.API_KEYS_BURST = 1
    new = prepare(issued, overlap=timedelta())
    assert passes(issued)
    assert call(new) == "rate_limited"
    assert "pending" in row_of(issued)


def test_a_secret_that_was_taken_back_while_a_call_is_checked_does_not_pass(issued, monkeypatch):
    new = prepare(issued, overlap=HOUR)
    after_the_look(monkeypatch, lambda: change_row(issued, pending=None))
    assert call(new) == "key_invalid"
    assert passes(issued)


def test_an_old_secret_that_is_ended_while_a_call_is_checked_does_not_pass(issued, monkeypatch):
    new = rotate(issued, overlap=HOUR)
    after_the_look(monkeypatch, lambda: change_row(issued, previous=None))
    assert call(issued) == "key_invalid"
    assert passes(new)


def test_a_secret_of_before_a_rotation_at_this_moment_does_not_come_back(issued, monkeypatch):
    """The update moves digests to today's pepper: never that of a secret which was replaced."""
    made = []
    after_the_look(monkeypatch, lambda: made.append(rotate(issued, overlap=timedelta())))
    assert call(issued) == "key_invalid"
    assert passes(made[0])


@pytest.mark.parametrize(("arrange", "slot"), [(rotate, "previous"), (prepare, "pending")])
def test_a_second_secret_that_somebody_took_by_hand_is_gone(issued, monkeypatch, arrange, slot):
    new = arrange(issued, overlap=HOUR)
    table = Table(schema_named("api_keys"))
    taken = partial(table.update, {"key_id": issued.key.key_id}, Update().remove(slot))
    after_the_look(monkeypatch, taken)
    assert call(issued if slot == "previous" else new) == "key_invalid"
    assert slot not in row_of(issued)
    assert passes(new if slot == "previous" else issued)


def after_the_look(monkeypatch, change):
    """Once, between the read of the key and the update that counts the call."""
    from apikeys.services import verify

    real = verify.spend

    def late(*asked):
        monkeypatch.setattr(verify, "spend", real)
        change()
        return real(*asked)

    monkeypatch.setattr(verify, "spend", late)


def test_the_old_secret_moves_to_todays_pepper_too(alice, settings):
    settings.API_KEYS_PEPPERS = f"1:{OLD}"
    issued = issue(alice)
    new = rotate(issued, overlap=DAY)
    settings.API_KEYS_PEPPERS = f"2:{NEW},1:{OLD}"
    assert passes(issued)
    assert (row_of(issued)["pepper"], row_of(issued)["previous"]["pepper"]) == ("1", "2")
    assert passes(new)
    assert row_of(issued)["pepper"] == "2"
    settings.API_KEYS_PEPPERS = f"2:{NEW}"
    assert [passes(issued), passes(new)] == [True, True]


def test_a_secret_that_waits_takes_over_under_todays_pepper(alice, settings):
    settings.API_KEYS_PEPPERS = f"1:{OLD}"
    issued = issue(alice)
    new = prepare(issued, overlap=DAY)
    settings.API_KEYS_PEPPERS = f"2:{NEW},1:{OLD}"
    assert passes(new)
    assert (row_of(issued)["pepper"], row_of(issued)["previous"]["pepper"]) == ("2", "1")


@pytest.mark.parametrize("arrange", [rotate, prepare])
def test_the_table_without_the_pepper_verifies_neither_secret(alice, settings, arrange):
    settings.API_KEYS_PEPPERS = f"1:{OLD}"
    issued = issue(alice)
    new = arrange(issued, overlap=DAY)
    assert not [secret for secret in (new, issued.secret) if secret[-38:] in str(row_of(issued))]
    settings.API_KEYS_PEPPERS = f"1:{NEW}"
    assert [call(new), call(issued)] == ["key_invalid"] * 2


def test_a_lost_alert_fails_no_call_and_is_told_by_the_next(alice, issued, faults):
    rotate(issued, overlap=DAY)
    faults.refuse("TransactWriteItems", "AccessDeniedException")
    assert program(issued.secret).get(PROFILE).status_code == 200
    assert told(alice) == []
    assert faults.hits == ["TransactWriteItems"]
    assert passes(issued)
    assert len(told(alice)) == 1
