"""Refunds, voids and chargebacks by CCBill: asked for by DataLink, ended by webhooks."""

import random
from dataclasses import replace

import pytest

from billing import services as billing
from billing.items import DisputeStatus, PaymentStatus, RefundStatus
from billing.providers import ccbill_access, ccbill_datalink
from billing.providers.ccbill import CCBill
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.sandbox.ccbill import reversals
from billing.sandbox.faults import Fault
from jobs import worker
from tests.billing import books
from tests.billing.ccbill import act, hear, paid
from tests.billing.flexforms import deliver, told
from tests.billing.lives import now, purse, refund, top_up

MANAGE = "/datalink/utils/subscriptionManagement.cgi"


@pytest.fixture
def payment(alice, client, sandbox):
    return paid(alice, client, sandbox)


def made(sandbox, *kinds):
    return [each for each in sandbox.state.all(reversals.REVERSAL) if each["type"] in kinds]


def refunds(payment):
    return [(each.status, each.amount) for each in billing.list_refunds(now(payment))]


def hear_in_any_order(client, sandbox):
    events = told(sandbox) * 2
    random.Random(4).shuffle(events)
    assert {deliver(client, event).status_code for event in events} == {200}


def test_a_whole_one_is_a_void_and_its_webhook_ends_it(alice, payment, client, sandbox):
    refund(payment)
    worker.run_due()
    assert refunds(payment) == [(RefundStatus.PENDING, 1500)]
    assert purse(alice) == (0, 1500, 0)
    hear_in_any_order(client, sandbox)
    assert refunds(payment) == [(RefundStatus.SUCCEEDED, 1500)]
    assert (purse(alice), now(payment).status) == ((0, 0, 0), PaymentStatus.REFUNDED)
    assert len(made(sandbox, "Void")) == 1
    assert books.problems() == []


def test_one_in_part(alice, payment, client, sandbox):
    refund(payment, 500)
    worker.run_due()
    hear_in_any_order(client, sandbox)
    assert (purse(alice), now(payment).status) == ((1000, 0, 0), PaymentStatus.PARTIALLY_REFUNDED)
    [there] = made(sandbox, "Refund")
    assert there["amount"] == 500
    assert books.problems() == []


def test_one_that_ccbill_took_on_is_not_asked_for_again(alice, payment, client, sandbox, ahead):
    refund(payment, 500)
    for _ in range(4):
        worker.run_due()
        ahead(hours=7)
    assert len(made(sandbox, "Refund", "Void")) == 1
    assert refunds(payment) == [(RefundStatus.PENDING, 500)]
    hear_in_any_order(client, sandbox)
    assert refunds(payment) == [(RefundStatus.SUCCEEDED, 500)]
    assert books.problems() == []


def test_its_webhook_may_be_faster_than_its_answer(alice, payment, client, sandbox):
    one = refund(payment, 500)
    ask = CCBill.refund

    def asked(self, order):
        report = ask(self, order)
        hear(client, sandbox)
        return report

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(CCBill, "refund", asked)
        assert billing.run_refund(refund=one).status is RefundStatus.SUCCEEDED
    assert purse(alice) == (1000, 0, 0)
    assert now(payment).refunded == 500
    assert "mismatch_at" not in str(books.rows())
    assert books.problems() == []


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.AFTER])
def test_a_lost_answer_is_not_asked_for_twice(alice, payment, client, sandbox, ahead, fault):
    sandbox.faults.plan(fault, path=MANAGE, body="action=refundTransaction")
    refund(payment, 500)
    worker.run_due()
    assert refunds(payment) == [(RefundStatus.UNKNOWN, 500)]
    for _ in range(4):
        ahead(hours=7)
        worker.run_due()
    assert len(made(sandbox, "Refund")) == 1
    assert refunds(payment) == [(RefundStatus.UNKNOWN, 500)]
    assert purse(alice) == (1000, 500, 0)
    hear_in_any_order(client, sandbox)
    assert refunds(payment) == [(RefundStatus.SUCCEEDED, 500)]
    assert books.problems() == []


@pytest.mark.parametrize("fault", [Fault.UNHEARD, Fault.BEFORE])
def test_what_never_arrived_is_asked_for_again_after_an_hour(
    alice, payment, client, sandbox, ahead, fault
):
    sandbox.faults.plan(fault, path=MANAGE, body="action=refundTransaction")
    refund(payment, 500)
    worker.run_due()
    ahead(minutes=30)
    worker.run_due()
    assert made(sandbox, "Refund") == []
    ahead(minutes=45)
    worker.run_due()
    ahead(hours=3)
    worker.run_due()
    assert len(made(sandbox, "Refund")) == 1
    hear_in_any_order(client, sandbox)
    assert refunds(payment) == [(RefundStatus.SUCCEEDED, 500)]
    assert purse(alice) == (1000, 0, 0)


def test_a_worker_that_died_after_the_call_makes_no_second_one(
    alice, payment, client, sandbox, monkeypatch
):
    one = refund(payment, 500)
    with pytest.MonkeyPatch.context() as dies:
        dies.setattr(billing.refunding, "apply_refund_report", _dies)
        with pytest.raises(SystemExit):
            billing.run_refund(refund=one)
    assert refunds(payment) == [(RefundStatus.UNKNOWN, 500)]
    monkeypatch.setattr(ccbill_datalink, "sent_back", lambda _number: 0)
    with pytest.raises(NoAnswer):
        billing.run_refund(refund=one)
    assert len(made(sandbox, "Refund")) == 1
    hear_in_any_order(client, sandbox)
    assert refunds(payment) == [(RefundStatus.SUCCEEDED, 500)]
    assert books.problems() == []


def _dies(**_report):
    raise SystemExit


