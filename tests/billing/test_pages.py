import re

import pytest
from django.test import Client

from billing import services
from billing.items import LedgerPage
from core import ids
from core.actor import Actor
from dynamo.cursor import CursorExpired
from dynamo.metering import budget
from tests.billing.walks import TOP_UP, rows, start, text_of, topped_up
from tests.sessions.stores import client_of, sign_in

PAGES = (
    "/wallet/",
    "/wallet/top-up/",
    "/wallet/payments/",
    "/wallet/payment-methods/",
    "/wallet/ledger/",
    "/wallet/statements/",
)


@pytest.fixture
def client(alice, provider):
    return client_of(sign_in(alice))


def test_a_newcomer_finds_every_page_empty_and_writes_nothing(client):
    for path in PAGES:
        assert "Wallet" in text_of(client.get(path))
    assert rows() == []


def test_a_visitor_is_asked_to_sign_in():
    for path in PAGES:
        answer = Client().get(path)
        assert (answer.status_code, answer.url) == (302, f"/sign-in/?next={path}")


def test_the_wallet_costs_five_reads_beside_each_other(client):
    with budget(calls=11, hops=4, rru=9, wru=0):  # four of them the frame's badges
        client.get("/wallet/")


def test_an_expired_page_link_starts_again_at_the_top(client, monkeypatch):
    def expire(user_sub, cursor=""):
        if cursor:
            raise CursorExpired
        return LedgerPage(items=[], next_cursor="")

    monkeypatch.setattr(services, "list_ledger", expire)
    page = text_of(client.get("/wallet/ledger/?after=old", follow=True))
    assert "That page link had expired" in page


def test_the_pager_leads_to_what_is_older_and_back(client, provider, monkeypatch):
    monkeypatch.setattr("billing.services.ledger.PAGE", 1)
    topped_up(client, provider)
    topped_up(client, provider, amount="2500", key="k2")
    first = text_of(client.get("/wallet/ledger/"))
    assert "+$25.00" in first
    assert "+$10.00" not in first
    older = re.search(r'href="(/wallet/ledger/\?after=[^"]+)" rel="next"', first)[1]
    second = text_of(client.get(older))
    assert "+$10.00" in second
    assert 'href="/wallet/ledger/" rel="prev"' in second


def test_the_form_goes_on_to_the_provider_and_moves_no_money(client, alice, provider):
    answer = client.post("/wallet/top-up/", {**TOP_UP, "save_method": "on"})
    assert answer.url.startswith("https://pay.example/")
    (top_up,) = provider.started
    assert (top_up.amount, top_up.currency, top_up.save_method) == (1000, "USD", True)
    assert services.get_wallet(alice.user_sub).available == 0


def test_the_same_form_sent_twice_is_one_payment(client, alice):
    first, second = (client.post("/wallet/top-up/", TOP_UP).url for _ in range(2))
    assert first == second
    assert len(services.list_payments(alice.user_sub).items) == 1


def test_a_fresh_form_is_another_payment(client):
    keys = re.findall(r'name="key" value="([^"]+)"', text_of(client.get("/wallet/")))
    again = re.findall(r'name="key" value="([^"]+)"', text_of(client.get("/wallet/")))
    assert len(keys) == len(again) == 1
    assert keys != again


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"amount": ""}, "Choose an amount."),
        ({"amount": "1"}, "Choose an amount from the list"),
        ({"amount": "other", "other": ""}, "Type the amount"),
        ({"amount": "other", "other": "lots"}, "Write the amount as a number"),
        ({"amount": "other", "other": "-5"}, "Write the amount as a number"),
        ({"amount": "other", "other": "0.01"}, "Add between $5.00 and $500.00"),
        ({"amount": "other", "other": "9999999"}, "Add between $5.00 and $500.00"),
        ({"pay_with": "paypal"}, "not available here"),
        ({"key": ""}, "required"),
        ({"key": "k" * 65}, "at most 64"),
    ],
)
def test_bad_input_names_what_is_wrong_and_starts_nothing(client, provider, sent, message):
    page = text_of(client.post("/wallet/top-up/", {**TOP_UP, **sent}))
    assert message in page
    assert provider.started == []
    assert rows() == []


