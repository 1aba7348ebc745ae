"""Disputes as PayPal tells them: questions, claims, and what became of the money."""

import pytest

from billing.items import DisputeStatus
from billing.providers import paypal_disputes
from billing.providers.errors import NotThere
from billing.providers.paypal import PayPal
from billing.providers.paypal_facts import moment_of
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


SOME = {"currency_code": "USD", "value": "10.00"}
REST = {"currency_code": "USD", "value": "5.00"}
OPEN, WON, LOST = "UNDER_REVIEW", "RESOLVED_SELLER_FAVOUR", "RESOLVED_BUYER_FAVOUR"
ENDED = "2026-12-05T12:00:00Z"
TAKEN, TAKEN_IN_PARTS = [moved("DEBIT")], [moved("DEBIT", money=SOME), moved("DEBIT", money=REST)]
CAME_BACK = [moved("DEBIT"), {**moved("CREDIT"), "initiated_time": "2026-12-05T10:00:00Z"}]
KEPT_IN_PART = [moved("DEBIT"), moved("CREDIT", money=SOME)]


@pytest.fixture
def explains(monkeypatch):
    """Whether a dispute is what PayPal took money back for: None for who cannot know yet."""

    def of(end, moves, amount, at, **more):
        is_open = end == OPEN
        dispute = {
            "dispute_id": "PP-R-ABC-1",
            "dispute_amount": MONEY,
            "status": OPEN if is_open else "RESOLVED",
            "dispute_outcome": {"outcome_code": "" if is_open else end},
            "dispute_life_cycle_stage": "CHARGEBACK",
            "disputed_transactions": [{"seller_transaction_id": "C1", **more}],
            "money_movements": moves,
            "update_time": ENDED,
        }
        told = {"items": [{"dispute_id": "PP-R-ABC-1"}]}
        monkeypatch.setattr(
            paypal_disputes, "call", lambda method, path: told if "?" in path else dispute
        )
        found = paypal_disputes.explaining("C1", amount=amount, at=at and moment_of(at))
        return (found.is_sure or None) if found else False

    return of


@pytest.mark.parametrize(
    ("end", "moves", "amounts", "others"),
    [
        (OPEN, TAKEN, [1500], [1000, 1501]),
        (OPEN, TAKEN_IN_PARTS, [1000, 500, 1500], [700]),
        (LOST, TAKEN, [1500], [1000, 1501]),
        (LOST, TAKEN_IN_PARTS, [1000, 500, 1500], [700]),
        (LOST, KEPT_IN_PART, [1500, 500], [1000]),
        (LOST, [], [1500, 1000], [1501]),
        (WON, CAME_BACK, [1500], [1000]),
        (WON, [], [], [1500]),
    ],
)
def test_a_dispute_explains_what_was_taken_for_it_and_no_other_money(
    explains, end, moves, amounts, others
):
    at = "2026-12-05T09:00:00Z"
    assert all(explains(end, moves, amount, at) is True for amount in amounts)
    assert all(explains(end, moves, amount, at) is False for amount in others)


@pytest.mark.parametrize("amount", [1500, 700, None])
def test_one_that_tells_of_no_money_so_far_may_explain_anything(explains, amount):
    assert explains(OPEN, [], amount, ENDED) is None


@pytest.mark.parametrize(("end", "moves"), [(OPEN, TAKEN), (LOST, TAKEN), (WON, CAME_BACK)])
def test_a_line_that_says_no_amount_is_of_any_that_took_money(explains, end, moves):
    assert explains(end, moves, None, "2027-01-05T09:00:00Z") is True


@pytest.mark.parametrize(
    ("end", "moves", "at", "explained"),
    [
        (OPEN, TAKEN, "2027-01-05T12:00:00Z", True),
        (LOST, TAKEN, ENDED, True),
        (LOST, TAKEN, "2026-12-05T12:59:59Z", True),  # it is made by the decision
        (LOST, TAKEN, "2026-12-05T13:00:01Z", False),
        (LOST, TAKEN, None, True),
        (WON, CAME_BACK, "2026-12-05T09:59:59Z", True),
        (WON, CAME_BACK, "2026-12-05T10:00:00Z", False),
    ],
)
def test_money_that_is_taken_back_after_its_end_is_other_money(explains, end, moves, at, explained):
    assert explains(end, moves, 1500, at) is explained


@pytest.mark.parametrize(
    ("end", "moves", "amount", "explained"),
    [
        (LOST, TAKEN, 1500, True),  # however late its time says that it was
        (LOST, TAKEN, 1000, True),
        (LOST, [], 1500, True),
        (OPEN, TAKEN, 1000, True),
        (LOST, KEPT_IN_PART, 1000, False),
        (LOST, KEPT_IN_PART, 1001, True),
        (WON, CAME_BACK, 1500, False),
    ],
)
def test_what_the_payment_has_no_room_for_is_the_disputes(explains, end, moves, amount, explained):
    late = "2027-01-05T09:00:00Z"
    assert explains(end, moves, amount, late, gross_amount=MONEY) is explained


def test_one_about_no_payment_to_us_is_nobodys(report):
    assert report(disputed_transactions=[{"buyer_transaction_id": "B1"}]) is None


def test_an_unknown_dispute_is_not_there(sandbox):
    assert PayPal().fetch_dispute("capture:C1") is None
    assert PayPal().fetch_dispute("dispute:../x") is None
    with pytest.raises(NotThere):
        PayPal().fetch_dispute("dispute:PP-R-NOTHING")
