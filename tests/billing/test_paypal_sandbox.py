"""The sandbox speaks PayPal's wire format: orders, captures, and the pages of their payers."""

import re

import pytest

from billing.sandbox.paypal.accounts import ACCOUNTS
from billing.sandbox.paypal.objects import CAPTURE, ORDER
from tests.billing.payer import (
    CAPTURES,
    HOUR,
    ORDERS,
    agree,
    capture_in,
    control,
    events,
    issue,
    money,
    new_order,
    page_of,
    told,
    visit,
)

CARD_NUMBER = re.compile(r"\b(?:\d[ -]?){13,19}\b")


def test_an_order_waits_for_its_payer(paypal_api):
    status, order = paypal_api.order(description="Balance")
    assert (status, order["status"]) == (201, "PAYER_ACTION_REQUIRED")
    unit = order["purchase_units"][0]
    assert unit["amount"] == money("15.00")
    named = (unit["custom_id"], unit["invoice_id"], unit["description"])
    assert named == ("alice:1", "1", "Balance")
    assert paypal_api.get(f"{ORDERS}/{order['id']}") == (200, order)


def test_less_of_an_order_is_told_when_less_is_asked_for(paypal_api):
    status, order = paypal_api.send("POST", ORDERS, new_order())
    assert (status, set(order)) == (201, {"id", "status", "payment_source", "links"})


def test_a_payer_who_agrees_comes_back_with_the_order_named(sandbox, paypal_api):
    order = paypal_api.order()[1]
    status, _, location = agree(page_of(order))
    assert status == 303
    assert location.startswith(f"http://testserver/done?token={order['id']}&PayerID=")
    assert paypal_api.get(f"{ORDERS}/{order['id']}")[1]["status"] == "APPROVED"
    (event,) = events(sandbox)
    assert (event["event_type"], event["resource_type"]) == (
        "CHECKOUT.ORDER.APPROVED",
        "checkout-order",
    )
    assert event["resource"]["id"] == order["id"]


def test_a_capture_takes_the_money_and_says_what_paypal_kept(sandbox, paypal_api):
    status, order = paypal_api.capture(paypal_api.approved())
    capture = capture_in(order)
    assert (status, order["status"], capture["status"]) == (201, "COMPLETED", "COMPLETED")
    kept = capture["seller_receivable_breakdown"]
    assert kept == {
        "gross_amount": money("15.00"),
        "paypal_fee": money("1.01"),
        "net_amount": money("13.99"),
    }
    assert (capture["custom_id"], capture["invoice_id"]) == ("alice:1", "1")
    assert paypal_api.get(f"{CAPTURES}/{capture['id']}") == (200, capture)
    assert told(sandbox)[1:] == ["PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.COMPLETED"]
    resource = events(sandbox)[1]["resource"]
    assert resource["supplementary_data"]["related_ids"]["order_id"] == order["id"]


def test_nothing_is_captured_that_nobody_approved(sandbox, paypal_api):
    status, answer = paypal_api.capture(paypal_api.order()[1]["id"])
    assert (status, issue(answer)) == (422, "ORDER_NOT_APPROVED")
    assert sandbox.state.all(CAPTURE) == []


def test_an_order_is_captured_once(sandbox, paypal_api):
    order = paypal_api.approved()
    paypal_api.capture(order)
    status, answer = paypal_api.capture(order)
    assert (status, issue(answer)) == (422, "ORDER_ALREADY_CAPTURED")
    assert len(sandbox.state.all(CAPTURE)) == 1


def test_an_invoice_is_paid_once(sandbox, paypal_api):
    paypal_api.paid()
    status, answer = paypal_api.capture(paypal_api.approved())
    assert (status, issue(answer)) == (422, "DUPLICATE_INVOICE_ID")
    assert len(sandbox.state.all(CAPTURE)) == 1


