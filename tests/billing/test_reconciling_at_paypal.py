"""A day of PayPal's books, as the sandbox keeps them, against ours."""

from datetime import date, timedelta

import pytest
from django.test import Client

from billing import services as billing
from billing.sandbox.paypal.objects import DISPUTE
from core import clock
from jobs import worker
from tests.billing import books, payer
from tests.billing.lives import now, purse, refund
from tests.billing.paypal_people import captures, control, deliver_all, made_orders
from tests.billing.test_money_back_at_paypal import capture_of
from tests.billing.test_topping_up_at_paypal import agreed, come_back


@pytest.fixture
def day(sandbox, time_machine):
    """Noon of a day; called, it is over in both books."""
    time_machine.move_to("2026-12-05T12:00:00+00:00")

    def over():
        time_machine.move_to("2026-12-06T08:00:00+00:00")
        return billing.reconcile(provider="paypal", day=clock.now().date() - timedelta(days=1))

    return over


def paid(user):
    payment = agreed(user)
    come_back(payment)
    return now(payment)


def told(found):
    return [(str(each.what), str(each.of)) for each in found.differences]


def test_a_day_of_which_all_was_heard_has_no_differences(alice, bob, sandbox, day):
    refund(paid(alice), 500)
    worker.run_due()
    for end in ("win", "lose", ""):
        control(sandbox, f"payments/{capture_of(paid(bob))}/dispute")
        if end:
            control(sandbox, f"disputes/{sandbox.state.all(DISPUTE)[0]['id']}/{end}")
    control(sandbox, f"payments/{capture_of(paid(bob))}/reverse")
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert told(day()) == []
    assert books.problems() == []


def test_a_slow_payment_is_there_without_its_order(alice, sandbox, day, time_machine):
    """PayPal's line is of the day that it began, and orders are forgotten before payments."""
    begun = clock.now() - timedelta(days=2)
    time_machine.move_to(begun)
    come_back(agreed(alice, "echeck"))
    time_machine.move_to(begun + timedelta(days=2))
    [capture] = captures(sandbox)
    control(sandbox, f"payments/{capture['id']}/succeed")
    deliver_all(Client(), sandbox)
    assert purse(alice) == (1500, 0, 0)
    [order] = made_orders(sandbox)
    with sandbox.state.lock:
        del sandbox.state.objects[order["id"]]
        for line in sandbox.state.objects.values():
            if line.get("transaction") == capture["id"]:
                line["_at"] = begun.timestamp()
    assert told(day()) == []


@pytest.mark.parametrize("heard", [True, False])
def test_a_reversal_after_a_dispute_was_won_is_money_of_its_own(alice, sandbox, day, heard):
    payment = paid(alice)
    control(sandbox, f"payments/{capture_of(payment)}/dispute")
    control(sandbox, f"disputes/{sandbox.state.all(DISPUTE)[0]['id']}/win")
    control(sandbox, "clock", advance=60)
    deliver_all(Client(), sandbox)
    control(sandbox, f"payments/{capture_of(payment)}/reverse")
    if heard:
        deliver_all(Client(), sandbox)
    found = day()
    assert told(found) == ([] if heard else [("missing here", "refund")])
    assert told(billing.repair(found)) == []
    assert purse(alice) == (0, 0, 0)


def test_a_dispute_lost_in_part_is_about_what_paypal_kept(alice, sandbox, day, time_machine):
    """On the day of its debit, when all of that was open, and on the day of its end."""
    payment = paid(alice)
    control(sandbox, f"payments/{capture_of(payment)}/dispute")
    deliver_all(Client(), sandbox)
    assert told(day()) == []
    [dispute] = sandbox.state.all(DISPUTE)
    control(sandbox, f"disputes/{dispute['id']}/lose", amount=500)
    deliver_all(Client(), sandbox)
    assert purse(alice) == (1000, 0, 0)
    time_machine.move_to("2026-12-07T08:00:00+00:00")
    assert told(billing.reconcile(provider="paypal", day=date(2026, 12, 6))) == []
    assert told(billing.reconcile(provider="paypal", day=date(2026, 12, 5))) == []
    assert books.problems() == []


def test_what_was_not_heard_is_found_and_made_up_for(alice, bob, sandbox, day):
    unheard = agreed(alice)
    payer.Api().capture(made_orders(sandbox)[0]["id"])
    first, second, third = paid(bob), paid(bob), paid(bob)
    control(sandbox, f"payments/{capture_of(first)}/refund", amount=700)
    control(sandbox, f"payments/{capture_of(second)}/dispute")
    control(sandbox, f"payments/{capture_of(third)}/reverse")
    found = day()
    assert sorted(told(found)) == [
        ("missing here", "dispute"),
        ("missing here", "payment"),
        ("missing here", "refund"),
        ("missing here", "refund"),
    ]
    assert told(billing.repair(found)) == []
    assert now(unheard).is_settled
    assert purse(alice) == (1500, 0, 0)
    assert purse(bob) == (800, 1500, 0)
    assert books.problems() == []
