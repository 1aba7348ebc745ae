"""The sandbox speaks PayPal's wire format: orders, captures, and the pages of their payers."""

import re

import pytest

from tests.billing import payer
from tests.billing.payer import MONEY, ORDERS, agree, capture_in, events, page_of

CARD_NUMBER = re.compile(r"\b(?:\d[ -]?){13,19}\b")


@pytest.fixture
def api(sandbox):
    return payer.Api()


def test_an_order_waits_for_its_payer(api):
    status, order = api.order()
    assert (status, order["status"]) == (201, "PAYER_ACTION_REQUIRED")
    assert order["purchase_units"][0]["amount"] == MONEY
    assert order["purchase_units"][0]["custom_id"] == "alice:1"
    assert api.get(f"{ORDERS}/{order['id']}") == (200, order)


def test_a_payer_who_agrees_comes_back_with_the_order_named(api, sandbox):
    order = api.order()[1]
    status, _, location = agree(page_of(order))
    assert status == 303
    assert location.startswith(f"http://testserver/done?token={order['id']}&PayerID=")
    assert api.get(f"{ORDERS}/{order['id']}")[1]["status"] == "APPROVED"
    (told,) = events(sandbox)
    assert (told["event_type"], told["resource"]["id"]) == ("CHECKOUT.ORDER.APPROVED", order["id"])


def test_a_capture_takes_the_money_and_says_what_paypal_kept(api, sandbox):
    status, order = api.capture(api.approved())
    capture = capture_in(order)
    assert (status, order["status"], capture["status"]) == (201, "COMPLETED", "COMPLETED")
    kept = capture["seller_receivable_breakdown"]
    assert (kept["gross_amount"], kept["paypal_fee"]["value"]) == (MONEY, "1.01")
    assert kept["net_amount"]["value"] == "13.99"
    assert api.get(f"/v2/payments/captures/{capture['id']}") == (200, capture)
    told = [event["event_type"] for event in events(sandbox)]
    assert told[1:] == ["PAYMENT.CAPTURE.COMPLETED", "CHECKOUT.ORDER.COMPLETED"]