def test_a_wrong_amount_is_told_at_the_field_it_was_typed_in(client):
    sent = {**TOP_UP, "amount": "other", "other": "0.01"}
    page = text_of(client.post("/wallet/top-up/", sent))
    assert re.search(r'id="id_other_error".*?Add between', page)
    assert 'value="0.01"' in page


def test_a_provider_that_does_not_answer_is_503_and_the_same_form_goes_on(client, provider):
    provider.is_silent = True
    answer = client.post("/wallet/top-up/", TOP_UP)
    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()
    assert 'value="k1"' in answer.content.decode()
    provider.is_silent = False
    assert start(client)
    assert len(provider.started) == 1


def test_the_ledger_shows_the_balance_after_each_movement(client, provider):
    topped_up(client, provider)
    topped_up(client, provider, amount="2500", key="k2")
    page = text_of(client.get("/wallet/ledger/"))
    assert page.index("$35.00") < page.index("+$10.00")
    assert client.get("/wallet/ledger/?after=forged").status_code == 400
    assert client.get("/wallet/payments/?after=forged").status_code == 400


def test_a_purchase_is_a_line_with_a_minus_that_leads_to_what_was_bought(
    client, alice, bob, provider
):
    topped_up(client, provider)
    post_id = ids.new_id()
    services.buy(
        buyer_sub=alice.user_sub,
        seller_sub=bob.user_sub,
        price=499,
        reference=f"post:{post_id}",
        joined=[],
        actor=Actor(alice.user_sub),
    )
    page = text_of(client.get("/wallet/"))
    assert "\u2212$4.99" in page
    assert "$5.01" in page
    assert f'href="/posts/{post_id}/"' in page
    sold = text_of(client_of(sign_in(bob)).get("/wallet/"))
    assert "+$4.50" in sold
    assert "Sale" in sold


def test_the_sandbox_says_so_on_every_page(client, monkeypatch):
    monkeypatch.setattr(services, "sandbox_on", lambda: True)
    for path in PAGES:
        assert "Sandbox: no real money" in text_of(client.get(path))
    monkeypatch.setattr(services, "sandbox_on", lambda: False)
    assert "Sandbox" not in text_of(client.get("/wallet/"))


def test_without_a_provider_the_wallet_says_that_nobody_can_add_funds(alice, switch_on):
    client = client_of(sign_in(alice))
    switch_on()
    for path in ("/wallet/", "/wallet/top-up/", "/wallet/payment-methods/"):
        page = text_of(client.get(path))
        assert "No way to pay is switched on" in page
    assert "No way to pay" in text_of(client.post("/wallet/top-up/", TOP_UP))
    assert rows() == []


def test_without_a_table_each_page_says_what_is_missing(client, settings):
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    for path in (*PAGES, "/wallet/payments/x/", "/wallet/payments/x/return/"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "Billing is not configured" in answer.content.decode()
        assert "BILLING_TABLE_NAME" in answer.content.decode()


def test_without_a_table_the_navigation_has_no_wallet(client, settings):
    assert 'href="/wallet/"' in text_of(client.get("/account/"))
    settings.DYNAMODB_TABLES = {**settings.DYNAMODB_TABLES, "billing": ""}
    assert 'href="/wallet/"' not in text_of(client.get("/account/"))


def test_an_unsafe_step_needs_the_csrf_token(alice, provider):
    client = client_of(sign_in(alice), enforce_csrf_checks=True)
    steps = "top-up/", "payment-methods/add/", "payment-methods/x/default/", "payments/x/cancel/"
    for step in steps:
        assert client.post(f"/wallet/{step}", TOP_UP).status_code == 403, step
    assert rows() == []


def test_the_form_asks_for_no_card_number(client):
    page = text_of(client.get("/wallet/top-up/"))
    names = set(re.findall(r'<input[^>]*name="([^"]+)"', page))
    ours = {"key", "next", "amount", "other", "pay_with", "save_method"}
    assert names == {"csrfmiddlewaretoken", *ours}
