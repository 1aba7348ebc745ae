"""The sandbox's PayPal gives money back, and takes it for disputes."""

import pytest

from billing.sandbox.paypal.objects import DISPUTE, REFUND
from tests.billing.payer import (
    CAPTURES,
    DISPUTES,
    ORDERS,
    REFUNDS,
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


def test_disputes_are_found_by_the_payment_they_are_of(sandbox, paypal_api):
    capture = paypal_api.paid("asks")
    paypal_api.paid("charges-back", invoice_id="2")
    (found,) = paypal_api.get(DISPUTES, disputed_transaction_id=capture["id"])[1]["items"]
    assert found["dispute_life_cycle_stage"] == "INQUIRY"
    assert len(paypal_api.get(DISPUTES, start_time="2020-01-01T00:00:00Z")[1]["items"]) == 2
    assert paypal_api.get(DISPUTES, dispute_state="RESOLVED")[1]["items"] == []
    both = {"disputed_transaction_id": "X", "start_time": "2020-01-01T00:00:00Z"}
    assert paypal_api.get(DISPUTES, **both)[0] == 400