def test_who_is_declined_chooses_another_account(sandbox, paypal_api):
    order = paypal_api.approved("declined")
    status, answer = paypal_api.capture(order)
    assert (status, answer["name"]) == (422, "UNPROCESSABLE_ENTITY")
    assert issue(answer) == "INSTRUMENT_DECLINED"
    assert sandbox.state.all(CAPTURE) == []
    assert paypal_api.get(f"{ORDERS}/{order}")[1]["status"] == "APPROVED"
    (link,) = answer["links"]
    assert link["rel"] == "redirect"
    agree(link["href"])
    assert paypal_api.capture(order)[1]["status"] == "COMPLETED"


def test_a_refusal_is_planned_by_its_issue(sandbox, paypal_api):
    control("outcomes", outcome="declined", code="TRANSACTION_REFUSED")
    order = paypal_api.approved()
    assert issue(paypal_api.capture(order)[1]) == "TRANSACTION_REFUSED"
    assert paypal_api.capture(order)[0] == 201


def test_a_payer_may_have_to_confirm_before_the_capture(sandbox, paypal_api):
    control("outcomes", outcome="authentication_required", times=2)
    order = paypal_api.approved()
    status, answer = paypal_api.capture(order)
    assert (status, issue(answer)) == (422, "PAYER_ACTION_REQUIRED")
    assert paypal_api.get(f"{ORDERS}/{order}")[1]["status"] == "PAYER_ACTION_REQUIRED"
    page = page_of(answer)
    assert "whether it is you" in visit(page)[1]
    agree(page)
    assert paypal_api.capture(order)[1]["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("account", "status", "event"),
    [("echeck", "COMPLETED", "COMPLETED"), ("bounces", "DECLINED", "DENIED")],
)
def test_an_echeck_is_pending_until_it_ends(sandbox, paypal_api, account, status, event):
    capture = paypal_api.paid(account)
    assert capture["status_details"] == {"reason": "ECHECK"}
    assert "seller_receivable_breakdown" not in capture
    assert told(sandbox)[1] == "PAYMENT.CAPTURE.PENDING"
    control("clock", advance=5)
    ended = paypal_api.get(f"{CAPTURES}/{capture['id']}")[1]
    assert ended["status"] == status
    assert ("seller_receivable_breakdown" in ended) == (status == "COMPLETED")
    assert told(sandbox)[-1] == f"PAYMENT.CAPTURE.{event}"


@pytest.mark.parametrize(
    ("outcome", "status"), [("processing", "COMPLETED"), ("processing_fails", "DECLINED")]
)
def test_the_next_payment_is_planned_whatever_the_account(sandbox, paypal_api, outcome, status):
    control("outcomes", outcome=outcome)
    capture = paypal_api.paid()
    assert capture["status"] == "PENDING"
    control("clock", advance=5)
    assert paypal_api.get(f"{CAPTURES}/{capture['id']}")[1]["status"] == status
    assert paypal_api.paid(invoice_id="2")["status"] == "COMPLETED"


def test_an_order_that_nobody_approves_is_forgotten(sandbox, paypal_api):
    order = paypal_api.order()[1]
    control("clock", advance=6 * HOUR)
    assert paypal_api.get(f"{ORDERS}/{order['id']}")[0] == 404
    assert paypal_api.capture(order["id"])[0] == 404
    assert agree(page_of(order))[0] == 404


def test_an_approval_that_nobody_captures_ends(sandbox, paypal_api):
    order = paypal_api.approved()
    control("clock", advance=3 * HOUR)
    assert paypal_api.get(f"{ORDERS}/{order}")[1]["status"] == "VOIDED"
    event = events(sandbox)[-1]
    assert event["event_type"] == "CHECKOUT.PAYMENT-APPROVAL.REVERSED"
    assert event["resource"]["order_id"] == order
    assert issue(paypal_api.capture(order)[1]) == "ORDER_NOT_APPROVED"
    assert sandbox.state.all(CAPTURE) == []


