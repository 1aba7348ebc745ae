"""Refunds and corrections under the two-person rule."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts.errors import (
    ApprovalClosed,
    ApprovalOutdated,
    NotStaff,
    OwnApproval,
    StaffFactorNeeded,
)
from accounts.items import ApprovalState
from accounts.services import approvals
from accounts.services.approval_kinds import details_of
from alerts.items import AlertKind
from billing import services as billing
from billing.errors import InsufficientFunds, InvalidAmount, MoneySpent, NotRefundable
from billing.items import RefundStatus
from core.actor import Actor
from core.errors import Invalid
from jobs.worker import run_due
from tests.accounts.approving import kinds, refuse, state_of
from tests.accounts.lost import staff
from tests.billing import books
from tests.billing.desk import (
    REASON,
    approve,
    ask_adjustment,
    ask_refund,
    requests,
    untouched,
)
from tests.billing.lives import buy, dispute, now, pay, purse, top_up
from tests.factories import make_user
from tests.mfa.people import again, turn_on_totp

LIMIT = 5000


@pytest.fixture(autouse=True)
def limit(settings):
    settings.REFUND_APPROVAL_ABOVE = LIMIT


def test_up_to_the_limit_one_of_staff_refunds_at_once(alice, carol):
    payment = top_up(alice.user_sub, LIMIT)
    request = ask_refund(payment, carol)
    (refund,) = billing.list_refunds(payment)
    assert (refund.refund_id, refund.amount) == (request.approval_id, LIMIT)
    assert (refund.actor_sub, refund.reason) == (carol.user_sub, REASON)
    assert refund.status is RefundStatus.PENDING
    assert purse(alice) == (0, LIMIT, 0)
    assert (request.state, request.decided_by) == (ApprovalState.APPROVED, carol.user_sub)
    assert not request.breaks_glass
    assert books.problems() == []


def test_the_provider_is_asked_by_a_job(alice, carol, provider):
    payment = top_up(alice.user_sub)
    ask_refund(payment, carol, 500)
    assert provider.refund_calls == []
    run_due()
    assert [order.amount for order in provider.refund_calls] == [500]
    assert now(payment).refunded == 500
    assert kinds(alice)[0] is AlertKind.REFUND_ISSUED


def test_above_the_limit_it_waits_for_a_second_one(alice, carol, dave):
    payment = top_up(alice.user_sub, LIMIT + 1)
    request = ask_refund(payment, carol)
    assert state_of(request) is ApprovalState.OPEN
    assert billing.list_refunds(payment) == []
    assert purse(alice) == (LIMIT + 1, 0, 0)
    assert kinds(alice)[0] is AlertKind.REFUND_REQUESTED
    approve(request, dave)
    assert purse(alice) == (0, LIMIT + 1, 0)
    (refund,) = billing.list_refunds(payment)
    assert refund.actor_sub == carol.user_sub
    assert books.problems() == []


def test_many_small_refunds_count_as_one(alice, carol):
    payment = top_up(alice.user_sub, 3 * LIMIT)
    assert state_of(ask_refund(payment, carol, LIMIT)) is ApprovalState.APPROVED
    assert state_of(ask_refund(payment, carol, 1)) is ApprovalState.OPEN
    assert now(payment).reserved == LIMIT


@pytest.mark.engine
def test_two_small_ones_at_once_do_not_pass_the_limit_together(alice, carol, dave):
    payment = top_up(alice.user_sub, 2 * LIMIT)

    def ask(by):
        try:
            return state_of(ask_refund(payment, by, LIMIT))
        except ApprovalOutdated:
            return None

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(ask, (carol, dave)))
    assert states.count(ApprovalState.APPROVED) == 1
    assert now(payment).reserved == LIMIT


def test_the_same_form_sent_twice_is_one_refund(alice, carol):
    payment = top_up(alice.user_sub)
    first = ask_refund(payment, carol, 500, approval_id="01JZ0000000000000000000000")
    again_ = ask_refund(payment, carol, 500, approval_id="01JZ0000000000000000000000")
    assert first.approval_id == again_.approval_id
    assert now(payment).reserved == 500
    before = untouched(alice, payment)
    with pytest.raises(ApprovalOutdated):
        ask_refund(payment, carol, 501, approval_id="01JZ0000000000000000000000")
    assert untouched(alice, payment) == before


def test_alone_it_needs_a_second_factor(alice):
    erin = make_user("erin", is_staff=True)
    payment = top_up(alice.user_sub)
    before = untouched(alice, payment)
    with pytest.raises(StaffFactorNeeded):
        ask_refund(payment, erin, 500)
    assert untouched(alice, payment) == before


def test_who_is_not_staff_asks_for_nothing(alice, mallory):
    turn_on_totp(mallory)
    payment = top_up(alice.user_sub, 2 * LIMIT)
    before = untouched(alice, payment)
    for amount in (500, 2 * LIMIT):
        with pytest.raises(NotStaff):
            ask_refund(payment, mallory, amount)
    with pytest.raises(NotStaff):
        ask_adjustment(alice, mallory, 500)
    assert untouched(alice, payment) == before


def test_nobody_refunds_or_corrects_their_own(carol, dave):
    payment = top_up(carol.user_sub)
    before = untouched(carol, payment)
    with pytest.raises(OwnApproval):
        ask_refund(payment, carol)
    with pytest.raises(OwnApproval):
        ask_adjustment(carol, carol, 500)
    assert untouched(carol, payment) == before
    request = ask_adjustment(carol, dave, 500)
    for each in (carol, dave):
        with pytest.raises(OwnApproval):
            approve(request, each)
    assert untouched(carol, payment)[0] == before[0]


def test_what_cannot_be_refunded_is_not_even_asked_for(alice, bob, carol):
    open_, spent, disputed = pay(alice.user_sub), top_up(alice.user_sub), top_up(bob.user_sub)
    buy(alice.user_sub, bob.user_sub, price=1000)
    dispute(disputed)
    before = untouched(alice, open_, spent, disputed)
    for payment, amount, error in (
        (open_, None, NotRefundable),
        (open_, 500, NotRefundable),
        (spent, 501, MoneySpent),
        (spent, 1501, NotRefundable),
        (spent, 0, InvalidAmount),
        (spent, -5, InvalidAmount),
        (disputed, 500, NotRefundable),
    ):
        with pytest.raises(error):
            ask_refund(payment, carol, amount)
    with pytest.raises(Invalid):
        billing.ask_refund(
            payment=spent, amount=1, reason=" ", requester=again(carol), actor=Actor(None)
        )
    assert untouched(alice, open_, spent, disputed) == before


def test_money_spent_meanwhile_keeps_the_request_open(alice, bob, carol, dave):
    payment = top_up(alice.user_sub, 2 * LIMIT)
    request = ask_refund(payment, carol)
    buy(alice.user_sub, bob.user_sub, price=500)
    before = untouched(alice, payment)
    with pytest.raises(MoneySpent):
        approve(request, dave)
    assert untouched(alice, payment) == before
    assert state_of(request) is ApprovalState.OPEN


@pytest.mark.engine
def test_many_who_approve_at_once_refund_once(alice, carol, dave):
    erin = staff("erin")[0]
    payment = top_up(alice.user_sub, 3 * LIMIT)
    request = ask_refund(payment, carol, 2 * LIMIT)

    def decide(by):
        try:
            approve(request, by)
        except ApprovalClosed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, (dave, erin, dave, erin))) == 1
    assert now(payment).reserved == 2 * LIMIT
    assert books.problems() == []


def test_a_wallet_that_moves_meanwhile_does_not_stop_the_decision(alice, carol, dave, monkeypatch):
    """Its writes are made anew."""
    payment = top_up(alice.user_sub, 2 * LIMIT)
    request, moved = ask_refund(payment, carol), []
    transact = approvals.transact

    def late(writes):
        if not moved:
            moved.append(top_up(alice.user_sub, 500))
        return transact(writes)

    monkeypatch.setattr(approvals, "transact", late)
    approve(request, dave)
    assert purse(alice) == (500, 2 * LIMIT, 0)
    assert books.problems() == []


def test_a_refused_refund_moves_nothing(alice, carol, dave):
    payment = top_up(alice.user_sub, 2 * LIMIT)
    request = ask_refund(payment, carol)
    refuse(request, dave)
    assert billing.list_refunds(payment) == []
    assert purse(alice) == (2 * LIMIT, 0, 0)
    with pytest.raises(ApprovalClosed):
        approve(request, dave)


@pytest.mark.parametrize("amount", [500, -500])
def test_a_correction_always_needs_a_second_one(alice, carol, dave, amount):
    top_up(alice.user_sub)
    request = ask_adjustment(alice, carol, amount)
    assert purse(alice) == (1500, 0, 0)
    assert kinds(alice)[0] is AlertKind.BALANCE_ADJUSTMENT_ASKED
    approve(request, dave)
    assert purse(alice) == (1500 + amount, 0, 0)
    assert kinds(alice)[0] is AlertKind.BALANCE_ADJUSTED
    (row,) = [each for each in books.rows() if each["sk"].startswith("ADJ#")]
    assert (row["requester"], row["approver"]) == (carol.user_sub, dave.user_sub)
    assert row["adjustment_id"] == request.approval_id
    assert books.problems() == []


def test_a_debt_is_given_up_by_two(alice, bob, carol, dave):
    payment = top_up(alice.user_sub)
    buy(alice.user_sub, bob.user_sub, price=1500)
    ask_and = ask_adjustment(alice, carol, -700, into_debt=True)
    approve(ask_and, dave)
    assert purse(alice) == (0, 0, 700)
    with pytest.raises(InvalidAmount):
        ask_adjustment(alice, carol, 701, writes_off=True)
    approve(ask_adjustment(alice, carol, 700, writes_off=True), dave)
    assert purse(alice) == (0, 0, 0)
    assert now(payment).refunded == 0


def test_what_cannot_be_corrected_is_not_even_asked_for(alice, carol):
    top_up(alice.user_sub)
    before = untouched(alice)
    for amount, error, more in (
        (0, InvalidAmount, {}),
        (-1501, InsufficientFunds, {}),
        (-1, InvalidAmount, {"writes_off": True}),
        (1, InvalidAmount, {"writes_off": True}),
    ):
        with pytest.raises(error):
            ask_adjustment(alice, carol, amount, **more)
    assert untouched(alice) == before


def test_broken_glass_is_recorded_as_such(alice, carol, caplog):
    payment = top_up(alice.user_sub, 2 * LIMIT)
    request = ask_refund(payment, carol, breaks_glass=True)
    assert requests()[request.approval_id].breaks_glass
    assert now(payment).reserved == 2 * LIMIT
    assert "approval broke the glass" in caplog.messages
    correction = ask_adjustment(alice, carol, 300, breaks_glass=True)
    (row,) = [each for each in books.rows() if each["sk"].startswith("ADJ#")]
    assert (row["adjustment_id"], row["approver"]) == (correction.approval_id, "")


def test_who_decides_sees_what_it_is_about(alice, carol):
    payment = top_up(alice.user_sub, 2 * LIMIT)
    requests_ = (
        (ask_refund(payment, carol), ["$100.00", payment.payment_intent_id]),
        (ask_adjustment(alice, carol, -500), ["−$5.00"]),  # noqa: RUF001
    )
    for request, told in requests_:
        assert [value for _, value in details_of(request)] == told
