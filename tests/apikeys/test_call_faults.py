"""Calls while storage loses answers, is busy or away: nothing passes uncounted, or counts twice."""

from datetime import timedelta

import pytest

from alerts.repository import AlertRepository
from apikeys import texts
from apikeys.services import reading, spending
from core import ids
from dynamo.errors import Throttled, Unavailable
from tests.apikeys.calling import ELSEWHERE, HOME, call, passes
from tests.apikeys.keys import PROFILE, change_row, issue, program, rows
from tests.apikeys.rotating import prepare

BURST = 5


@pytest.fixture
def issued(alice, settings, frozen):
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, BURST
    return issue(alice)


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ProvisionedThroughputExceededException"]
)
def test_a_call_that_cannot_be_counted_is_503(issued, faults, code):
    before = rows()
    faults.refuse("UpdateItem", code, times=20)
    answer = program(issued.secret).get(PROFILE)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "Retry-After" in answer.headers
    assert rows() == before


@pytest.mark.parametrize("app", ["apikeys.services.reading._keys.find", "users.services.find_user"])
def test_a_key_or_an_owner_that_cannot_be_read_is_503_and_never_401(issued, monkeypatch, app):
    monkeypatch.setattr(app, away)
    assert program(issued.secret).get(PROFILE).status_code == 503


def test_a_refusal_that_cannot_be_looked_up_again_is_503(issued, monkeypatch):
    change_row(issued, state="revoked")
    real = reading._keys.find
    monkeypatch.setattr(
        reading._keys,
        "find",
        lambda key_id, *, consistent: away() if consistent else real(key_id),
    )
    assert program(issued.secret).get(PROFILE).status_code == 503


def away(*args, **kwargs):
    raise Unavailable


def test_in_an_outage_nothing_is_called_a_guess(issued, faults):
    text = texts.text_of(ids.new_id(), texts.new_secret())
    with faults.outage():
        for _ in range(3):
            with pytest.raises(Unavailable):
                call(text)
    assert passes(issued)


def test_a_lost_answer_counts_once(issued, faults):
    faults.lose_answer("UpdateItem")
    assert call(issued).quota.remaining == BURST - 1
    faults.lose_answer("UpdateItem")
    assert call(issued).quota.remaining == BURST - 2
    assert faults.hits == ["UpdateItem"] * 2


def test_a_lost_answer_lets_a_new_secret_take_over_once(issued, faults):
    new = prepare(issued, overlap=timedelta(hours=1))
    version = rows()[issued.key.key_id]["version"]
    faults.lose_answer("UpdateItem")
    assert passes(new)
    row = rows()[issued.key.key_id]
    assert (row["version"], row["previous"]["hint"]) == (version + 1, issued.key.hint)
    assert passes(issued)


def test_a_row_that_a_transaction_holds_is_tried_again(issued, faults):
    faults.refuse("UpdateItem", "TransactionConflictException", times=2)
    assert call(issued).quota.remaining == BURST - 1


def test_a_key_that_changes_at_every_moment_is_503(issued, monkeypatch):
    real, rounds = spending._write, []

    def raced(*asked):
        rounds.append(asked)
        change_row(issued, name=f"name {len(rounds)}")
        return real(*asked)

    monkeypatch.setattr(spending, "_write", raced)
    with pytest.raises(Throttled):
        call(issued)
    assert len(rounds) == spending.ROUNDS
    assert "last_used_at" not in rows()[issued.key.key_id]


def test_an_alert_of_a_network_that_is_lost_fails_no_call(alice, issued, faults):
    assert passes(issued, ip=HOME)
    faults.refuse("TransactWriteItems", "AccessDeniedException")
    assert call(issued, ip=ELSEWHERE).quota.remaining == BURST - 2
    kinds = [row["kind"] for row in AlertRepository().rows_of(alice.user_sub)]
    assert kinds == ["apikey.created"]
    assert len(rows()[issued.key.key_id]["seen_networks"]) == 1  # so the next call tells it
    assert passes(issued, ip=ELSEWHERE)
    kinds = [row["kind"] for row in AlertRepository().rows_of(alice.user_sub)]
    assert "apikey.new_network" in kinds


def test_an_alert_of_a_refused_address_that_is_lost_changes_no_answer(issued, faults):
    change_row(issued, allowed_networks=[f"{HOME}/32"])
    faults.refuse("TransactWriteItems", "AccessDeniedException")
    assert call(issued, ip=ELSEWHERE) == "address_not_allowed"
    assert faults.hits
