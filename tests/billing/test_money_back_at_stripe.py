"""Refunds and disputes through the real package, the sandbox's wire and signed webhooks."""

import random

import pytest
from django.test import Client

from billing import services as billing
from billing.items import DisputeStatus, PaymentStatus, RefundStatus
from core.actor import Actor
from jobs import worker
from tests.billing import books
from tests.billing.checkout import deliver, events, pay
from tests.billing.lives import now, purse, refund

pytestmark = pytest.mark.usefixtures("sandbox")


def paid(user, sandbox, card="pm_card_visa", amount=1500):
    """A top-up that was paid, told of and settled."""
    payment, url = billing.start_top_up(
        user_sub=user.user_sub,
        amount=amount,
        provider="stripe",
        save_method=False,
        actor=Actor(user.user_sub),
    )
    pay(url, card)
    hear(sandbox, shuffled=False)
    return now(payment)


def hear(sandbox, *, shuffled=True):
    """Everything that was told so far, twice and in any order."""
    told = events(sandbox) * 2
    if shuffled:
        random.Random(4).shuffle(told)
    for event in told:
        assert deliver(Client(), event).status_code == 200, event["type"]


def intent_of(payment):
    return payment.provider_ids["intent"]


def test_a_refund_of_ours(alice, sandbox):
    payment = paid(alice, sandbox)
    assert payment.fee
    refund(payment, 500)
    worker.run_due()
    hear(sandbox)
    assert (purse(alice), now(payment).status) == ((1000, 0, 0), PaymentStatus.PARTIALLY_REFUNDED)
    assert [each.amount for each in billing.list_refunds(payment)] == [500]
    assert books.problems() == []


def test_one_of_the_dashboard(alice, sandbox, control):
    payment = paid(alice, sandbox)
    control(f"payments/{intent_of(payment)}/refund", amount=700)
    hear(sandbox)
    assert (purse(alice), now(payment).refunded) == ((800, 0, 0), 700)
    assert books.problems() == []


def test_one_that_fails_after_it_had_succeeded(alice, sandbox, control):
    payment = paid(alice, sandbox, "pm_card_refundFail")
    made = refund(payment)
    worker.run_due()
    assert (purse(alice), now(payment).status) == ((0, 0, 0), PaymentStatus.REFUNDED)
    [there] = sandbox.state.all("refund")
    control(f"refunds/{there['id']}/fail")
    hear(sandbox)
    stored = billing.get_refund(alice.user_sub, payment.payment_intent_id, made.refund_id)
    assert (purse(alice), stored.status) == ((1500, 0, 0), RefundStatus.REVERSED)
    assert books.problems() == []


@pytest.mark.parametrize(
    ("act", "status", "after"),
    [
        ("win", DisputeStatus.WON, (1500, 0, 0)),
        ("lose", DisputeStatus.LOST, (0, 0, 0)),
    ],
)
def test_a_dispute_and_its_end(alice, sandbox, control, act, status, after):
    payment = paid(alice, sandbox)
    control(f"payments/{intent_of(payment)}/dispute")
    hear(sandbox)
    assert (purse(alice), now(payment).status) == ((0, 1500, 0), PaymentStatus.DISPUTED)
    [there] = sandbox.state.all("dispute")
    control(f"disputes/{there['id']}/{act}")
    hear(sandbox)
    assert [each.status for each in billing.list_disputes(payment)] == [status]
    assert purse(alice) == after
    assert [*billing.audit_all()] == []
    assert books.problems() == []
