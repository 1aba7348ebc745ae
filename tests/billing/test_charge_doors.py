"""Charging a saved card from the wallet and by the API."""

import re

import pytest

from billing import services as billing
from billing.items import AUTHENTICATION_REQUIRED, PaymentStatus
from billing.providers.messages import Outcome
from core import ids
from tests.apikeys import keys
from tests.billing.walks import TOP_UP, rows, save_card, start, text_of
from tests.sessions.stores import client_of, sign_in

API = "/api/v1/billing/"


@pytest.fixture
def client(alice, provider):
    return client_of(sign_in(alice))


@pytest.fixture
def card(client, alice, provider):
    save_card(client)
    provider.outcome = Outcome.SUCCEEDED
    return billing.list_methods(alice.user_sub)[0].payment_method_id


def press(client, card, **changed):
    return client.post("/wallet/top-up/", {**TOP_UP, "pay_with": card, **changed})


def ask(client, card, **changed):
    return client.post(
        f"{API}charges/",
        {"amount": 1000, "payment_method": card, **changed},
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )


def test_the_wallet_offers_the_saved_card_first_and_charges_it(client, alice, card, provider):
    page = text_of(client.get("/wallet/"))
    assert page.index("Visa ending in 4242") < page.index("On the page of Stripe")
    assert "charged at once" in page
    answer = press(client, card)
    (payment,) = billing.list_payments(alice.user_sub).items
    assert answer.url == f"/wallet/payments/{payment.payment_intent_id}/"
    shown = text_of(client.get(answer.url))
    assert "$10.00 is in your wallet." in shown
    assert "Visa ending in 4242" in shown
    assert billing.get_wallet(alice.user_sub).available == 1000
    assert provider.started == []


def test_it_leads_back_to_where_the_person_wanted_to_go(client, card):
    assert press(client, card, next="/account/").url == "/account/"
    assert press(client, card, next="//evil.example", key="k2").url.startswith("/wallet/payments/")


def test_the_form_sent_twice_charges_once(client, alice, card, provider):
    first, second = press(client, card).url, press(client, card).url
    assert first == second
    assert len(provider.charged) == 1
    assert billing.get_wallet(alice.user_sub).available == 1000


def test_a_decline_is_told_in_the_form_whose_next_sending_is_another_payment(
    client, alice, card, provider
):
    provider.outcome, provider.failure_code = Outcome.FAILED, "expired_card"
    page = text_of(press(client, card))
    assert "The card has expired." in page
    assert "Pay with another card." in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    assert key != TOP_UP["key"]
    provider.outcome = Outcome.SUCCEEDED
    press(client, card, key=key)
    assert billing.get_wallet(alice.user_sub).available == 1000


def test_a_bank_that_wants_to_ask_leads_straight_to_the_provider(client, alice, card, provider):
    provider.outcome, provider.failure_code = Outcome.FAILED, AUTHENTICATION_REQUIRED
    answer = press(client, card)
    (payment,) = billing.list_payments(alice.user_sub).items
    where = f"/wallet/payments/{payment.payment_intent_id}/"
    assert answer.url == f"https://pay.example/{payment.payment_intent_id}"
    page = text_of(client.get(where))
    assert "Waits for you" in page
    assert "You have to confirm this payment" in page
    assert client.post(f"{where}pay/").url == answer.url
    assert len(provider.charged) == 1
    assert billing.get_wallet(alice.user_sub).available == 0


def test_without_an_answer_the_page_of_the_payment_says_that_it_is_checked(
    client, alice, card, provider
):
    provider.is_silent = True
    page = text_of(client.get(press(client, card).url))
    assert "Checking" in page
    assert "nothing is charged twice" in page
    assert "Cancel this payment" not in page
    (payment,) = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.UNKNOWN


@pytest.mark.parametrize("whose", ["somebody's", "unknown"])
def test_a_card_that_is_not_theirs_is_no_choice(mallory, card, provider, whose):
    named = card if whose == "somebody's" else ids.new_id()
    stranger = client_of(sign_in(mallory))
    before = rows()
    assert "not available here" in text_of(press(stranger, named))
    answer = ask(stranger, named)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["payment_method"])
    assert provider.charged == []
    assert rows() == before


def test_an_expired_card_is_not_offered(alice, card, time_machine):
    time_machine.move_to("2033-01-01T00:00:00Z")
    page = text_of(client_of(sign_in(alice)).get("/wallet/"))
    assert "Visa ending in 4242" not in page


def test_an_unpaid_payment_can_be_gone_on_with(client, provider):
    payment_id = start(client)
    where = f"/wallet/payments/{payment_id}/"
    assert "Pay with Stripe…" in text_of(client.get(where))
    assert client.post(f"{where}pay/").url == f"https://pay.example/{payment_id}"


def test_what_is_paid_cannot_be_paid_again(client, card, provider):
    where = press(client, card).url
    assert "Pay with Stripe…" not in text_of(client.get(where))
    assert client.post(f"{where}pay/").url == f"http://testserver{where}return/"
    assert provider.started == []


def test_somebody_elses_payment_cannot_be_gone_on_with(client, mallory, provider):
    payment_id = start(client)
    before = rows()
    stranger = client_of(sign_in(mallory))
    assert stranger.post(f"/wallet/payments/{payment_id}/pay/").status_code == 404
    assert rows() == before


def test_the_api_charges_and_says_where_the_money_is(client, alice, card):
    answer = ask(client, card)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["payment"]["status"], told["url"]) == ("settled", "")
    assert told["payment"]["payment_method_id"] == card
    assert ask(client, card).json()["payment"] == told["payment"]
    assert billing.get_wallet(alice.user_sub).available == 1000
    payment_id = told["payment"]["payment_intent_id"]
    history = client.get(f"{API}payments/{payment_id}/history/").json()
    assert (history["payment"]["status"], history["refunds"], history["disputes"]) == (
        "settled",
        [],
        [],
    )


def test_the_api_says_why_a_card_was_declined(client, card, provider):
    provider.outcome, provider.failure_code = Outcome.FAILED, "stolen_card"
    answer = ask(client, card)
    assert (answer.status_code, answer.json()["code"]) == (409, "charge_declined")
    assert "Your bank declined the card." in answer.json()["detail"]
    assert "stolen" not in answer.content.decode()


def test_the_api_gives_the_page_where_the_bank_asks(client, card, provider):
    provider.outcome, provider.failure_code = Outcome.FAILED, AUTHENTICATION_REQUIRED
    answer = ask(client, card)
    assert answer.status_code == 202
    assert answer.json()["url"].startswith("https://pay.example/")
    assert answer.json()["payment"]["status"] == "created"


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("amount", {"amount": 499}),
        ("amount", {"amount": "1000"}),
        ("payment_method", {"payment_method": ""}),
        ("currency", {"currency": "EUR"}),
    ],
)
def test_bad_input_names_the_field_and_charges_nothing(client, card, provider, field, sent):
    before = rows()
    answer = ask(client, card, **sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert provider.charged == []
    assert rows() == before


def test_no_key_charges_a_card(alice, card, provider):
    program = keys.program(keys.issue(alice).secret)
    before = rows()
    answer = ask(program, card)
    assert (answer.status_code, answer.json()["code"]) == (403, "key_not_allowed")
    assert provider.charged == []
    assert rows() == before
