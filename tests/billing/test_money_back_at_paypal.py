"""Refunds and disputes through our transport, the sandbox's wire and signed webhooks."""

import random
from datetime import timedelta

import pytest
from django.test import Client

from billing import services as billing
from billing.items import DisputeStatus, PaymentStatus, RefundStatus
from billing.sandbox.faults import Fault
from billing.sandbox.paypal.objects import DISPUTE, REFUND
from core import clock
from jobs import worker
from tests.billing import books, payer
from tests.billing.lives import now, purse, refund
from tests.billing.paypal_people import control, deliver, name_in, told
from tests.billing.test_topping_up_at_paypal import agreed, come_back

pytestmark = pytest.mark.usefixtures("sandbox")


def paid(user, sandbox, account="pays"):
    """A top-up that was paid, told of and settled."""
    payment = agreed(user, account)
    come_back(payment)
    hear(sandbox, shuffled=False)
    return now(payment)


def hear(sandbox, *, shuffled=True):
    """Everything that was told so far, twice and in any order."""
    events = told(sandbox) * 2
    if shuffled:
        random.Random(4).shuffle(events)
    for event in events:
        assert deliver(Client(), sandbox, event).status_code == 200, event["type"]


def capture_of(payment):
    return name_in(payment.provider_ids["intent"])


def stored(payment, made):
    return billing.get_refund(payment.user_sub, payment.payment_intent_id, made.refund_id)


def test_a_refund_of_ours(alice, sandbox):
    payment = paid(alice, sandbox)
    assert payment.fee
    refund(payment, 500)
    worker.run_due()
    hear(sandbox)
    assert (purse(alice), now(payment).status) == ((1000, 0, 0), PaymentStatus.PARTIALLY_REFUNDED)
    assert [each.amount for each in billing.list_refunds(payment)] == [500]
    assert books.problems() == []


def test_one_of_paypals_own_pages(alice, sandbox):
    payment = paid(alice, sandbox)
    control(sandbox, f"payments/{capture_of(payment)}/refund", amount=700)
    hear(sandbox)
    assert (purse(alice), now(payment).refunded) == ((800, 0, 0), 700)
    assert books.problems() == []


@pytest.mark.parametrize(
    ("account", "after", "status"),
    [
        ("slow-refund", (0, 0, 0), RefundStatus.SUCCEEDED),
        ("bad-refund", (1500, 0, 0), RefundStatus.FAILED),
    ],
)
def test_one_that_takes_a_while_is_held_until_it_ends(
    alice, sandbox, time_machine, account, after, status
):
    payment = paid(alice, sandbox, account)
    made = refund(payment)
    worker.run_due()
    assert (purse(alice), stored(payment, made).status) == ((0, 1500, 0), RefundStatus.PENDING)
    control(sandbox, "clock", advance=60)
    hear(sandbox)  # of one that failed there is no word
    time_machine.move_to(clock.now() + timedelta(days=1))
    worker.run_due()
    assert (purse(alice), stored(payment, made).status) == (after, status)
    assert books.problems() == []


def test_one_that_fails_after_it_had_succeeded(alice, sandbox):
    payment = paid(alice, sandbox)
    made = refund(payment)
    worker.run_due()
    hear(sandbox)
    [there] = sandbox.state.all(REFUND)
    there["status"] = "FAILED"
    [event] = told(sandbox, "PAYMENT.CAPTURE.REFUNDED")
    billing.replay_webhook(event["id"])
    assert (purse(alice), stored(payment, made).status) == ((1500, 0, 0), RefundStatus.REVERSED)
    assert books.problems() == []


def test_one_without_an_answer_is_found_and_made_once(alice, sandbox, time_machine):
    payment = paid(alice, sandbox)
    made = refund(payment)
    path = f"/paypal/v2/payments/captures/{capture_of(payment)}/refund"
    sandbox.faults.plan(Fault.LOST, path=path, times=2)
    worker.run_due()
    assert stored(payment, made).status is RefundStatus.UNKNOWN
    assert purse(alice) == (0, 1500, 0)
    time_machine.move_to(clock.now() + timedelta(days=1))
    worker.run_due()
    assert (purse(alice), stored(payment, made).status) == ((0, 0, 0), RefundStatus.SUCCEEDED)
    assert len(sandbox.state.all(REFUND)) == 1
    hear(sandbox)
    assert books.problems() == []


def test_what_paypal_took_back_by_itself_leaves_the_wallet(alice, sandbox):
    payment = paid(alice, sandbox)
    control(sandbox, f"payments/{capture_of(payment)}/reverse")
    hear(sandbox)
    assert (purse(alice), now(payment).status) == ((0, 0, 0), PaymentStatus.REFUNDED)
    assert books.problems() == []


