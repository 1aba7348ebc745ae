"""A provider may take longer for an answer than a request has: what it said still counts."""

import pytest

from billing import services as billing
from billing.items import AUTHENTICATION_REQUIRED, PaymentStatus
from billing.providers.messages import Outcome
from dynamo import deadlines
from tests.billing.lives import now, purse
from tests.billing.test_charge_doors import ask, press
from tests.billing.test_events import dispute_of, hear, refund_of
from tests.billing.walks import TOP_UP, come_back, save_card, start, text_of
from tests.sessions.stores import client_of, sign_in

KEY = "of the form"


@pytest.fixture
def client(alice, provider):
    return client_of(sign_in(alice))


@pytest.fixture
def card(client, alice, provider):
    save_card(client)
    provider.outcome = Outcome.SUCCEEDED
    return billing.list_methods(alice.user_sub)[0].payment_method_id


@pytest.fixture
def be_slow(provider, monkeypatch):
    """Each answer uses up the time of the request."""

    def slowly():
        answer = provider._answer

        def take_all_the_time():
            deadlines._ends_at.set(0)
            answer()

        monkeypatch.setattr(provider, "_answer", take_all_the_time)

    return slowly


def only_payment(user):
    (payment,) = billing.list_payments(user.user_sub).items
    return payment


def test_a_top_up_leads_to_the_provider(client, alice, be_slow):
    be_slow()
    payment_id = start(client)
    assert only_payment(alice).provider_ids == {"session": f"cs_{payment_id}"}


def test_a_return_settles(client, alice, provider, be_slow):
    payment_id = start(client)
    provider.outcome = Outcome.SUCCEEDED
    be_slow()
    assert come_back(client, payment_id).status_code == 302
    assert purse(alice) == (1000, 0, 0)


def test_a_return_without_paying_says_so(client, be_slow):
    payment_id = start(client)
    be_slow()
    assert "has not told us of a payment" in text_of(come_back(client, payment_id))


def test_a_decline_says_why_in_the_form(client, card, provider, be_slow):
    provider.outcome, provider.failure_code = Outcome.FAILED, "insufficient_funds"
    be_slow()
    answer = press(client, card)
    assert answer.status_code == 200
    assert "not enough money on the card" in answer.content.decode()


def test_silence_is_told_in_the_form(client, provider, be_slow):
    provider.is_silent = True
    be_slow()
    answer = client.post("/wallet/top-up/", TOP_UP)
    assert answer.status_code == 503
    assert "does not answer right now" in answer.content.decode()


def test_giving_up_is_noted(client, alice, be_slow):
    payment_id = start(client)
    be_slow()
    assert client.post(f"/wallet/payments/{payment_id}/cancel/").status_code == 302
    assert only_payment(alice).status is PaymentStatus.CANCELED


def test_a_charge_settles(client, alice, card, be_slow):
    be_slow()
    assert press(client, card, key=KEY).status_code == 302
    assert ask(client, card).status_code == 201
    assert purse(alice) == (2000, 0, 0)


def test_a_charge_that_the_bank_asks_about_leads_there(client, alice, card, provider, be_slow):
    provider.outcome, provider.failure_code = Outcome.FAILED, AUTHENTICATION_REQUIRED
    be_slow()
    assert press(client, card, key=KEY).url.startswith("https://pay.example/")
    assert ask(client, card).status_code == 202


def test_a_repeat_of_a_charge_that_left_nothing_is_charged(client, alice, card, provider, be_slow):
    provider.is_silent = True
    ask(client, card)
    provider.is_silent, provider.keeps_what_it_lost = False, False
    be_slow()
    assert ask(client, card).status_code == 201
    assert purse(alice) == (1000, 0, 0)


@pytest.mark.parametrize("kind", ["refund", "dispute", "payment"])
def test_a_webhook_is_done(client, alice, provider, be_slow, kind):
    start(client, amount="other", other="15")
    payment = only_payment(alice)
    provider.outcome = Outcome.SUCCEEDED
    provider.refunds["x"], provider.disputes["dp_1"] = refund_of(payment), dispute_of(payment)
    be_slow()
    ref = {"refund": "re_1", "dispute": "dp_1"}.get(kind, payment.provider_ids["session"])
    with deadlines.deadline(30):
        hear(kind, ref)
    assert now(payment).is_settled
