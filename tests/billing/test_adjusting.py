import pytest

from alerts.repository import AlertRepository
from billing import services as billing
from billing.errors import InsufficientFunds, InvalidAmount
from billing.items import DisputeStatus
from billing.services import adjusting
from core import ids
from core.actor import Actor
from core.errors import Invalid
from tests.billing import books
from tests.billing.lives import buy, dispute, purse, top_up

REASON = "A double payment of last week."


def correct(user, amount, **more):
    asked = {"reason": REASON, "actor": Actor(ids.new_id()), **more}
    return billing.adjust(user_sub=user.user_sub, amount=amount, **asked)


def write_off(user, amount, **more):
    asked = {"reason": REASON, "actor": Actor(ids.new_id()), **more}
    return billing.write_off(user_sub=user.user_sub, amount=amount, **asked)


def told(user):
    rows = AlertRepository().rows_of(user.user_sub)
    return [row["context"] for row in rows if row["kind"] == "billing.balance.adjusted"]


@pytest.fixture
def owing(alice, bob):
    """Alice owes 1,000."""
    payment = top_up(alice.user_sub, 1000)
    buy(alice.user_sub, bob.user_sub, 1000)
    dispute(payment, DisputeStatus.LOST)
    return alice


def test_it_is_one_also_when_it_is_made_between_two_reads(alice, monkeypatch):
    top_up(alice.user_sub, 1000)
    named = {"adjustment_id": ids.new_id(), "actor": Actor(ids.new_id())}
    first = correct(alice, -1000, **named)
    find, missed = adjusting._adjustments.find, []

    def find_late(*names):
        if not missed:
            return missed.append(names)
        return find(*names)

    monkeypatch.setattr(adjusting._adjustments, "find", find_late)
    assert correct(alice, -1000, **named) == first
    assert missed
    assert purse(alice) == (0, 0, 0)


def test_it_adds_and_takes_and_tells_why(alice):
    correct(alice, 700)
    made = correct(alice, -200)
    assert purse(alice) == (500, 0, 0)
    assert (made.amount, made.currency, made.reason) == (-200, "USD", REASON)
    assert [context["reason"] for context in told(alice)] == [REASON, REASON]
    assert books.problems() == []


def test_a_debt_is_paid_back_first(owing):
    correct(owing, 1200)
    assert purse(owing) == (200, 0, 0)
    assert books.problems() == []


def test_more_than_is_there_is_taken_only_into_debt(alice):
    correct(alice, 500)
    with pytest.raises(InsufficientFunds):
        correct(alice, -501)
    assert (purse(alice), len(told(alice))) == ((500, 0, 0), 1)
    correct(alice, -800, into_debt=True)
    assert purse(alice) == (0, 0, 300)
    assert books.problems() == []


def test_one_id_is_one_correction(alice):
    named = ids.new_id()
    first, second = (correct(alice, 500, adjustment_id=named) for _ in range(2))
    assert first == second
    assert (purse(alice), len(told(alice))) == ((500, 0, 0), 1)


def test_what_is_owed_can_be_given_up(owing):
    write_off(owing, 600)
    assert purse(owing) == (0, 0, 400)
    with pytest.raises(InvalidAmount):
        write_off(owing, 401)
    for amount in (0, -1):
        with pytest.raises(InvalidAmount):
            write_off(owing, amount)
    assert purse(owing) == (0, 0, 400)
    bad = sum(leg["amount"] for leg in books.legs() if leg["bucket"] == "bad_debt")
    assert bad == -600
    assert books.problems() == []


@pytest.mark.parametrize("reason", ["", "too short", "         padded    ", "x" * 201])
def test_it_has_a_reason(alice, reason):
    with pytest.raises(Invalid) as refusal:
        correct(alice, 500, reason=reason)
    assert list(refusal.value.errors) == ["reason"]
    assert (purse(alice), told(alice), books.rows()) == ((0, 0, 0), [], [])


def test_nobody_approves_what_they_asked_for(alice, bob):
    with pytest.raises(Invalid) as refusal:
        correct(alice, 500, actor=Actor(bob.user_sub), approver_sub=bob.user_sub)
    assert list(refusal.value.errors) == ["approver"]
    with pytest.raises(InvalidAmount):
        correct(alice, 0)
    assert purse(alice) == (0, 0, 0)
