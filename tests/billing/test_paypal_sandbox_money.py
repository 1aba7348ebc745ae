"""The sandbox's PayPal gives money back, loses it to disputes, and its books add up."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.sandbox.paypal.objects import DISPUTE, REFUND
from core import clock
from tests.billing.payer import (
    CAPTURES,
    DAY,
    DISPUTES,
    HOUR,
    ORDERS,
    REFUNDS,
    TRANSACTIONS,
    control,
    events,
    issue,
    money,
    told,
)


def status_of(api, capture):
    return api.get(f"{CAPTURES}/{capture['id']}")[1]["status"]


def dispute_of(sandbox, api):
    (found,) = sandbox.state.all(DISPUTE)
    return api.get(f"{DISPUTES}/{found['id']}")[1]


def movements(dispute):
    """(way, reason, amount) of the seller's money."""
    assert {move["affected_party"] for move in dispute["money_movements"]} == {"SELLER"}
    return [
        (move["type"], move["reason"], move["amount"]["value"])
        for move in dispute["money_movements"]
    ]


TAKEN = [("DEBIT", "DISPUTE_SETTLEMENT", "15.00"), ("DEBIT", "CHARGEBACK_FEE", "20.00")]
BACK = ("CREDIT", "DISPUTE_SETTLEMENT", "15.00")


def test_a_refund_in_parts_adds_up_and_paypal_keeps_its_fee(sandbox, paypal_api):
    capture = paypal_api.paid()
    status, first = paypal_api.refund(capture, "5.00", custom_id="refund-1", invoice_id="r1")
    assert (status, first["status"], first["custom_id"]) == (201, "COMPLETED", "refund-1")
    assert status_of(paypal_api, capture) == "PARTIALLY_REFUNDED"
    _, second = paypal_api.refund(capture)
    assert status_of(paypal_api, capture) == "REFUNDED"
    told_of = [one["seller_payable_breakdown"] for one in (first, second)]
    assert [one["gross_amount"]["value"] for one in told_of] == ["5.00", "10.00"]
    assert [one["paypal_fee"]["value"] for one in told_of] == ["0.00", "0.00"]
    assert [one["total_refunded_amount"]["value"] for one in told_of] == ["5.00", "15.00"]
    assert paypal_api.get(f"{REFUNDS}/{first['id']}") == (200, first)
    order = capture["supplementary_data"]["related_ids"]["order_id"]
    unit = paypal_api.get(f"{ORDERS}/{order}")[1]["purchase_units"][0]
    assert unit["payments"]["refunds"] == [first, second]


def test_a_refund_is_told_of_with_the_capture_it_is_of(sandbox, paypal_api):
    capture = paypal_api.paid()
    _, made = paypal_api.refund(capture)
    event = events(sandbox)[-1]
    kind, about = event["event_type"], event["resource_type"]
    assert (kind, about) == ("PAYMENT.CAPTURE.REFUNDED", "refund")
    assert event["resource"] == made
    up = {link["rel"]: link["href"] for link in made["links"]}["up"]
    assert up.endswith(f"{CAPTURES}/{capture['id']}")


@pytest.mark.parametrize(
    ("account", "status", "left", "event"),
    [
        ("slow-refund", "COMPLETED", "PARTIALLY_REFUNDED", "PAYMENT.CAPTURE.REFUNDED"),
        ("bad-refund", "FAILED", "COMPLETED", "CHECKOUT.ORDER.COMPLETED"),
    ],
)
def test_a_refund_that_is_pending_ends(sandbox, paypal_api, account, status, left, event):
    capture = paypal_api.paid(account)
    _, made = paypal_api.refund(capture, "5.00")
    assert made["status"] == "PENDING"
    control("clock", advance=5)
    assert paypal_api.get(f"{REFUNDS}/{made['id']}")[1]["status"] == status
    assert status_of(paypal_api, capture) == left
    assert told(sandbox)[-1] == event


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"value": "15.01"}, "REFUND_AMOUNT_EXCEEDED"),
        ({"value": "0.00"}, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ({"amount": money("5.00", "EUR")}, "REFUND_CAPTURE_CURRENCY_MISMATCH"),
    ],
)
def test_an_impossible_refund_is_refused(sandbox, paypal_api, values, expected):
    status, answer = paypal_api.refund(paypal_api.paid(), **values)
    assert (status, issue(answer)) == (422, expected)
    assert sandbox.state.all(REFUND) == []


def test_what_went_back_is_not_refunded_again(sandbox, paypal_api):
    capture = paypal_api.paid()
    paypal_api.refund(capture)
    assert issue(paypal_api.refund(capture)[1]) == "CAPTURE_FULLY_REFUNDED"
    assert len(sandbox.state.all(REFUND)) == 1


def test_an_invoice_is_refunded_once(sandbox, paypal_api):
    capture = paypal_api.paid()
    paypal_api.refund(capture, "1.00", invoice_id="r1")
    answer = paypal_api.refund(capture, "1.00", invoice_id="r1")[1]
    assert issue(answer) == "DUPLICATE_INVOICE_ID"
    assert len(sandbox.state.all(REFUND)) == 1