@pytest.mark.parametrize("first", ["reversal", "dispute"])
def test_a_reversal_and_the_dispute_that_explains_it_take_the_money_once(alice, sandbox, first):
    payment = paid(alice, sandbox, "asks")
    [dispute] = sandbox.state.all(DISPUTE)
    control(sandbox, f"payments/{capture_of(payment)}/reverse")
    reversal = told(sandbox, "PAYMENT.CAPTURE.REVERSED")
    if first == "reversal":  # while the question is open, nobody knows what it belongs to
        assert [deliver(Client(), sandbox, event).status_code for event in reversal] == [503]
        assert purse(alice) == (1500, 0, 0)
    control(sandbox, f"disputes/{dispute['id']}/lose")
    resolved = told(sandbox, "CUSTOMER.DISPUTE.RESOLVED")[-1:]
    for event in [*reversal, *resolved] if first == "reversal" else [*resolved, *reversal]:
        assert deliver(Client(), sandbox, event).status_code == 200
    assert (purse(alice), now(payment).status) == ((0, 0, 0), PaymentStatus.CHARGED_BACK)
    assert billing.list_refunds(payment) == []
    assert books.problems() == []


@pytest.mark.parametrize(("amount", "seconds", "after"), [(1000, 60, 0), (500, 7200, 500)])
def test_what_paypal_takes_back_beside_a_dispute_that_was_lost_leaves_the_wallet(
    alice, sandbox, amount, seconds, after
):
    """Other money than that of the dispute, or as much of it later."""
    payment = paid(alice, sandbox)
    control(sandbox, f"payments/{capture_of(payment)}/dispute", amount=500)
    control(sandbox, f"disputes/{sandbox.state.all(DISPUTE)[0]['id']}/lose")
    hear(sandbox)
    assert purse(alice) == (1000, 0, 0)
    control(sandbox, "clock", advance=seconds)
    control(sandbox, f"payments/{capture_of(payment)}/reverse", amount=amount)
    hear(sandbox)
    assert (purse(alice), now(payment).refunded) == ((after, 0, 0), amount)
    assert [each.status for each in billing.list_disputes(payment)] == [DisputeStatus.LOST]
    assert books.problems() == []


def test_what_paypal_takes_back_after_a_dispute_was_won_leaves_the_wallet(alice, sandbox):
    payment = paid(alice, sandbox)
    control(sandbox, f"payments/{capture_of(payment)}/dispute")
    control(sandbox, f"disputes/{sandbox.state.all(DISPUTE)[0]['id']}/win")
    hear(sandbox)
    assert purse(alice) == (1500, 0, 0)
    control(sandbox, f"payments/{capture_of(payment)}/reverse")
    hear(sandbox)
    assert (purse(alice), now(payment).status) == ((0, 0, 0), PaymentStatus.REFUNDED)
    assert [each.status for each in billing.list_disputes(payment)] == [DisputeStatus.WON]
    assert books.problems() == []


@pytest.mark.parametrize(("end", "after"), [("close", 0), ("win", 0), ("lose", 0), ("keep", 1500)])
def test_what_paypal_took_back_meanwhile_is_decided_when_a_dispute_ends(
    alice, sandbox, ahead, end, after
):
    """However often it is told before; a claim of which no movement is told says nothing either."""
    payment = paid(alice, sandbox, "asks")
    [dispute] = sandbox.state.all(DISPUTE)
    control(sandbox, f"payments/{capture_of(payment)}/reverse")
    [reversal] = told(sandbox, "PAYMENT.CAPTURE.REVERSED")
    if end in ("win", "lose"):
        dispute["stage"] = "CHARGEBACK"
    for _ in range(25):
        assert deliver(Client(), sandbox, reversal).status_code == 503
    ahead(days=20)
    assert billing.retry_webhooks() == 0
    assert purse(alice) == (1500, 0, 0)
    if end == "win":
        dispute |= {"status": "RESOLVED", "outcome": "RESOLVED_SELLER_FAVOUR"}
    elif end == "keep":
        control(sandbox, f"disputes/{dispute['id']}/escalate")
        control(sandbox, f"disputes/{dispute['id']}/win")
    else:
        control(sandbox, f"disputes/{dispute['id']}/{end}")
    ahead(days=1)
    for event in told(sandbox, "CUSTOMER.DISPUTE.RESOLVED"):
        assert deliver(Client(), sandbox, event).status_code == 200
    assert billing.retry_webhooks() == 1
    assert purse(alice) == (after, 0, 0)
    assert books.problems() == []