@pytest.mark.parametrize(
    ("amount", "shown", "fee", "net"),
    [
        (money("1500", "JPY"), "1500", "101", "1399"),
        (money("9000", "HUF"), "9000", "314", "8686"),
        (money("0.30"), "0.30", "0.30", "0.00"),
    ],
)
def test_a_currency_is_written_with_its_own_decimals(paypal_api, amount, shown, fee, net):
    kept = paypal_api.paid(amount=amount)["seller_receivable_breakdown"]
    values = [kept[name]["value"] for name in ("gross_amount", "paypal_fee", "net_amount")]
    assert values == [shown, fee, net]


@pytest.mark.parametrize(
    ("changed", "status", "expected"),
    [
        ({"amount": money("15.00", "JPY")}, 422, "DECIMALS_NOT_SUPPORTED"),
        ({"amount": money("15.001")}, 422, "DECIMAL_PRECISION"),
        ({"amount": money("0.00")}, 422, "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ({"amount": money("-1.00")}, 400, "INVALID_PARAMETER_SYNTAX"),
        ({"amount": money("15", "XTS")}, 422, "CURRENCY_NOT_SUPPORTED"),
        ({"amount": {"value": "15.00"}}, 400, "MISSING_REQUIRED_PARAMETER"),
        ({"custom_id": "x" * 128}, 400, "INVALID_STRING_LENGTH"),
        ({"invoice": "1"}, 400, "INVALID_PARAMETER_SYNTAX"),
    ],
)
def test_an_order_that_says_something_wrong_is_refused(
    sandbox, paypal_api, changed, status, expected
):
    assert (paypal_api.order(**changed)[0], issue(paypal_api.order(**changed)[1])) == (
        status,
        expected,
    )
    assert sandbox.state.all(ORDER) == []


@pytest.mark.parametrize(
    "wallet",
    [
        {"experience_context": {"return_url": "javascript:alert(1)"}},
        {"experience_context": {"user_action": "PAY_LATER"}},
        {"experience": {}},
        {"attributes": {"vault": {"store_in_vault": "ON_SUCCESS"}}},
        {"attributes": {"customer": {"merchant_customer_id": "alice at home"}}},
    ],
)
def test_a_payment_source_that_says_something_wrong_is_refused(sandbox, paypal_api, wallet):
    status, answer = paypal_api.order(source={"paypal": wallet})
    assert (status, answer["name"]) == (400, "INVALID_REQUEST")
    assert answer["details"][0]["field"].startswith("/payment_source/paypal/")
    assert sandbox.state.all(ORDER) == []


def test_the_page_shows_the_money_and_every_account_and_asks_for_nothing_else(paypal_api):
    status, text, _ = visit(page_of(paypal_api.order(description="Balance")[1]))
    assert status == 200
    for shown in ("Balance", "$15.00", "Sandbox: no real money.", *ACCOUNTS):
        assert shown in text
    assert not CARD_NUMBER.search(text)
    assert set(re.findall(r"<input ([^ ]+)", text)) == {'type="radio"'}


def test_who_does_not_want_to_pay_goes_back(paypal_api):
    order = paypal_api.order()[1]
    text = visit(page_of(order))[1]
    assert f'href="http://testserver/back?a=1&amp;token={order["id"]}"' in text


def test_an_account_that_is_none_of_those_changes_nothing(sandbox, paypal_api):
    order = paypal_api.order()[1]
    status, text, _ = agree(page_of(order), "mallory")
    assert (status, "Choose one of the test accounts." in text) == (400, True)
    assert events(sandbox) == []


def test_a_paid_page_has_nothing_left_to_do(sandbox, paypal_api):
    order = paypal_api.order()[1]
    agree(page_of(order))
    paypal_api.capture(order["id"])
    before = told(sandbox)
    status, text, _ = agree(page_of(order))
    assert (status, "This is completed." in text) == (200, True)
    assert told(sandbox) == before