def test_what_is_pending_is_not_refunded(sandbox, paypal_api):
    assert issue(paypal_api.refund(paypal_api.paid("echeck"))[1]) == "PENDING_CAPTURE"
    assert sandbox.state.all(REFUND) == []


def test_a_chargeback_takes_the_money_and_a_fee(sandbox, paypal_api):
    capture = paypal_api.paid("charges-back")
    dispute = dispute_of(sandbox, paypal_api)
    assert (dispute["dispute_life_cycle_stage"], dispute["status"]) == (
        "CHARGEBACK",
        "WAITING_FOR_SELLER_RESPONSE",
    )
    assert dispute["dispute_amount"] == money("15.00")
    assert movements(dispute) == TAKEN
    (transaction,) = dispute["disputed_transactions"]
    assert (transaction["seller_transaction_id"], transaction["custom"]) == (
        capture["id"],
        "alice:1",
    )
    assert dispute["seller_response_due_date"] > dispute["create_time"]
    event = events(sandbox)[-1]
    assert (event["event_type"], event["resource"]) == ("CUSTOMER.DISPUTE.CREATED", dispute)
    assert "resource_version" not in event


@pytest.mark.parametrize(
    ("act", "outcome", "moved"),
    [
        ("win", "RESOLVED_SELLER_FAVOUR", [*TAKEN, BACK]),
        ("lose", "RESOLVED_BUYER_FAVOUR", TAKEN),
    ],
)
def test_a_chargeback_ends(sandbox, paypal_api, act, outcome, moved):
    paypal_api.paid("charges-back")
    control(f"disputes/{dispute_of(sandbox, paypal_api)['dispute_id']}/{act}")
    dispute = dispute_of(sandbox, paypal_api)
    assert (dispute["status"], dispute["dispute_outcome"]["outcome_code"]) == ("RESOLVED", outcome)
    assert movements(dispute) == moved
    assert events(sandbox)[-1]["resource"] == dispute
    assert told(sandbox)[-1] == "CUSTOMER.DISPUTE.RESOLVED"


def test_what_an_event_told_stays_as_it_was(sandbox, paypal_api):
    paypal_api.paid("charges-back")
    control(f"disputes/{dispute_of(sandbox, paypal_api)['dispute_id']}/win")
    (created,) = events(sandbox, "CUSTOMER.DISPUTE.CREATED")
    assert movements(created["resource"]) == TAKEN


def test_a_question_moves_no_money_until_it_is_a_chargeback(sandbox, paypal_api):
    paypal_api.paid("asks")
    dispute = dispute_of(sandbox, paypal_api)
    assert dispute["dispute_life_cycle_stage"] == "INQUIRY"
    assert "money_movements" not in dispute
    control(f"disputes/{dispute['dispute_id']}/escalate")
    assert movements(dispute_of(sandbox, paypal_api)) == TAKEN
    assert told(sandbox)[-1] == "CUSTOMER.DISPUTE.UPDATED"


@pytest.mark.parametrize(
    ("act", "outcome", "moved"),
    [
        ("close", "CANCELED_BY_BUYER", None),
        ("lose", "RESOLVED_BUYER_FAVOUR", [("DEBIT", "DISPUTE_SETTLEMENT", "15.00")]),
    ],
)
def test_a_question_ends(sandbox, paypal_api, act, outcome, moved):
    paypal_api.paid("asks")
    control(f"disputes/{dispute_of(sandbox, paypal_api)['dispute_id']}/{act}")
    dispute = dispute_of(sandbox, paypal_api)
    assert dispute["dispute_outcome"]["outcome_code"] == outcome
    assert (movements(dispute) if moved else dispute.get("money_movements")) == moved


def test_a_question_is_refunded_in_whole_and_so_ends(sandbox, paypal_api):
    capture = paypal_api.paid("asks")
    assert issue(paypal_api.refund(capture, "5.00")[1]) == "TRANSACTION_DISPUTED"
    assert paypal_api.refund(capture)[0] == 201
    dispute = dispute_of(sandbox, paypal_api)
    assert dispute["dispute_outcome"]["outcome_code"] == "RESOLVED_BUYER_FAVOUR"
    assert "money_movements" not in dispute


def test_what_was_charged_back_is_not_refunded(sandbox, paypal_api):
    capture = paypal_api.paid("charges-back")
    answer = paypal_api.refund(capture)[1]
    assert issue(answer) == "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"
    assert sandbox.state.all(REFUND) == []


def test_no_more_is_taken_than_was_paid(sandbox, paypal_api):
    capture = paypal_api.paid()
    paypal_api.refund(capture, "5.00")
    for amount, status in ((1001, 422), (600, 200), (500, 422), (400, 200), (1, 422)):
        assert control(f"payments/{capture['id']}/dispute", amount=amount)[0] == status
    assert sum(one["amount"] for one in sandbox.state.all(DISPUTE)) == 1000