def test_a_refund_that_comes_before_its_payment_settles_that_first(alice, sandbox):
    payment = agreed(alice)
    [approval] = told(sandbox)
    order = approval["body"]["resource"]["id"]
    payer.Api().capture(order)
    control(sandbox, f"payments/{order}/refund", amount=700)
    [event] = told(sandbox, "PAYMENT.CAPTURE.REFUNDED")
    assert deliver(Client(), sandbox, event).status_code == 200
    assert (purse(alice), now(payment).refunded) == ((800, 0, 0), 700)
    hear(sandbox)
    assert purse(alice) == (800, 0, 0)
    assert books.problems() == []


@pytest.mark.parametrize(
    ("act", "status", "after"),
    [
        ("win", DisputeStatus.WON, (1500, 0, 0)),
        ("lose", DisputeStatus.LOST, (0, 0, 0)),
    ],
)
def test_a_chargeback_and_its_end(alice, sandbox, act, status, after):
    payment = paid(alice, sandbox)
    control(sandbox, f"payments/{capture_of(payment)}/dispute")
    hear(sandbox)
    assert (purse(alice), now(payment).status) == ((0, 1500, 0), PaymentStatus.DISPUTED)
    [there] = sandbox.state.all(DISPUTE)
    control(sandbox, f"disputes/{there['id']}/{act}")
    hear(sandbox)
    assert [each.status for each in billing.list_disputes(payment)] == [status]
    assert [each.fee for each in billing.list_disputes(payment)] == [2000]
    assert purse(alice) == after
    assert [*billing.audit_all()] == []
    assert books.problems() == []


@pytest.mark.parametrize("heard", [True, False])
def test_a_dispute_lost_in_part_costs_that_part(alice, sandbox, heard):
    payment = paid(alice, sandbox)
    control(sandbox, f"payments/{capture_of(payment)}/dispute")
    if heard:
        hear(sandbox)
        assert purse(alice) == (0, 1500, 0)
    [there] = sandbox.state.all(DISPUTE)
    control(sandbox, f"disputes/{there['id']}/lose", amount=500)
    hear(sandbox)
    [dispute] = billing.list_disputes(payment)
    assert (dispute.status, dispute.amount) == (DisputeStatus.LOST, 500)
    assert (purse(alice), now(payment).lost) == ((1000, 0, 0), 500)
    assert [*billing.audit_all()] == []
    assert books.problems() == []


def test_a_question_takes_nothing_and_may_become_a_chargeback(alice, sandbox):
    payment = paid(alice, sandbox, "asks")
    hear(sandbox)
    [dispute] = billing.list_disputes(payment)
    assert (dispute.status, purse(alice)) == (DisputeStatus.INQUIRY, (1500, 0, 0))
    [there] = sandbox.state.all(DISPUTE)
    control(sandbox, f"disputes/{there['id']}/escalate")
    hear(sandbox)
    assert (purse(alice), now(payment).status) == ((0, 1500, 0), PaymentStatus.DISPUTED)
    assert billing.dashboard_of(billing.list_disputes(payment)[0]).endswith(f"#{there['id']}")
    assert books.problems() == []


def test_a_question_that_is_answered_moves_nothing(alice, sandbox):
    payment = paid(alice, sandbox, "asks")
    [there] = sandbox.state.all(DISPUTE)
    control(sandbox, f"disputes/{there['id']}/close")
    hear(sandbox)
    assert [each.status for each in billing.list_disputes(payment)] == [DisputeStatus.CLOSED]
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_a_dispute_is_told_by_what_paypal_says_and_not_by_its_webhook(alice, sandbox):
    payment = paid(alice, sandbox)
    control(sandbox, f"payments/{capture_of(payment)}/dispute")
    [there] = sandbox.state.all(DISPUTE)
    there["amount"] = 999_900
    for event in told(sandbox, "CUSTOMER.DISPUTE.CREATED"):
        assert deliver(Client(), sandbox, event).status_code == 200
    assert billing.list_disputes(payment) == []
    assert purse(alice) == (1500, 0, 0)


def test_missed_webhooks_are_made_up_for(alice, sandbox):
    payment = agreed(alice)
    found = dict(billing.missed_webhooks(clock.now() - timedelta(hours=1)))
    assert {*found.values()} == {"processed"}
    assert (purse(alice), now(payment).status) == ((1500, 0, 0), PaymentStatus.SETTLED)
