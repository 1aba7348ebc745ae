"""The one address that CCBill sends people back to names a payment, and tells nothing of money."""

import pytest
from django.urls import reverse

from billing.items import PaymentStatus
from billing.providers.ccbill_forms import Pass
from core import ids
from tests.billing.ccbill import hear, start
from tests.billing.flexforms import pay
from tests.billing.lives import now, purse

PAYMENTS = "/wallet/payments/"


@pytest.fixture
def back(alice, sandbox):
    """Alice's payment, and where CCBill sends her when she has paid."""
    payment, url = start(alice)
    return payment, pay(url)[2].partition("/billing/")[2]


def test_its_owner_is_led_to_the_payment(alice, client_for, back):
    payment, path = back
    answer = client_for(alice).get(f"/billing/{path}")
    where = reverse("billing:payment_return", args=[payment.payment_intent_id])
    assert (answer.status_code, answer["Location"]) == (302, where)
    page = client_for(alice).get(where)
    assert page.status_code == 200
    assert now(payment).status is PaymentStatus.CREATED
    assert purse(alice) == (0, 0, 0)


def test_once_its_webhook_came_it_is_paid(alice, client_for, client, sandbox, back):
    payment, path = back
    assert hear(client, sandbox) == [200]
    answer = client_for(alice).get(f"/billing/{path}", follow=True)
    assert answer.redirect_chain[-1][0] == f"{PAYMENTS}{payment.payment_intent_id}/"
    assert "$15.00 is in your wallet" in answer.content.decode()


def test_somebody_else_learns_nothing(bob, client_for, back):
    _, path = back
    assert client_for(bob).get(f"/billing/{path}")["Location"] == PAYMENTS


@pytest.mark.parametrize("provider", ["ccbill", "stripe", "nobody"])
@pytest.mark.parametrize("query", ["", "?pay=", "?pay=nonsense", "?pay=%00"])
def test_without_a_pass_it_leads_to_all_payments(alice, client_for, sandbox, provider, query):
    answer = client_for(alice).get(f"/billing/return/{provider}/{query}")
    assert (answer.status_code, answer["Location"]) == (302, PAYMENTS)


def test_an_edited_pass_leads_to_all_payments(alice, client_for, back):
    payment, _ = back
    given = Pass(payment_id=ids.new_id(), user_sub=alice.user_sub).text
    forged = f"{payment.payment_intent_id}{given[26:]}"
    answer = client_for(alice).get("/billing/return/ccbill/", {"pay": forged})
    assert answer["Location"] == PAYMENTS


def test_while_ccbill_is_off_it_leads_to_all_payments(alice, client_for, settings):
    settings.BILLING_SANDBOX_PORT = 0
    given = Pass(payment_id=ids.new_id(), user_sub=alice.user_sub).text
    answer = client_for(alice).get("/billing/return/ccbill/", {"pay": given})
    assert answer["Location"] == PAYMENTS


def test_nobody_comes_back_without_signing_in(client, back):
    _, path = back
    answer = client.get(f"/billing/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_it_takes_no_form(alice, client_for, back):
    _, path = back
    assert client_for(alice).post(f"/billing/{path}").status_code == 405
