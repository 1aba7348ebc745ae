import pytest

from billing import services as billing
from billing.errors import (
    EventTooEarly,
    InvalidAmount,
    MoneySpent,
    NotRefundable,
    PaymentMismatch,
    PaymentNotFound,
)
from billing.items import DisputeStatus, PaymentStatus, RefundStatus
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.messages import RefundOutcome
from billing.repository import BILLING
from billing.services import refunding
from core.actor import Actor
from core.errors import Invalid
from dynamo.metering import budget
from dynamo.table import Table
from jobs import worker
from tests.billing import books
from tests.billing.lives import buy, dispute, kinds_of, now, pay, purse, refund, told, top_up

PENDING, FAILED = RefundOutcome.PENDING, RefundOutcome.FAILED


def refunds(payment):
    return [(each.status, each.amount) for each in billing.list_refunds(now(payment))]


@pytest.fixture
def paid(alice):
    return top_up(alice.user_sub, 1500)


def test_it_holds_the_money_before_the_provider_is_asked(alice, paid, provider):
    made = refund(paid, 500)
    assert purse(alice) == (1000, 500, 0)
    assert (made.status, now(paid).reserved) == (RefundStatus.PENDING, 500)
    assert now(paid).status is PaymentStatus.SETTLED
    assert provider.refund_calls == []
    assert books.problems() == []


def test_the_job_asks_the_provider_and_the_money_leaves(alice, paid, provider):
    made = refund(paid, 500)
    worker.run_due()
    assert purse(alice) == (1000, 0, 0)
    assert now(paid).status is PaymentStatus.PARTIALLY_REFUNDED
    [order] = provider.refund_calls
    assert (order.refund_id, order.amount) == (made.refund_id, 500)
    assert kinds_of(alice).count("billing.refund.issued") == 1
    assert books.problems() == []


def test_without_an_amount_it_is_all_that_is_left(alice, paid, provider):
    refund(paid, 500)
    refund(paid)
    worker.run_due()
    assert now(paid).status is PaymentStatus.REFUNDED
    assert purse(alice) == (0, 0, 0)
    with pytest.raises(NotRefundable):
        refund(paid)
    assert books.problems() == []


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_more_than_zero(alice, paid, amount):
    with pytest.raises(InvalidAmount):
        refund(paid, amount)
    assert purse(alice) == (1500, 0, 0)


def test_it_refuses_what_is_not_there(alice, bob, paid):
    with pytest.raises(NotRefundable):
        refund(paid, 1501)
    with pytest.raises(NotRefundable):
        refund(pay(alice.user_sub))
    buy(alice.user_sub, bob.user_sub, 1000)
    with pytest.raises(MoneySpent):
        refund(paid, 501)
    with pytest.raises(PaymentNotFound):
        billing.request_refund(
            user_sub=bob.user_sub,
            payment_id=paid.payment_intent_id,
            amount=1,
            reason="mine now",
            actor=Actor(None),
        )
    assert (purse(alice), refunds(paid)) == ((500, 0, 0), [])


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_it_has_a_reason(alice, paid, reason):
    with pytest.raises(Invalid) as refusal:
        billing.request_refund(
            user_sub=alice.user_sub,
            payment_id=paid.payment_intent_id,
            amount=1,
            reason=reason,
            actor=Actor(None),
        )
    assert list(refusal.value.errors) == ["reason"]
    assert purse(alice) == (1500, 0, 0)


def test_one_key_is_one_refund(alice, paid):
    first, second = (refund(paid, 500, idempotency_key="form 1") for _ in range(2))
    assert first == second
    assert purse(alice) == (1000, 500, 0)
    with pytest.raises(NotRefundable):
        refund(paid, 600, idempotency_key="form 1")


@pytest.mark.parametrize("amount", [1500, None])
def test_it_is_one_also_when_it_is_held_between_two_reads(alice, paid, monkeypatch, amount):
    first = refund(paid, amount, idempotency_key="form 1")
    find, missed = refunding._refunds.find, []

    def find_late(*names):
        if not missed:
            return missed.append(names)
        return find(*names)

    monkeypatch.setattr(refunding._refunds, "find", find_late)
    assert refund(paid, amount, idempotency_key="form 1") == first
    assert missed
    assert purse(alice) == (0, 1500, 0)


def test_what_the_provider_refuses_is_back_in_the_wallet(alice, paid, provider):
    provider.refund_refusal = "insufficient_funds"
    made = refund(paid, 500)
    worker.run_due()
    assert purse(alice) == (1500, 0, 0)
    stored = billing.get_refund(alice.user_sub, paid.payment_intent_id, made.refund_id)
    assert (stored.status, stored.failure_code) == (RefundStatus.FAILED, "insufficient_funds")
    assert (now(paid).status, now(paid).reserved) == (PaymentStatus.SETTLED, 0)
    assert kinds_of(alice).count("billing.refund.failed") == 1
    assert books.problems() == []


