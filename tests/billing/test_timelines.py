"""Every state of money has words, and a payment's story is told in its order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing import services as billing
from billing import wording
from billing.items import (
    AUTHENTICATION_REQUIRED,
    OWN_BUCKETS,
    Dispute,
    DisputeStatus,
    EntryType,
    PaymentKind,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from billing.services.timeline import History
from billing.timelines import timeline
from core import ids
from tests.billing.lives import pay, top_up
from tests.billing.walks import text_of
from tests.sessions.stores import client_of, sign_in


@pytest.fixture
def payment(alice):
    started = top_up(alice.user_sub, 1500)
    return billing.get_owned_payment(alice.user_sub, started.payment_intent_id)


def refund_of(payment, status=RefundStatus.SUCCEEDED, hours=1):
    at = payment.created_at + timedelta(hours=hours)
    return Refund(
        refund_id=ids.new_id(),
        payment_intent_id=payment.payment_intent_id,
        user_sub=payment.user_sub,
        provider=payment.provider,
        amount=500,
        currency="USD",
        status=status,
        reason="",
        actor_sub="",
        created_at=at,
        updated_at=at + timedelta(minutes=1),
    )


def dispute_of(payment, status=DisputeStatus.OPEN, hours=2):
    at = payment.created_at + timedelta(hours=hours)
    return Dispute(
        dispute_id=ids.new_id(),
        payment_intent_id=payment.payment_intent_id,
        user_sub=payment.user_sub,
        provider=payment.provider,
        provider_ref="dp_1",
        amount=1000,
        currency="USD",
        status=status,
        reason="fraudulent",
        held=1000,
        fee=1500,
        created_at=at,
        updated_at=at + timedelta(minutes=1),
    )


def test_every_status_type_and_bucket_has_words():
    assert {*wording.STATUSES} == {*PaymentStatus}
    assert {*wording.ENTRIES} == {*EntryType}
    assert {*wording.ACCOUNTS} == {*OWN_BUCKETS}


@pytest.mark.parametrize("status", list(PaymentStatus))
@pytest.mark.parametrize("kind", list(PaymentKind))
def test_every_payment_has_a_story_that_begins_with_its_start(alice, status, kind):
    steps = timeline(replace(pay(alice.user_sub), status=status, kind=kind))
    assert len(steps) >= 2
    assert steps[0].title == "Started"
    assert all(step.title and step.text and "%(" not in step.title + step.text for step in steps)


@pytest.mark.parametrize("status", list(RefundStatus))
def test_every_refund_has_two_steps(payment, status):
    steps = timeline(payment, refunds=(refund_of(payment, status),))
    assert len(steps) == 4
    assert steps[2].title == "Refund of $5.00 started"
    assert "%(" not in "".join(step.title + step.text for step in steps)


@pytest.mark.parametrize("status", list(DisputeStatus))
def test_a_dispute_is_told_with_its_end(payment, status):
    steps = timeline(payment, disputes=(dispute_of(payment, status),))
    inquiry = status in (DisputeStatus.INQUIRY, DisputeStatus.CLOSED)
    assert ("No money has moved." in [step.text for step in steps]) is inquiry
    assert "%(" not in "".join(step.title + step.text for step in steps)


def test_it_is_told_in_the_order_in_which_it_happened(payment):
    told = timeline(
        payment,
        refunds=(refund_of(payment, RefundStatus.PENDING, hours=3),),
        disputes=(dispute_of(payment, DisputeStatus.WON, hours=1),),
    )
    times = [step.at for step in told if step.at]
    assert times == sorted(times)
    assert [step.title for step in told][-1] == "Refund at Stripe"  # still to come


def test_what_waits_for_its_owner_says_so(alice):
    waiting = replace(pay(alice.user_sub), failure_code=AUTHENTICATION_REQUIRED)
    assert wording.status_of(waiting) == ("Waits for you", "warn")
    assert timeline(waiting)[-1].text == "Your bank wants you to confirm it yourself."


@pytest.fixture
def history(payment, monkeypatch):
    """Partly refunded, and the rest disputed."""
    shown = History(
        payment=replace(payment, status=PaymentStatus.DISPUTED, refunded=500, disputed=1000),
        refunds=(refund_of(payment), refund_of(payment, RefundStatus.FAILED, hours=2)),
        disputes=(dispute_of(payment),),
    )
    monkeypatch.setattr(billing, "get_history", lambda *_: shown)
    monkeypatch.setattr("billing.services.receipts.get_history", lambda *_: shown)
    return shown


def test_the_page_of_a_payment_tells_refunds_and_disputes(alice, history):
    where = f"/wallet/payments/{history.payment.payment_intent_id}/"
    page = text_of(client_of(sign_in(alice)).get(where))
    for shown in ("Disputed", "$5.00 refunded", "Refund of $5.00 failed", "Payment disputed"):
        assert shown in page


def test_a_receipt_has_a_credit_note_for_each_refund_that_went_through(alice, history):
    receipt = billing.top_up_receipt(alice.user_sub, history.payment.payment_intent_id)
    assert [refund.status for refund in receipt.refunds] == [RefundStatus.SUCCEEDED]
    assert (receipt.refunded, receipt.total) == (500, 1000)
    where = f"/wallet/payments/{history.payment.payment_intent_id}/receipt/"
    page = text_of(client_of(sign_in(alice)).get(where))
    assert "Credit note: refund" in page
    assert page.count("\u2212$5.00") == 1
    assert "$10.00" in page
