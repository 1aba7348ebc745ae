"""What CCBill's staff, banks and time do, by the control API and by the dashboard."""

import pytest

from billing.sandbox import access
from billing.sandbox.ccbill import sales
from tests.billing import payer
from tests.billing.flexforms import datalink, link, pay, reversed_by, sold, status_of, told
from tests.billing.wire import by_hand, visit


def control(path, /, **values):
    """Its status."""
    return payer.control(path, **values)[0]


@pytest.mark.parametrize(
    ("path", "values", "kind", "amount"),
    [
        ("refund", {"amount": 500}, "Refund", "5.00"),
        ("refund", {}, "Refund", "15.00"),
        ("void", {}, "Void", "15.00"),
        ("dispute", {}, "Chargeback", "15.00"),
        ("dispute", {"amount": 500, "reason": "Fraud"}, "Chargeback", "5.00"),
    ],
)
def test_money_goes_back_by_hand(sandbox, path, values, kind, amount):
    number = sold(sandbox)
    assert control(f"payments/{number}/{path}", **values) == 200
    event = told(sandbox)[-1]
    assert (event["type"], event["body"]["amount"]) == (kind, amount)
    assert event["body"]["subscriptionId"] == number


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("payments/{}/refund", {"amount": 1501}),
        ("payments/{}/refund", {"amount": "five"}),
        ("payments/{}/dispute", {"amount": 1501}),
        ("payments/{}/dispute", {"inquiry": "true"}),
        ("payments/{}/succeed", {}),
        ("payments/{}/refund", {"nickname": "x"}),
    ],
)
def test_what_cannot_be_is_refused(sandbox, path, values):
    number = sold(sandbox)
    assert control(path.format(number), **values) == 400
    assert reversed_by(sandbox) == []


@pytest.mark.parametrize("path", ["payments/{}/win", "disputes/{}/win", "refunds/{}/fail"])
def test_what_ccbill_does_not_do_is_not_there(sandbox, path):
    assert control(path.format(sold(sandbox))) == 404


def test_money_that_was_not_paid_is_not_charged_back(sandbox):
    pay(link(), "declined")
    number = told(sandbox)[0]["body"]["transactionId"]
    for path in ("refund", "void", "dispute"):
        assert control(f"payments/{number}/{path}") == 400
    assert reversed_by(sandbox) == []


@pytest.mark.parametrize(
    ("path", "kind"), [("succeed", "NewSaleSuccess"), ("fail", "NewSaleFailure")]
)
def test_a_slow_sale_is_ended_by_hand_once(sandbox, path, kind):
    control("outcomes", outcome="processing")
    pay(link())
    [sale] = sandbox.state.all(sales.SALE)
    assert control(f"payments/{sale['id']}/{path}") == 200
    assert control(f"payments/{sale['id']}/{path}") == 400
    control("clock", advance=60)
    assert [event["type"] for event in told(sandbox)] == [kind]


def test_cards_expire_are_renewed_and_forgotten(sandbox):
    number = sold(sandbox)
    sale = sandbox.state.find(number)
    assert control(f"methods/{number}/expire") == 200
    assert sales.is_expired(sandbox.state, sale)
    assert control(f"methods/{number}/renew") == 200
    assert not sales.is_expired(sandbox.state, sale)
    assert control(f"methods/{number}/detach") == 200
    assert sale["forgotten"]


def test_events_are_delivered_again(sandbox, post):
    sold(sandbox)
    sandbox.delivery.deliver_due()
    [event] = told(sandbox)
    control(f"events/{event['id']}/deliver")
    sandbox.delivery.deliver_due()
    first, second = post.taken
    assert (first.path, first.body) == (second.path, second.body)


def test_a_fault_may_be_of_calls_that_say_something(sandbox):
    number = sold(sandbox)
    values = {"fault": "error_before", "path": "/datalink/", "body": "action=refundTransaction"}
    assert control("faults", **values) == 200
    assert status_of(number)["refundsIssued"] == "0"
    assert datalink("refundTransaction", number) == "-7"
    assert datalink("refundTransaction", number) == "1"


def test_the_dashboard_shows_sales_beside_those_of_others(sandbox):
    number = sold(sandbox, "charged_back")
    pay(link(), "declined")
    status, text, _ = visit(access.dashboard_url())
    assert status == 200
    shown = (
        "Payments by CCBill",
        number,
        "$15.00, approved",
        "Chargeback of $15.00",
        "Visa •••• 0259, until 12/2034",
        "$15.00, declined (Transaction Denied by Bank)",
        "NewSaleSuccess, waiting",
    )
    assert [name for name in shown if name not in text] == []
    assert "Ask about it" not in text


def test_the_dashboard_refunds_as_people_write_it(sandbox):
    number = sold(sandbox)
    status, _, location = by_hand(f"payments/{number}/refund", amount="5.00")
    assert (status, location) == (303, f"/dashboard/#{number}")
    assert reversed_by(sandbox) == [("Refund", 500)]
    assert by_hand(f"payments/{number}/refund", amount="11.00")[0] == 400
