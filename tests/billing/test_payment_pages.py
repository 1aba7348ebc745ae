import pytest

from alerts.items import AlertKind
from billing import services
from billing.items import DisputeStatus, PaymentStatus
from billing.providers.messages import Outcome
from billing.services.method_reports import apply_method_report
from core import ids
from core.actor import Actor
from tests.accounts.approving import kinds
from tests.billing.doubles import CARD
from tests.billing.lives import dispute, top_up
from tests.billing.walks import come_back, rows, save_card, start, text_of, topped_up
from tests.sessions.stores import client_of, sign_in


@pytest.fixture
def client(alice, provider):
    return client_of(sign_in(alice))


def test_coming_back_paid_fills_the_wallet_once(client, alice, provider):
    payment_id = topped_up(client, provider)
    answer = come_back(client, payment_id)
    assert answer.url == f"/wallet/payments/{payment_id}/"
    assert services.get_wallet(alice.user_sub).available == 1000
    page = text_of(client.get(answer.url))
    assert "In your wallet" in page
    assert "$10.00" in page
    assert text_of(client.get("/wallet/")).count("+$10.00") == 1


def test_coming_back_leads_to_where_the_person_wanted_to_go(client, provider):
    payment_id = start(client, next="/account/?from=post")
    provider.outcome = Outcome.SUCCEEDED
    assert come_back(client, payment_id).url == "/account/?from=post"


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil", "x"])
def test_it_never_leads_away_from_the_site(client, provider, where):
    payment_id = start(client, next=where)
    provider.outcome = Outcome.SUCCEEDED
    assert come_back(client, payment_id).url == f"/wallet/payments/{payment_id}/"


def test_a_payment_without_news_is_being_confirmed(client, alice):
    payment_id = start(client)
    page = text_of(come_back(client, payment_id))
    assert "Confirming your payment" in page
    assert f'href="/wallet/payments/{payment_id}/return/"' in page
    assert f'data-hx-get="/wallet/payments/{payment_id}/return/?asked=1"' in page
    assert services.get_wallet(alice.user_sub).available == 0


def test_who_left_before_paying_is_told_so_and_nothing_is_polled(client):
    page = text_of(come_back(client, start(client), canceled="1"))
    assert "You have not paid" in page
    assert "Nothing was charged" in page
    assert "data-hx-get" not in page


def test_htmx_gets_the_state_alone_then_stops_asking(client):
    payment_id = start(client)
    where = f"/wallet/payments/{payment_id}/return/"
    first = client.get(f"{where}?asked=1", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in first
    assert "?asked=2" in first
    last = client.get(f"{where}?asked=10", headers={"HX-Request": "true"}).content.decode()
    assert "data-hx-get" not in last
    assert "Check again" in last


def test_htmx_is_led_on_when_the_money_is_there(client, provider):
    payment_id = start(client)
    provider.outcome = Outcome.SUCCEEDED
    where = f"/wallet/payments/{payment_id}/return/?asked=1"
    answer = client.get(where, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["HX-Redirect"] == f"/wallet/payments/{payment_id}/"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("insufficient_funds", "not enough money on the card"),
        ("stolen_card", "Your bank declined the card."),
        ("<b>new</b>", "The payment did not go through."),
    ],
)
def test_a_failed_payment_says_why_and_what_next(client, alice, provider, code, reason):
    payment_id = start(client)
    provider.outcome, provider.failure_code = Outcome.FAILED, code
    answer = come_back(client, payment_id)
    page = text_of(client.get(answer.url))
    assert reason in page
    assert "Try again" in page
    assert "<b>new" not in page
    assert "stolen" not in page
    assert services.get_wallet(alice.user_sub).available == 0


def test_an_open_payment_can_be_given_up(client, alice, provider):
    payment_id = start(client)
    client.post(f"/wallet/payments/{payment_id}/cancel/")
    assert provider.cancelled == [f"cs_{payment_id}"]
    found = services.get_owned_payment(alice.user_sub, payment_id)
    assert found.status is PaymentStatus.CANCELED