def test_a_lost_answer_is_found_again_and_refunds_once(alice, paid, provider, ahead):
    provider.loses_answers = 1
    made = refund(paid, 500)
    worker.run_due()
    assert refunds(paid) == [(RefundStatus.UNKNOWN, 500)]
    assert purse(alice) == (1000, 500, 0)
    ahead(minutes=2)
    worker.run_due()
    assert refunds(paid) == [(RefundStatus.SUCCEEDED, 500)]
    assert (len(provider.refund_calls), [*provider.refunds]) == (1, [made.refund_id])
    assert books.problems() == []


def test_a_no_after_a_lost_answer_is_not_believed(alice, paid, provider):
    """The first call may be why there is nothing left to refund."""
    provider.loses_answers = 1
    made = refund(paid)
    with pytest.raises(NoAnswer):
        billing.run_refund(refund=made)
    died = {"status": "pending", "version": 1}  # the worker, before it noted it
    Table(BILLING).put({**_row_of(made), **died})
    provider.refund_refusal = "charge_already_refunded"
    assert billing.run_refund(refund=made).status is RefundStatus.SUCCEEDED
    assert purse(alice) == (0, 0, 0)
    assert books.problems() == []


def test_keys_that_do_not_see_the_payment_say_no_to_nothing(
    alice, paid, provider, ahead, monkeypatch
):
    """Those of another account, after an answer that was lost."""
    provider.loses_answers = 1
    made = refund(paid, 500)
    worker.run_due()
    with monkeypatch.context() as strangers:
        strangers.setattr(provider, "find_refund", _sees_nothing)
        strangers.setattr(provider, "refund", _sees_nothing)
        ahead(minutes=2)
        worker.run_due()
        assert (purse(alice), refunds(paid)) == ((1000, 500, 0), [(RefundStatus.UNKNOWN, 500)])
    ahead(minutes=6)
    worker.run_due()
    assert refunds(paid) == [(RefundStatus.SUCCEEDED, made.amount)]
    assert books.problems() == []


def test_a_question_that_is_refused_says_nothing(alice, paid, provider, monkeypatch):
    """The refund was made, and its answer lost."""
    provider.loses_answers = 1
    made = refund(paid)
    with pytest.raises(NoAnswer):
        billing.run_refund(refund=made)

    def refuse(_order):
        raise ProviderRefused(reason="INVALID_REQUEST")

    with monkeypatch.context() as odd:
        odd.setattr(provider, "find_refund", refuse)
        odd.setattr(provider, "refund", refuse)
        with pytest.raises(NoAnswer):
            billing.run_refund(refund=made)
    assert (purse(alice), refunds(paid)) == ((0, 1500, 0), [(RefundStatus.UNKNOWN, 1500)])
    assert billing.run_refund(refund=made).status is RefundStatus.SUCCEEDED
    assert (len(provider.refunds), purse(alice)) == (1, (0, 0, 0))
    assert books.problems() == []


def _sees_nothing(_order):
    raise NotThere(reason="resource_missing", about="payment_intent")


def _row_of(made):
    [row] = [row for row in books.rows() if row["sk"].endswith(f"#RF#{made.refund_id}")]
    return row


def test_a_silent_provider_is_asked_again_for_as_long_as_it_takes(alice, paid, provider, ahead):
    provider.is_silent = True
    refund(paid, 500)
    for _ in range(12):
        worker.run_due()
        ahead(days=1, minutes=1)
    assert refunds(paid) == [(RefundStatus.UNKNOWN, 500)]
    provider.is_silent = False
    worker.run_due()
    assert refunds(paid) == [(RefundStatus.SUCCEEDED, 500)]


def test_a_pending_one_stays_held_until_its_end_is_known(alice, paid, provider):
    provider.refund_outcome = PENDING
    made = refund(paid, 500)
    worker.run_due()
    assert (purse(alice), refunds(paid)) == ((1000, 500, 0), [(RefundStatus.PENDING, 500)])
    told(paid, made, outcome=FAILED, failure_code="expired_or_canceled_card")
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_a_failure_after_success_is_credited_again(alice, paid, provider):
    made = refund(paid, 500)
    told(paid, made)
    told(paid, made, outcome=FAILED)
    assert (purse(alice), refunds(paid)) == ((1500, 0, 0), [(RefundStatus.REVERSED, 500)])
    assert now(paid).status is PaymentStatus.SETTLED
    assert books.problems() == []


