"""Disputes as PayPal tells them: questions, claims, and what became of the money."""

import pytest

from billing.items import DisputeStatus
from billing.providers import paypal_disputes
from billing.providers.errors import NotThere
from billing.providers.paypal import PayPal
from billing.sandbox.paypal.objects import DISPUTE
from core import clock
from tests.billing.paypal_people import control, name_in, paid

MONEY = {"currency_code": "USD", "value": "15.00"}
FEE = {"currency_code": "USD", "value": "20.00"}


@pytest.fixture
def capture(sandbox):
    return paid().facts.provider_ids["intent"]


@pytest.fixture
def opened(sandbox, capture):
    def open_one(**values):
        control(sandbox, f"payments/{name_in(capture)}/dispute", **values)
        return f"dispute:{sandbox.state.all(DISPUTE)[0]['id']}"

    return open_one


def moved(kind, *, reason="DISPUTE_SETTLEMENT", money=MONEY, party="SELLER"):
    return {"affected_party": party, "amount": money, "type": kind, "reason": reason}


@pytest.fixture
def report(monkeypatch):
    """Of a dispute as PayPal tells it, without the sandbox."""

    def of(**told):
        dispute = {
            "dispute_id": "PP-R-ABC-1",
            "dispute_amount": MONEY,
            "reason": "UNAUTHORISED",
            "status": "RESOLVED",
            "dispute_life_cycle_stage": "CHARGEBACK",
            "disputed_transactions": [{"seller_transaction_id": "C1"}],
            **told,
        }
        monkeypatch.setattr(paypal_disputes, "call", lambda method, path: dispute)
        return PayPal().fetch_dispute("dispute:PP-R-ABC-1")

    return of


def test_a_chargeback_takes_the_money_and_a_fee(capture, opened):
    report = PayPal().fetch_dispute(opened())
    assert (report.status, report.taken) == (DisputeStatus.OPEN, True)
    assert (report.amount, report.fee, report.currency) == (1500, 2000, "USD")
    assert (report.payment_ref, report.livemode, report.reason) == (capture, False, "unauthorised")
    assert 9 <= (report.due_at - clock.now()).days <= 10


@pytest.mark.parametrize(
    ("end", "status"), [("win", DisputeStatus.WON), ("lose", DisputeStatus.LOST)]
)
def test_it_ends_and_the_fee_stays(sandbox, opened, end, status):
    ref = opened(amount="1000")
    control(sandbox, f"disputes/{name_in(ref)}/{end}")
    report = PayPal().fetch_dispute(ref)
    assert (report.status, report.taken, report.amount, report.fee) == (status, True, 1000, 2000)
    assert report.due_at is None


def test_a_question_takes_nothing_until_it_is_a_chargeback(sandbox, opened):
    ref = opened(inquiry="true")
    report = PayPal().fetch_dispute(ref)
    assert (report.status, report.taken, report.fee) == (DisputeStatus.INQUIRY, False, 0)
    control(sandbox, f"disputes/{name_in(ref)}/escalate")
    report = PayPal().fetch_dispute(ref)
    assert (report.status, report.taken, report.fee) == (DisputeStatus.OPEN, True, 2000)


@pytest.mark.parametrize(
    ("act", "status", "taken"),
    [("close", DisputeStatus.CLOSED, False), ("lose", DisputeStatus.LOST, True)],
)
def test_a_question_may_end_as_one(sandbox, opened, act, status, taken):
    ref = opened(inquiry="true")
    control(sandbox, f"disputes/{name_in(ref)}/{act}")
    report = PayPal().fetch_dispute(ref)
    assert (report.status, report.taken) == (status, taken)


def test_a_question_that_a_refund_ended_took_nothing(sandbox, capture, opened):
    ref = opened(inquiry="true")
    control(sandbox, f"payments/{name_in(capture)}/refund")
    report = PayPal().fetch_dispute(ref)
    assert (report.status, report.taken) == (DisputeStatus.CLOSED, False)


@pytest.mark.parametrize("stage", ["CHARGEBACK", "PRE_ARBITRATION", "ARBITRATION"])
@pytest.mark.parametrize("status", ["OPEN", "UNDER_REVIEW", "WAITING_FOR_BUYER_RESPONSE", "OTHER"])
def test_a_claim_holds_the_money_whatever_its_step(report, stage, status):
    told = report(status=status, dispute_life_cycle_stage=stage)
    assert (told.status, told.taken) == (DisputeStatus.OPEN, True)