def test_what_paypal_reversed_is_not_taken_again_for_its_dispute(sandbox, paypal_api):
    capture = paypal_api.paid("asks")
    control(f"payments/{capture['id']}/reverse")
    control(f"disputes/{dispute_of(sandbox, paypal_api)['dispute_id']}/lose")
    assert movements(dispute_of(sandbox, paypal_api)) == TAKEN[:1]
    control("clock", advance=3 * HOUR)
    codes = [line["transaction_event_code"] for line in lines(paypal_api)]
    assert codes == ["T0006", "T1106"]


def test_disputes_are_found_by_the_payment_they_are_of(sandbox, paypal_api):
    capture = paypal_api.paid("asks")
    paypal_api.paid("charges-back", invoice_id="2")
    (found,) = paypal_api.get(DISPUTES, disputed_transaction_id=capture["id"])[1]["items"]
    assert found["dispute_life_cycle_stage"] == "INQUIRY"
    assert len(paypal_api.get(DISPUTES, start_time="2020-01-01T00:00:00Z")[1]["items"]) == 2
    assert paypal_api.get(DISPUTES, dispute_state="RESOLVED")[1]["items"] == []
    both = {"disputed_transaction_id": "X", "start_time": "2020-01-01T00:00:00Z"}
    assert paypal_api.get(DISPUTES, **both)[0] == 400


def report(api, **values):
    now = clock.now()
    dates = {"start_date": now - timedelta(hours=1), "end_date": now + timedelta(minutes=5)}
    query = {name: moment.isoformat(timespec="seconds") for name, moment in dates.items()}
    return api.get(TRANSACTIONS, **{**query, "fields": "all", **values})


def lines(api, **values):
    details = report(api, **values)[1]["transaction_details"]
    return [one["transaction_info"] for one in details]


def test_the_books_know_what_happened_some_hours_later(sandbox, paypal_api):
    capture = paypal_api.paid()
    assert lines(paypal_api) == []
    control("clock", advance=3 * HOUR)
    (line,) = lines(paypal_api)
    named = (line["transaction_id"], line["custom_field"], line["invoice_id"])
    assert named == (capture["id"], "alice:1", "1")
    assert (line["transaction_event_code"], line["transaction_status"]) == ("T0006", "S")
    assert (line["transaction_amount"], line["fee_amount"]) == (money("15.00"), money("-1.01"))


def test_the_books_add_up(sandbox, paypal_api):
    """Refunds and lost disputes leave what PayPal kept."""
    refunded = paypal_api.paid()
    paypal_api.refund(refunded, "4.00", custom_id="back", invoice_id="r1")
    paypal_api.refund(refunded)
    for number, (account, act) in enumerate([("charges-back", "win"), ("charges-back", "lose")], 2):
        paypal_api.paid(account, invoice_id=str(number))
        dispute = sandbox.state.all(DISPUTE)[0]
        control(f"disputes/{dispute['id']}/{act}")
    paypal_api.paid("bounces", invoice_id="4")
    control("clock", advance=3 * HOUR)
    found = lines(paypal_api)
    codes = [line["transaction_event_code"] for line in found]
    assert codes == [
        *("T0006", "T1107", "T1107"),
        *("T0006", "T1201", "T0106", "T1202"),
        *("T0006", "T1201", "T0106"),
    ]
    kept = sum(Decimal(line.get("fee_amount", {"value": "0"})["value"]) for line in found)
    moved = sum(Decimal(line["transaction_amount"]["value"]) for line in found)
    assert (moved, kept) == (Decimal("15.00") - 2 * Decimal("20.00"), -3 * Decimal("1.01"))
    assert found[1]["custom_field"] == "back"
    assert {line["paypal_reference_id"] for line in found[1:3]} == {refunded["id"]}


def test_the_books_come_in_pages(sandbox, paypal_api):
    for number in range(3):
        paypal_api.paid(invoice_id=str(number))
    control("clock", advance=3 * HOUR)
    pages = [report(paypal_api, page_size=2, page=page)[1] for page in (1, 2)]
    assert [len(page["transaction_details"]) for page in pages] == [2, 1]
    assert {(page["total_items"], page["total_pages"]) for page in pages} == {(3, 2)}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"end_date": "2099-01-01T00:00:00Z"}, "/end_date"),
        ({"start_date": "2026-01-01"}, "/start_date"),
        ({"start_date": ""}, "/start_date"),
        ({"page_size": 501}, "/page_size"),
        ({"currency": "USD"}, "/currency"),
    ],
)
def test_a_report_that_nobody_can_give_is_refused(paypal_api, values, field):
    status, answer = report(paypal_api, **values)
    assert (status, answer["details"][0]["field"]) == (400, field)


def test_a_report_of_a_moved_clock_is_dated_by_who_asks(sandbox, paypal_api):
    """A developer moves the sandbox's clock, and never ours."""
    control("clock", advance=30 * DAY)
    paypal_api.token = paypal_api.sign_in()[1]["access_token"]
    paypal_api.paid()
    control("clock", advance=3 * HOUR)
    assert len(lines(paypal_api)) == 1