def test_the_pages_of_a_saved_card(client, alice, provider):
    save_card(client)
    page = text_of(client.get("/wallet/payment-methods/"))
    assert "Visa ending in 4242" in page
    (method,) = services.list_methods(alice.user_sub)
    where = f"/wallet/payment-methods/{method.payment_method_id}"
    assert "Visa ending in 4242" in text_of(client.get(f"{where}/remove/"))
    assert client.post(f"{where}/default/").status_code == 302
    assert client.post(f"{where}/remove/").status_code == 302
    assert provider.detached == [CARD.provider_ref]
    assert services.list_methods(alice.user_sub) == []


def test_a_card_whose_removal_the_provider_tells_first_is_removed(client, alice, provider):
    save_card(client)
    (method,) = services.list_methods(alice.user_sub)
    provider.detach = lambda ref: apply_method_report(
        provider=provider.name, provider_ref=ref, facts=None, actor=Actor(None)
    )
    page = client.post(f"/wallet/payment-methods/{method.payment_method_id}/remove/", follow=True)
    assert "The payment method is removed" in text_of(page)
    assert services.list_methods(alice.user_sub) == []
    assert kinds(alice).count(AlertKind.PAYMENT_METHOD_REMOVED) == 1


def test_a_card_stays_when_the_provider_does_not_answer(client, alice, provider):
    save_card(client)
    (method,) = services.list_methods(alice.user_sub)
    provider.is_silent = True
    where = f"/wallet/payment-methods/{method.payment_method_id}/remove/"
    assert "does not answer" in text_of(client.post(where, follow=True))
    assert services.list_methods(alice.user_sub) == [method]


def test_a_visit_of_somebody_else_saves_nothing(client, alice, mallory, provider):
    client.post("/wallet/payment-methods/add/", {"provider": "stripe"})
    other = client_of(sign_in(mallory))
    visit = {"provider": "stripe", "visit": "visit_1"}
    page = text_of(other.get("/wallet/payment-methods/return/", visit, follow=True))
    assert "Nothing was saved" in page
    assert services.list_methods(mallory.user_sub) == []


@pytest.mark.parametrize("whose", ["somebody's", "unknown"])
def test_what_is_not_yours_is_404_and_stays(client, mallory, alice, provider, whose):
    payment_id = topped_up(client, provider)
    save_card(client)
    method_id = services.list_methods(alice.user_sub)[0].payment_method_id
    if whose == "unknown":
        payment_id = method_id = ids.new_id()
    stranger = client_of(sign_in(mallory))
    before = rows()
    for path in (f"payments/{payment_id}/", f"payments/{payment_id}/return/"):
        assert stranger.get(f"/wallet/{path}").status_code == 404
    assert stranger.get(f"/wallet/payment-methods/{method_id}/remove/").status_code == 404
    for path in (
        f"payments/{payment_id}/cancel/",
        f"payment-methods/{method_id}/default/",
        f"payment-methods/{method_id}/remove/",
    ):
        assert stranger.post(f"/wallet/{path}").status_code == 404
    assert rows() == before
    assert provider.detached == []


def test_its_facts_tell_what_is_disputed_from_what_is_gone(client, alice):
    payment = top_up(alice.user_sub)
    where = f"/wallet/payments/{payment.payment_intent_id}/"
    dispute(payment, amount=1000)
    open_one = text_of(client.get(where))
    dispute(payment, DisputeStatus.LOST, amount=1000)
    lost_one = text_of(client.get(where))
    assert "<dt>Disputed</dt><dd>$10.00</dd>" in open_one
    assert "<dt>Charged back</dt>" not in open_one
    assert "<dt>Charged back</dt><dd>$10.00</dd>" in lost_one
    assert "<dt>Disputed</dt>" not in lost_one