def test_who_asks_at_the_same_moment_makes_no_second_one(alice, payment, client, sandbox):
    one = refund(payment, 500)
    look = ccbill_datalink.sent_back

    def overtaken(number):
        counted = look(number)
        monkeypatch.undo()
        billing.run_refund(refund=one)
        return counted

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(ccbill_datalink, "sent_back", overtaken)
        with pytest.raises(NoAnswer):
            billing.run_refund(refund=one)
    assert len(made(sandbox, "Refund")) == 1
    assert refunds(payment) == [(RefundStatus.PENDING, 500)]
    hear_in_any_order(client, sandbox)
    assert refunds(payment) == [(RefundStatus.SUCCEEDED, 500)]
    assert purse(alice) == (1000, 0, 0)
    assert books.problems() == []


def test_an_hour_passes_after_each_time_that_it_was_asked_for(
    alice, payment, client, sandbox, ahead, monkeypatch
):
    """Counters may be late, whatever the age of the refund."""
    sandbox.faults.plan(Fault.UNHEARD, path=MANAGE, body="action=refundTransaction")
    one = refund(payment, 500)
    worker.run_due()
    ahead(hours=2)
    sandbox.faults.plan(Fault.LOST, path=MANAGE, body="action=refundTransaction")
    monkeypatch.setattr(ccbill_datalink, "sent_back", lambda _number: 0)
    for _ in range(2):
        with pytest.raises(NoAnswer):
            billing.run_refund(refund=one)
    assert len(made(sandbox, "Refund")) == 1
    hear_in_any_order(client, sandbox)
    assert refunds(payment) == [(RefundStatus.SUCCEEDED, 500)]
    assert purse(alice) == (1000, 0, 0)


def test_two_at_once_are_two(alice, payment, client, sandbox, ahead):
    refund(payment, 500, idempotency_key="k1")
    refund(payment, 500, idempotency_key="k2")
    worker.run_due()
    hear_in_any_order(client, sandbox)
    for _ in range(4):
        ahead(hours=3)
        worker.run_due()
    hear_in_any_order(client, sandbox)
    assert refunds(payment) == [(RefundStatus.SUCCEEDED, 500)] * 2
    assert len(made(sandbox, "Refund")) == 2
    assert purse(alice) == (500, 0, 0)
    assert books.problems() == []


def test_a_refusal_gives_the_money_back(alice, client, sandbox):
    payment = paid(alice, client, sandbox, "refund_refused")
    refund(payment)
    worker.run_due()
    assert refunds(payment) == [(RefundStatus.FAILED, 1500)]
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_with_a_wrong_password_nothing_is_said_to_have_failed(alice, payment, sandbox, monkeypatch):
    mine = replace(ccbill_access.access(), datalink=("sandbox", "wrong"))
    monkeypatch.setattr(ccbill_datalink, "access", lambda: mine)
    refund(payment)
    worker.run_due()
    assert refunds(payment) == [(RefundStatus.UNKNOWN, 1500)]
    assert purse(alice) == (0, 1500, 0)


def test_one_of_the_dashboard(alice, payment, client, sandbox):
    act(sandbox, "refund", payment, amount="700")
    hear_in_any_order(client, sandbox)
    assert (purse(alice), now(payment).refunded) == ((800, 0, 0), 700)
    [known] = billing.list_refunds(now(payment))
    assert known.actor_sub == ""
    assert books.problems() == []


def test_two_of_the_dashboard_are_two(alice, payment, client, sandbox):
    act(sandbox, "refund", payment, amount="300")
    act(sandbox, "refund", payment, amount="300")
    hear_in_any_order(client, sandbox)
    assert (purse(alice), now(payment).refunded) == ((900, 0, 0), 600)
    assert books.problems() == []


def test_a_void_of_the_dashboard(alice, payment, client, sandbox):
    act(sandbox, "void", payment)
    hear_in_any_order(client, sandbox)
    assert (purse(alice), now(payment).status) == ((0, 0, 0), PaymentStatus.REFUNDED)
    assert books.problems() == []


def test_a_chargeback_is_lost_at_once(alice, payment, client, sandbox):
    act(sandbox, "dispute", payment)
    hear_in_any_order(client, sandbox)
    [dispute] = billing.list_disputes(now(payment))
    assert dispute.status is DisputeStatus.LOST
    assert dispute.reason == "Customer disputed the charge"
    assert (purse(alice), now(payment).status) == ((0, 0, 0), PaymentStatus.CHARGED_BACK)
    assert [*billing.audit_all()] == []
    assert books.problems() == []


def test_a_reason_that_is_no_text_is_kept_as_far_as_it_is(alice, payment, client, sandbox):
    act(sandbox, "dispute", payment)
    [event] = told(sandbox, "Chargeback")
    event["body"]["reason"] = "Customer \ud800 disputed\nit"
    assert deliver(client, event).status_code == 200
    assert billing.list_disputes(now(payment))[0].reason == "Customer ? disputed?it"


def test_a_long_reason_is_cut(alice, payment, client, sandbox):
    act(sandbox, "dispute", payment)
    event = told(sandbox)[-1]
    event["body"]["reason"] = "long " * 100
    deliver(client, event)
    assert len(billing.list_disputes(now(payment))[0].reason) == 100


def test_one_that_comes_with_the_sale(alice, client, sandbox):
    payment = paid(alice, client, sandbox, "charged_back")
    assert now(payment).status is PaymentStatus.CHARGED_BACK
    assert purse(alice) == (0, 0, 0)
    assert books.problems() == []


def test_a_payment_that_ccbill_does_not_name_cannot_be_refunded(alice, sandbox):
    settled = top_up(alice.user_sub, 1500)
    one = refund(settled)
    order = billing.refunding._order(one, settled)
    with pytest.raises(ProviderRefused):
        CCBill().refund(order)
