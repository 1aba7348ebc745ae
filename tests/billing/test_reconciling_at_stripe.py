"""Stripe's books as its adapter reads them, and a day of them that no webhook told of."""

from datetime import timedelta

import pytest

from billing import services as billing
from billing.items import DisputeStatus
from billing.providers.messages import EntryKind, EventKind
from billing.providers.stripe import Stripe
from core import clock
from tests.billing import books, orders
from tests.billing.checkout import pay
from tests.billing.lives import now, purse
from tests.billing.test_webhooks import start

HOUR = timedelta(hours=1)


@pytest.fixture
def charged(sandbox, stripe_api):
    def charge(**changed):
        person = orders.customer()
        method = orders.saved_card(stripe_api, person)
        return Stripe().charge(orders.charge_of(person, method, **changed))

    return charge


def entries(start=-HOUR, end=HOUR):
    return list(Stripe().entries(clock.now() + start, clock.now() + end))


def refs(kind):
    return [entry.ref for entry in entries() if entry.kind is kind]


def test_a_charge_is_a_payment_with_its_fee(charged):
    report = charged()
    intent = report.facts.provider_ids["intent"]
    (entry,) = entries()
    assert (entry.kind, entry.ref, entry.payment_ref) == (EntryKind.PAYMENT, intent, intent)
    assert (entry.amount, entry.currency, entry.fee) == (1500, "USD", 73)
    assert abs(entry.at - clock.now()) < HOUR
    assert (entry.event.kind, entry.event.ref) == (EventKind.PAYMENT, intent)
    assert (entry.event.livemode, entry.event.id[:4]) == (False, "txn_")


def test_a_refund_leaves_and_comes_back_when_it_fails(charged, control):
    report = charged()
    intent = report.facts.provider_ids["intent"]
    ref = Stripe().refund(orders.refund_of(report, amount=500)).ref
    control(f"refunds/{ref}/fail")
    found = [entry for entry in entries() if entry.kind is EntryKind.REFUND]
    assert [(each.ref, each.payment_ref, each.amount) for each in found] == [
        (ref, intent, -500),
        (ref, intent, 500),
    ]
    assert {(each.event.kind, each.event.ref) for each in found} == {(EventKind.REFUND, ref)}


def test_a_dispute_takes_its_fee_with_it_and_may_give_back(charged, control, sandbox):
    intent = charged().facts.provider_ids["intent"]
    control(f"payments/{intent}/dispute")
    (ref,) = (each["id"] for each in sandbox.state.all("dispute"))
    control(f"disputes/{ref}/win")
    found = [entry for entry in entries() if entry.kind is EntryKind.DISPUTE]
    assert [(each.ref, each.payment_ref, each.amount, each.fee) for each in found] == [
        (ref, intent, -1500, 1500),
        (ref, intent, 1500, 0),
    ]
    assert {(each.event.kind, each.event.ref) for each in found} == {(EventKind.DISPUTE, ref)}


def test_only_the_time_that_was_asked_for_is_told(charged):
    charged()
    assert entries(end=-HOUR / 2) == []
    assert entries(start=HOUR / 2) == []
    assert len(entries()) == 1


def test_more_than_a_page_comes_oldest_first(charged, sandbox):
    first = charged().facts.provider_ids["charge"]
    (line,) = sandbox.state.all("balance_transaction")
    for number in range(120):
        name = f"txn_more{number}"
        sandbox.state.objects[name] = {**line, "id": name}
    found = entries()
    assert len(found) == 121
    assert [each.event.id for each in found] == [
        line["id"],
        *(f"txn_more{number}" for number in range(120)),
    ]
    assert line["source"] == first


def test_what_is_of_no_payment_is_left_out(charged, sandbox):
    charged()
    (line,) = sandbox.state.all("balance_transaction")
    for name, source in (("txn_fee", None), ("txn_payout", "po_1")):
        sandbox.state.objects[name] = {**line, "id": name, "source": source}
    assert len(entries()) == 1


def test_a_balance_in_another_currency_is_told_in_that_of_the_payment(charged, sandbox):
    charged()
    (line,) = sandbox.state.all("balance_transaction")
    line |= {"currency": "eur", "amount": 1380, "fee": 70}
    (entry,) = entries()
    assert (entry.amount, entry.currency, entry.fee) == (1500, "USD", None)


@pytest.fixture
def unheard(sandbox, alice, control, time_machine):
    """Three payments of a day, one refunded and one charged back by hand; no webhook came."""
    time_machine.move_to("2026-12-05T12:00:00Z", tick=True)
    payments = []
    for _ in range(3):
        payment, url = start(alice)
        pay(url)
        payments.append(payment)
    intents = [one["id"] for one in reversed(sandbox.state.all("payment_intent"))]
    control(f"payments/{intents[1]}/refund", amount=400)
    control(f"payments/{intents[2]}/dispute")
    (ref,) = (each["id"] for each in sandbox.state.all("dispute"))
    control(f"disputes/{ref}/lose")
    return payments


def test_a_day_that_no_webhook_told_of_is_repaired(unheard, alice, ahead):
    ahead(days=1)
    day = now(unheard[0]).created_at.date()
    found = billing.reconcile(provider="stripe", day=day)
    told = sorted((each.what, each.of, each.our_id) for each in found.differences)
    assert told == [
        ("missing here", "dispute", ""),
        *sorted(("missing here", "payment", payment.payment_intent_id) for payment in unheard),
        ("missing here", "refund", ""),
    ]
    left = billing.repair(found)
    assert (left.differences, left.replayed) == ((), 5)
    assert all(now(payment).is_settled for payment in unheard)
    assert [each.status for each in billing.list_disputes(unheard[2])] == [DisputeStatus.LOST]
    assert purse(alice) == (4500 - 400 - 1500, 0, 0)
    assert books.problems() == []
    assert billing.reconcile(provider="stripe", day=day).differences == ()
