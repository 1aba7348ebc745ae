"""A day of CCBill's books, as the sandbox keeps them, against ours."""

from datetime import timedelta

import pytest

from billing import services as billing
from billing.sandbox.ccbill import reversals
from core import clock
from tests.billing import books
from tests.billing.ccbill import act, hear, paid, send, start, subscription_of
from tests.billing.flexforms import deliver, pay, told
from tests.billing.lives import now, purse, refund

NOON, MIDNIGHT = "2026-12-05T12:00:00+00:00", "2026-12-06T00:00:00+00:00"


@pytest.fixture
def moves(time_machine):
    """The clock, to then or by so many seconds; it stands at noon of a day."""

    def move(to=None, **by):
        time_machine.move_to(to or clock.now() + timedelta(**by))

    move(NOON)
    return move


@pytest.fixture
def compared(moves):
    """The day of the clock, or the one after, when it is over in both books."""

    def compare(later=0):
        day = clock.now().date() + timedelta(days=later)
        moves(f"{day + timedelta(days=1)}T08:00:00+00:00")
        return billing.reconcile(provider="ccbill", day=day)

    return compare


def what(found):
    return sorted((str(each.what), str(each.of), each.our_id) for each in found.differences)


def last(sandbox):
    """Of what was sent back there."""
    return sandbox.state.all(reversals.REVERSAL)[0]


def test_a_day_of_which_all_was_heard_has_no_differences(
    alice, bob, client, sandbox, moves, compared
):
    for end, by in (("refund", {"amount": "500"}), ("void", {}), ("dispute", {})):
        act(sandbox, end, paid(bob, client, sandbox), **by)
    for amount in (None, 600):
        billing.run_refund(refund=refund(paid(alice, client, sandbox), amount))
    assert {*hear(client, sandbox)} == {200}
    found = compared()
    assert what(found) == []
    assert len(found.entries) == 10
    assert books.problems() == []


@pytest.fixture
def planted(alice, bob, client, sandbox, moves):
    """Those that doing it again can repair, and those that it cannot."""
    heard = [paid(bob, client, sandbox) for _ in range(5)]
    unheard = [paid(alice, client, sandbox) for _ in range(5)]
    lasting = sorted([*_payments(bob, sandbox, heard), *_money_back(client, sandbox, heard)])
    repairable = []
    for end, kind in (("refund", "refund"), ("void", "refund"), ("dispute", "dispute")):
        act(sandbox, end, unheard.pop())
        repairable.append(("missing here", kind, ""))
    for amount in (None, 600):
        asked = refund(unheard.pop(), amount)
        billing.run_refund(refund=asked)
        repairable.append(("status", "refund", asked.refund_id))
    return sorted(repairable), lasting


def _payments(bob, sandbox, heard):
    pay(start(bob)[1])
    nowhere, less = heard.pop(), heard.pop()
    del sandbox.state.objects[subscription_of(nowhere)]
    sandbox.state.objects[subscription_of(less)]["amount"] = 1400
    return [
        ("missing here", "payment", ""),
        ("missing there", "payment", nowhere.payment_intent_id),
        ("amount", "payment", less.payment_intent_id),
    ]


def _money_back(client, sandbox, heard):
    returned, disputed, another = (heard.pop() for _ in range(3))
    for end, payment in (("refund", returned), ("dispute", disputed), ("refund", another)):
        act(sandbox, end, payment)
        deliver(client, told(sandbox)[-1])
        if payment is another:
            last(sandbox)["created"] += 1  # by its books a second after what its webhook said
        else:
            del sandbox.state.objects[last(sandbox)["id"]]
    [gone], [twin] = (billing.list_refunds(now(each)) for each in (returned, another))
    [lost] = billing.list_disputes(now(disputed))
    return [
        ("missing there", "refund", gone.refund_id),
        ("missing there", "dispute", lost.dispute_id),
        ("name", "refund", twin.refund_id),
    ]


def test_each_difference_is_found_and_nothing_is_changed(planted, compared):
    repairable, lasting = planted
    before = sorted(map(str, books.rows()))
    assert what(compared()) == sorted([*repairable, *lasting])
    assert sorted(map(str, books.rows())) == before


def test_what_can_be_repaired_is_and_once(planted, compared, client, sandbox, alice, bob):
    repairable, lasting = planted
    found = compared()
    repaired = billing.repair(found)
    assert (repaired.replayed, what(repaired)) == (len(repairable), lasting)
    assert purse(alice) == (900, 0, 0)
    assert books.problems() == []
    assert what(billing.repair(found)) == lasting
    assert purse(alice) == (900, 0, 0)


def test_what_comes_by_webhook_after_a_repair_changes_nothing(
    alice, client, sandbox, moves, compared
):
    for end in ("refund", "void", "dispute"):
        act(sandbox, end, paid(alice, client, sandbox))
    billing.repair(compared())
    before = len(books.rows())
    assert {*hear(client, sandbox)} == {200}
    assert len(books.rows()) == before
    assert purse(alice) == (0, 0, 0)


def test_a_sale_around_midnight_is_of_the_day_that_ccbill_says(
    alice, client, sandbox, moves, compared
):
    moves("2026-12-05T23:59:40+00:00")
    payment, url = start(alice)
    pay(url)
    moves(MIDNIGHT)
    hear(client, sandbox)
    assert now(payment).is_settled
    assert what(compared(later=-1)) == []
    assert what(compared()) == []


@pytest.mark.parametrize("end", ["refund", "void", "dispute"])
def test_money_back_around_midnight_is_of_the_day_that_ccbill_says(
    alice, client, sandbox, moves, compared, end
):
    payment = paid(alice, client, sandbox)
    moves("2026-12-05T23:59:50+00:00")
    act(sandbox, end, payment)
    moves(MIDNIGHT)
    hear(client, sandbox)
    assert purse(alice) == (0, 0, 0)
    assert what(compared(later=-1)) == []
    assert what(compared()) == []


@pytest.mark.parametrize("end", ["refund", "void", "dispute"])
def test_a_repair_is_no_difference_of_its_own_day(alice, client, sandbox, moves, compared, end):
    act(sandbox, end, paid(alice, client, sandbox))
    assert what(billing.repair(compared())) == []
    assert what(compared()) == []


def test_a_return_is_not_in_its_books(alice, client, sandbox, moves, compared):
    """CCBill's list of what its books have does not name them."""
    payment = paid(alice, client, sandbox)
    body = {
        "clientAccnum": told(sandbox)[0]["body"]["clientAccnum"],
        "clientSubacc": told(sandbox)[0]["body"]["clientSubacc"],
        "subscriptionId": subscription_of(payment),
        "timestamp": "2026-12-05 05:00:01",
        "amount": "15.00",
        "currency": "USD",
        "reason": "Insufficient funds",
    }
    assert send(client, body, event_type="Return").status_code == 200
    assert purse(alice) == (0, 0, 0)
    assert what(compared()) == []
