"""Every state of money has words, and a payment's story is told in its order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing import services as billing
from billing import wording
from billing.items import (
    AUTHENTICATION_REQUIRED,
    OWN_BUCKETS,
    Bucket,
    Dispute,
    DisputeStatus,
    EntryType,
    PaymentKind,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from billing.providers.messages import RefundOutcome
from billing.timelines import timeline
from core import clock, ids
from tests.billing.lives import buy, dispute, now, pay, refund, told, top_up
from tests.billing.walks import text_of
from tests.sessions.stores import client_of, sign_in


@pytest.fixture
def payment(alice):
    started = top_up(alice.user_sub, 1500)
    return billing.get_owned_payment(alice.user_sub, started.payment_intent_id)


def test_a_charge_that_broke_off_is_being_checked_and_not_waited_for(alice):
    """It may have happened: who read "not paid yet" would charge the card again."""
    broken = replace(pay(alice.user_sub), kind=PaymentKind.CHARGE)
    assert wording.status_of(broken)[0] == "Checking"
    assert [step.title for step in timeline(broken)] == ["Started", "Checking"]


def test_a_top_up_that_was_declined_can_still_be_paid(alice):
    declined = replace(pay(alice.user_sub), failure_code="INSTRUMENT_DECLINED")
    assert wording.status_of(declined)[0] == "Not paid yet"
    steps = timeline(declined)
    assert [step.title for step in steps] == ["Started", "Declined", "Waiting for your payment"]
    assert "PayPal could not take the money" in steps[1].text


def test_a_top_up_whose_page_is_known_after_a_silence_waits_for_its_owner(alice):
    silent = replace(pay(alice.user_sub), status=PaymentStatus.UNKNOWN)
    assert wording.status_of(silent)[0] == "Checking"
    assert not billing.can_be_paid(silent)
    known = replace(silent, provider_ids={"session": "order:1"})
    assert billing.can_be_paid(known)
    assert wording.status_of(known)[0] == "Not paid yet"
    assert [step.title for step in timeline(known)] == ["Started", "Waiting for your payment"]


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
    told = [step.text for step in steps]
    assert ("No money has moved." in told) is inquiry
    assert any("until this is settled" in each for each in told) is (status == DisputeStatus.OPEN)
    assert "%(" not in "".join(step.title + step.text for step in steps)


def test_it_is_told_in_the_order_in_which_it_happened(payment):
    steps = timeline(
        payment,
        refunds=(refund_of(payment, RefundStatus.PENDING, hours=3),),
        disputes=(dispute_of(payment, DisputeStatus.WON, hours=1),),
    )
    times = [step.at for step in steps if step.at]
    assert times == sorted(times)
    assert steps[-1].title == "Refund at Stripe"  # still to come


def test_what_waits_for_its_owner_says_so(alice):
    waiting = replace(pay(alice.user_sub), failure_code=AUTHENTICATION_REQUIRED)
    assert wording.status_of(waiting) == ("Waits for you", "warn")
    assert timeline(waiting)[-1].text == "You have to confirm it yourself."


@pytest.fixture
def disputed(payment):
    """5.00 refunded, another refund failed, the rest disputed."""
    told(payment, refund(payment, 500))
    told(payment, refund(now(payment), 200), outcome=RefundOutcome.FAILED)
    dispute(now(payment), amount=1000)
    return now(payment)


def test_the_page_of_a_payment_tells_refunds_and_disputes(alice, disputed):
    where = f"/wallet/payments/{disputed.payment_intent_id}/"
    page = text_of(client_of(sign_in(alice)).get(where))
    for shown in ("Disputed", "$5.00 refunded", "Refund of $2.00 failed", "Payment disputed"):
        assert shown in page


def test_the_api_tells_them_without_words_of_staff(alice, disputed):
    where = f"/api/v1/billing/payments/{disputed.payment_intent_id}/history/"
    told = client_of(sign_in(alice)).get(where).json()
    assert [(one["amount"], one["status"]) for one in told["refunds"]] == [
        (500, "succeeded"),
        (200, "failed"),
    ]
    assert [(one["amount"], one["status"]) for one in told["disputes"]] == [(1000, "open")]
    assert (told["payment"]["refunded"], told["payment"]["disputed"]) == (500, 1000)
    assert "the person asked" not in str(told)
    assert "dp_1" not in str(told)


def test_a_receipt_has_a_credit_note_for_each_refund_that_went_through(alice, disputed):
    receipt = billing.top_up_receipt(alice.user_sub, disputed.payment_intent_id)
    assert [one.status for one in receipt.refunds] == [RefundStatus.SUCCEEDED]
    assert (receipt.refunded, receipt.total) == (500, 1000)
    where = f"/wallet/payments/{disputed.payment_intent_id}/receipt/"
    page = text_of(client_of(sign_in(alice)).get(where))
    assert "Credit note: refund" in page
    assert page.count("\u2212$5.00") == 1
    assert "\u2212$2.00" not in page


def test_the_ledger_leads_from_each_of_its_lines_to_the_payment(alice, disputed):
    page = text_of(client_of(sign_in(alice)).get("/wallet/ledger/"))
    lines = [line for line in page.split("<tr>") if 'class="r amount"' in line]
    assert len(lines) == 10
    where = f'href="/wallet/payments/{disputed.payment_intent_id}/"'
    assert all(where in line for line in lines)


def test_a_statement_adds_up_what_was_held_and_what_is_owed(alice, bob, payment):
    buy(alice.user_sub, bob.user_sub, 1200)
    dispute(payment)
    dispute(now(payment), DisputeStatus.LOST)
    month = f"{clock.now():%Y-%m}"
    found = billing.get_statement(alice.user_sub, month)
    assert found.is_verified
    owed = {Bucket.AVAILABLE: 0, Bucket.HELD: 0, Bucket.DEBT: -1200, Bucket.EARN: 0}
    assert found.closing == owed
    page = text_of(client_of(sign_in(alice)).get(f"/wallet/statements/{month}/"))
    assert "Debt" in page
    assert "\u2212$12.00" in page
