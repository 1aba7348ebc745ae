"""PayPal's objects in our words: amounts, and what an order and its payments come to."""

import pytest

from billing.providers import paypal_facts, paypal_orders
from billing.providers.errors import ProviderRefused
from billing.providers.messages import Outcome
from billing.providers.paypal import PayPal
from tests.billing.paypal_people import a_top_up, made_orders, paid


@pytest.mark.parametrize(
    ("amount", "currency", "value"),
    [(1500, "USD", "15.00"), (1, "USD", "0.01"), (1500, "JPY", "1500"), (150_000, "HUF", "1500")],
)
def test_amounts_go_and_come_as_texts_of_the_currency(sandbox, amount, currency, value):
    assert paypal_facts.to_wire(amount, currency) == {"currency_code": currency, "value": value}
    report = paid(amount=amount, currency=currency)
    assert (report.facts.amount, report.facts.currency) == (amount, currency)


@pytest.mark.parametrize("currency", ["HUF", "TWD"])
def test_a_part_of_what_paypal_takes_whole_is_refused_here(sandbox, currency):
    with pytest.raises(ProviderRefused) as refused:
        PayPal().start_top_up(a_top_up(amount=1550, currency=currency))
    assert refused.value.reason == "DECIMALS_NOT_SUPPORTED"
    assert made_orders(sandbox) == []


@pytest.mark.parametrize(
    "money",
    [
        None,
        {},
        {"currency_code": "USD"},
        {"currency_code": "USD", "value": "15.001"},
        {"currency_code": "USD", "value": "-15.00"},
        {"currency_code": "USD", "value": "1e3"},
        {"currency_code": "USD", "value": " 15.00"},
        {"currency_code": "USD", "value": "\u0661\u0665"},
        {"currency_code": "JPY", "value": "1.5"},
        {"currency_code": "dollars", "value": "15.00"},
        {"value": "15.00"},
    ],
)
def test_what_is_no_amount_of_ours_is_one_that_no_payment_has(money):
    assert paypal_facts.from_wire(money) == -1


@pytest.mark.parametrize(
    ("status", "by_order", "by_capture"),
    [
        ("APPROVED", Outcome.APPROVED, Outcome.OPEN),
        ("PAYER_ACTION_REQUIRED", Outcome.OPEN, Outcome.OPEN),
        ("COMPLETED", Outcome.FAILED, Outcome.FAILED),
    ],
)
def test_a_declined_payment_of_an_order_that_can_be_paid_is_not_tried_anew(
    monkeypatch, status, by_order, by_capture
):
    """Its own event would be answered by another try, and that one by another event."""
    refused = {"id": "C1", "status": "DECLINED", "custom_id": "u1:p1"}
    related = {"supplementary_data": {"related_ids": {"order_id": "O1"}}}
    unit = {"custom_id": "u1:p1", "payments": {"captures": [refused]}}
    order = {"id": "O1", "status": status, "purchase_units": [unit]}
    answers = {
        f"{paypal_orders.ORDERS}/O1": order,
        f"{paypal_orders.CAPTURES}/C1": refused | related,
    }
    monkeypatch.setattr(paypal_orders, "call", lambda method, path: answers[path])
    assert PayPal().fetch_payment("order:O1").outcome is by_order
    assert PayPal().fetch_payment("capture:C1").outcome is by_capture


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("COMPLETED", Outcome.SUCCEEDED), ("PENDING", Outcome.PROCESSING)],
)
def test_a_declined_payment_says_nothing_of_the_one_that_was_made_after_it(
    monkeypatch, status, outcome
):
    money = {"currency_code": "USD", "value": "15.00"}
    first = {"id": "C1", "status": "DECLINED", "custom_id": "u1:p1", "amount": money}
    second = {**first, "id": "C2", "status": status}
    unit = {"custom_id": "u1:p1", "payments": {"captures": [first, second]}}
    related = {"supplementary_data": {"related_ids": {"order_id": "O1"}}}
    answers = {
        f"{paypal_orders.ORDERS}/O1": {
            "id": "O1",
            "status": "COMPLETED",
            "purchase_units": [unit],
        },
        f"{paypal_orders.CAPTURES}/C1": first | related,
        f"{paypal_orders.CAPTURES}/C2": second | related,
    }
    monkeypatch.setattr(paypal_orders, "call", lambda method, path: answers[path])
    report = PayPal().fetch_payment("capture:C1")
    assert (report.outcome, report.failure_code) == (outcome, "")
    assert report == PayPal().fetch_payment("capture:C2")