@pytest.mark.parametrize("status", ["OPEN", "UNDER_REVIEW", "WAITING_FOR_SELLER_RESPONSE"])
def test_a_question_is_one_unless_money_moved(report, status):
    told = report(status=status, dispute_life_cycle_stage="INQUIRY")
    assert (told.status, told.taken) == (DisputeStatus.INQUIRY, False)
    moves = [moved("DEBIT")]
    told = report(status=status, dispute_life_cycle_stage="INQUIRY", money_movements=moves)
    assert (told.status, told.taken) == (DisputeStatus.OPEN, True)


@pytest.mark.parametrize(
    ("code", "moves", "status", "taken"),
    [
        ("RESOLVED_BUYER_FAVOUR", [], DisputeStatus.LOST, True),
        ("ACCEPTED", [], DisputeStatus.LOST, True),
        ("RESOLVED_SELLER_FAVOUR", [], DisputeStatus.WON, False),
        ("CANCELED_BY_BUYER", [], DisputeStatus.WON, False),
        ("DENIED", [], DisputeStatus.WON, False),
        ("DENIED", ["DEBIT"], DisputeStatus.LOST, True),
        ("DENIED", ["DEBIT", "CREDIT"], DisputeStatus.WON, True),
        ("ACCEPTED", ["DEBIT"], DisputeStatus.LOST, True),
        ("ACCEPTED", ["DEBIT", "CREDIT"], DisputeStatus.WON, True),
        ("RESOLVED_BUYER_FAVOUR", ["DEBIT", "CREDIT", "DEBIT"], DisputeStatus.LOST, True),
        ("RESOLVED_WITH_PAYOUT", [], DisputeStatus.WON, False),
        ("RESOLVED_WITH_PAYOUT", ["DEBIT"], DisputeStatus.LOST, True),
        ("RESOLVED_WITH_PAYOUT", ["DEBIT", "CREDIT"], DisputeStatus.WON, True),
        ("NONE", ["DEBIT"], DisputeStatus.LOST, True),
        ("A_NEW_ONE", ["DEBIT", "CREDIT"], DisputeStatus.WON, True),
    ],
)
@pytest.mark.parametrize("name", ["money_movements", "fund_movements"])
def test_it_ended_as_its_outcome_or_its_money_says(report, code, moves, status, taken, name):
    told = report(dispute_outcome={"outcome_code": code}, **{name: [moved(kind) for kind in moves]})
    assert (told.status, told.taken) == (status, taken)


@pytest.mark.parametrize("code", ["RESOLVED_WITH_PAYOUT", "ACCEPTED", "DENIED", "NONE"])
def test_a_part_that_came_back_is_not_lost(report, code):
    some = {"currency_code": "USD", "value": "10.00"}
    outcome = {"outcome_code": code}
    told = report(
        dispute_outcome=outcome, money_movements=[moved("DEBIT"), moved("CREDIT", money=some)]
    )
    assert (told.status, told.amount, told.taken) == (DisputeStatus.LOST, 500, True)
    told = report(dispute_outcome=outcome, money_movements=[moved("DEBIT", money=some)])
    assert (told.status, told.amount, told.taken) == (DisputeStatus.LOST, 1000, True)


def test_what_moved_for_others_or_in_another_currency_is_not_ours(report):
    euros = {"currency_code": "EUR", "value": "20.00"}
    told = report(
        dispute_life_cycle_stage="INQUIRY",
        status="OPEN",
        money_movements=[
            moved("DEBIT", party="PAYMENT_PROCESSOR"),
            moved("CREDIT", party="BUYER"),
            moved("DEBIT", reason="DISPUTE_FEE", money=euros),
        ],
    )
    assert (told.taken, told.fee) == (False, 0)


def test_a_fee_may_come_back(report):
    fees = [moved(kind, reason="DISPUTE_FEE", money=FEE) for kind in ("DEBIT", "CREDIT")]
    won = {"outcome_code": "RESOLVED_SELLER_FAVOUR"}
    assert report(dispute_outcome=won, money_movements=fees[:1]).fee == 2000
    assert report(dispute_outcome=won, money_movements=fees).fee == 0


def test_the_new_names_of_movements_count(report):
    moves = [{"party": "SELLER", "amount": MONEY, "type": "DEBIT", "reason": "DISPUTE_SETTLEMENT"}]
    told = report(dispute_outcome={"outcome_code": "NONE"}, fund_movements=moves)
    assert told.status is DisputeStatus.LOST


def test_an_unknown_dispute_is_not_there(sandbox):
    assert PayPal().fetch_dispute("capture:C1") is None
    assert PayPal().fetch_dispute("dispute:../x") is None
    with pytest.raises(NotThere):
        PayPal().fetch_dispute("dispute:PP-R-NOTHING")
