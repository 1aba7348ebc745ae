"""Receipts of top-ups and purchases, as pages and by the API."""

import pytest

from billing import services as billing
from core import ids
from tests.billing import books
from tests.billing.lives import buy, pay, top_up
from tests.billing.walks import text_of
from tests.sessions.stores import client_of, sign_in

API = "/api/v1/billing/"


@pytest.fixture
def client(alice):
    return client_of(sign_in(alice))


@pytest.fixture
def seller(settings):
    settings.SELLER_NAME = "Example <b>Ltd</b>"
    settings.SELLER_ADDRESS = "1 Example Street | 10115 Berlin |"
    settings.SELLER_TAX_ID, settings.SELLER_EMAIL = "DE123", "billing@example.com"


@pytest.mark.usefixtures("seller")
def test_a_top_up_has_a_receipt_with_the_seller_and_our_number(client, alice):
    payment = top_up(alice.user_sub, 1500)
    where = f"payments/{payment.payment_intent_id}/receipt/"
    page = text_of(client.get(f"/wallet/{where}"))
    for shown in (
        "Example &lt;b&gt;Ltd&lt;/b&gt;",
        "10115 Berlin",
        "Tax number DE123",
        "billing@example.com",
        payment.payment_intent_id,
        "$15.00",
        alice.email,
        "Test: no real money",
    ):
        assert shown in page
    told = client.get(f"{API}{where}").json()
    assert (told["number"], told["total"]) == (payment.payment_intent_id, 1500)
    assert told["seller"]["address"] == ["1 Example Street", "10115 Berlin"]
    assert told["refunds"] == []


def test_a_payment_without_money_has_none(client, alice):
    payment = pay(alice.user_sub)
    where = f"payments/{payment.payment_intent_id}/receipt/"
    assert client.get(f"/wallet/{where}").status_code == 404
    answer = client.get(f"{API}{where}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_receipt")


def test_a_purchase_has_a_receipt_that_the_ledger_leads_to(client, alice, bob):
    top_up(alice.user_sub, 1500)
    post_id = ids.new_id()
    bought = buy(alice.user_sub, bob.user_sub, 499, reference=f"post:{post_id}")
    where = f"purchases/post:{post_id}/receipt/"
    assert f'href="/wallet/{where}"' in text_of(client.get("/wallet/ledger/"))
    page = text_of(client.get(f"/wallet/{where}"))
    for shown in (bought.txn, "$4.99", f'href="/posts/{post_id}/"'):
        assert shown in page
    told = client.get(f"{API}{where}").json()
    assert (told["number"], told["price"], told["reversed_at"]) == (bought.txn, 499, None)


@pytest.mark.parametrize("reference", ["post:1", "nothing", "a%23b", "%C3%BC"])
def test_what_somebody_else_bought_is_not_found(alice, mallory, bob, reference):
    top_up(alice.user_sub, 1500)
    buy(alice.user_sub, bob.user_sub)
    stranger = client_of(sign_in(mallory))
    before = books.rows()
    assert stranger.get(f"/wallet/purchases/{reference}/receipt/").status_code == 404
    answer = stranger.get(f"{API}purchases/{reference}/receipt/")
    assert (answer.status_code, answer.json()["code"]) == (404, "purchase_not_found")
    assert books.rows() == before


def test_the_sellers_name_is_that_of_the_site_unless_another_is_set(settings):
    assert billing.seller().name == settings.SITE_NAME
    assert billing.seller().address == ()