def test_an_older_word_changes_nothing(alice, paid, provider):
    made = refund(paid, 500)
    for outcome in (FAILED, RefundOutcome.SUCCEEDED, PENDING, FAILED):
        told(paid, made, outcome=outcome)
    assert (purse(alice), refunds(paid)) == ((1500, 0, 0), [(RefundStatus.FAILED, 500)])
    second = refund(paid, 500)
    for outcome in (RefundOutcome.SUCCEEDED, FAILED, RefundOutcome.SUCCEEDED, PENDING):
        told(paid, second, outcome=outcome)
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_success_after_we_gave_it_up_is_a_debt_if_need_be(alice, bob, paid, provider):
    provider.refund_refusal = "api_error"
    made = refund(paid)
    worker.run_due()
    buy(alice.user_sub, bob.user_sub, 600)
    told(paid, made)
    assert purse(alice) == (0, 0, 600)
    assert now(paid).status is PaymentStatus.REFUNDED
    assert books.problems() == []


def test_one_of_the_dashboard_counts_once(alice, bob, paid):
    buy(alice.user_sub, bob.user_sub, 900)
    for _ in range(3):
        told(paid, amount=1000)
    assert purse(alice) == (0, 0, 400)
    assert refunds(paid) == [(RefundStatus.SUCCEEDED, 1000)]
    assert books.problems() == []


def test_one_of_the_dashboard_that_failed_never_counts(alice, paid):
    told(paid, outcome=PENDING)
    assert refunds(paid) == []
    told(paid, outcome=FAILED)
    told(paid)  # fetched before it failed
    assert (purse(alice), refunds(paid)) == ((1500, 0, 0), [(RefundStatus.FAILED, 1500)])


def test_one_of_the_dashboard_waits_for_ours_when_both_are_too_much(alice, paid, provider):
    made = refund(paid, 1000)
    with pytest.raises(EventTooEarly):
        told(paid, amount=1000)
    assert purse(alice) == (500, 1000, 0)
    told(paid, amount=500)  # both fit
    assert purse(alice) == (0, 1000, 0)
    told(paid, made, outcome=FAILED)
    told(paid, ref="re_2", amount=1000)
    assert purse(alice) == (0, 0, 0)
    assert books.problems() == []


@pytest.mark.parametrize(
    "wrong",
    [{"currency": "EUR"}, {"livemode": True}, {"amount": 499}, {"amount": 1501}, {"ref": "a#b"}],
)
def test_a_report_that_does_not_fit_moves_nothing_and_is_told(alice, paid, wrong):
    made = refund(paid, 500)
    for _ in range(2):
        with pytest.raises(PaymentMismatch):
            told(paid, made, **wrong)
    assert purse(alice) == (1000, 500, 0)
    assert kinds_of(alice).count("billing.payment.mismatch") == 1
    assert books.problems() == []


def test_our_id_on_another_refund_moves_nothing(alice, paid):
    made = refund(paid, 500)
    told(paid, made)
    with pytest.raises(PaymentMismatch):
        told(paid, made, ref="re_other")
    told(paid, made, refund_id="")  # the same one without our id is still ours
    assert refunds(paid) == [(RefundStatus.SUCCEEDED, 500)]
    assert books.problems() == []


def test_a_payment_that_is_not_settled_cannot_come_back_yet(alice):
    payment = pay(alice.user_sub)
    with pytest.raises(EventTooEarly):
        told(payment)
    assert books.legs() == []


def test_it_is_refused_while_the_payment_is_disputed(alice, paid):
    dispute(paid)
    with pytest.raises(NotRefundable):
        refund(paid, 1)
    dispute(paid, DisputeStatus.LOST)
    with pytest.raises(NotRefundable):
        refund(paid, 1)
    assert refunds(paid) == []


def test_it_costs_three_reads_beside_each_other_and_one_transaction(alice, paid):
    with budget(calls=5, hops=3):
        refund(paid, 500)


def taken_on(payment, made):
    """By a provider that answers without an id, and keeps none of ours."""
    told(payment, made, ref="", outcome=PENDING)


def webhook_of(payment, amount, ref="t1"):
    return told(payment, ref=ref, amount=amount, is_unnamed=True)


def test_a_nameless_report_is_of_the_oldest_refund_of_its_amount(alice, paid):
    first, second = (refund(paid, 500, idempotency_key=key) for key in "ab")
    for made in (first, second):
        taken_on(paid, made)
    assert webhook_of(paid, 500).refund_id == first.refund_id
    assert webhook_of(paid, 500).refund_id == first.refund_id  # once more
    assert purse(alice) == (500, 500, 0)
    assert webhook_of(paid, 500, "t2").refund_id == second.refund_id
    assert purse(alice) == (500, 0, 0)
    assert books.problems() == []


def test_a_nameless_report_of_another_amount_is_of_the_dashboard(alice, paid):
    made = refund(paid, 500)
    taken_on(paid, made)
    assert webhook_of(paid, 300).refund_id != made.refund_id
    assert purse(alice) == (700, 500, 0)
    assert (now(paid).refunded, now(paid).reserved) == (300, 500)
    assert books.problems() == []
