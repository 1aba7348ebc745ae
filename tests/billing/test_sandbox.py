"""The sandbox speaks Stripe's wire format to Stripe's own package."""

import http.client
import json
import re
import stat
from threading import Event

import pytest
import stripe
from django.test import override_settings

from billing.sandbox import access, delivery
from billing.sandbox.faults import Fault
from billing.sandbox.play import Posted
from billing.sandbox.server import Sandbox, SandboxRefused
from billing.sandbox.state import State
from billing.sandbox.stripe.objects import add, emit
from tests.billing.checkout import events, pay, visit

CARD_NUMBER = re.compile(r"\b(?:\d[ -]?){13,19}\b")


def new_session(api, **extra):
    customer = api.v1.customers.create({"email": "alice@example.com"})
    return api.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "customer": customer.id,
            "line_items": [
                {
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": 1500,
                        "product_data": {"name": "Balance"},
                    },
                    "quantity": 1,
                }
            ],
            "success_url": "http://testserver/done?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://testserver/back",
            **extra,
        }
    )


def new_intent(api, card, **extra):
    return api.v1.payment_intents.create(
        {
            "amount": 1500,
            "currency": "usd",
            "payment_method": card,
            "confirm": True,
            "return_url": "http://testserver/done",
            **extra,
        }
    )


def test_a_card_that_pays_ends_at_the_success_page_with_the_session_named(sandbox, stripe_api):
    session = new_session(stripe_api)
    status, _, location = pay(session.url)
    assert (status, location) == (303, f"http://testserver/done?s={session.id}")
    paid = stripe_api.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    charge = paid.payment_intent.latest_charge
    assert (charge.amount, charge.balance_transaction.net) == (1500, 1500 - 73)


def test_a_declined_card_says_so_and_another_one_still_pays(sandbox, stripe_api):
    session = new_session(stripe_api)
    status, text, _ = pay(session.url, "pm_card_visa_chargeDeclined")
    assert status == 402
    assert "Your card was declined." in text
    assert pay(session.url)[0] == 303


def test_a_paid_page_cannot_be_paid_again(sandbox, stripe_api):
    session = new_session(stripe_api)
    pay(session.url)
    status, text, _ = pay(session.url)
    assert (status, "This is done." in text) == (200, True)
    assert len(events(sandbox, "payment_intent.succeeded")) == 1


@pytest.mark.parametrize(("answer", "status"), [("passed", 303), ("failed", 402)])
def test_a_card_may_need_authentication(sandbox, stripe_api, answer, status):
    session = new_session(stripe_api)
    url = session.url
    _, text, _ = pay(url, "pm_card_authenticationRequired")
    assert "Your bank asks whether it is you." in text
    assert visit(url, authentication=answer)[0] == status


def test_the_page_takes_no_card_number_and_names_none(sandbox, stripe_api):
    _, text, _ = visit(new_session(stripe_api).url)
    assert not CARD_NUMBER.search(text)
    assert set(re.findall(r"<input ([^ ]+)", text)) == {'type="radio"'}
    assert "Sandbox: no real money." in text


def test_an_expired_session_cannot_be_paid(sandbox, stripe_api):
    session = new_session(stripe_api)
    stripe_api.v1.checkout.sessions.expire(session.id)
    assert "has expired" in pay(session.url)[1]
    assert [event["type"] for event in events(sandbox)] == ["checkout.session.expired"]
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.checkout.sessions.expire(session.id)


def test_the_same_key_and_parameters_get_the_saved_answer(sandbox, stripe_api):
    first, second = (
        stripe_api.v1.customers.create({"name": "Alice"}, {"idempotency_key": "k"})
        for _ in range(2)
    )
    assert first.id == second.id
    assert len(sandbox.state.all("customer")) == 1


def test_the_same_key_with_other_parameters_is_refused(sandbox, stripe_api):
    stripe_api.v1.customers.create({"name": "Alice"}, {"idempotency_key": "k"})
    with pytest.raises(stripe.IdempotencyError):
        stripe_api.v1.customers.create({"name": "Bob"}, {"idempotency_key": "k"})
    assert len(sandbox.state.all("customer")) == 1


def test_invalid_parameters_leave_the_key_unused(sandbox, stripe_api):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.v1.customers.create({"nickname": "Al"}, {"idempotency_key": "k"})
    assert refused.value.code == "parameter_unknown"
    stripe_api.v1.customers.create({"name": "Alice"}, {"idempotency_key": "k"})


@pytest.mark.parametrize(("fault", "made"), [(Fault.BEFORE, 0), (Fault.AFTER, 1)])
def test_an_error_of_the_server_is_the_saved_answer(sandbox, stripe_api, fault, made):
    sandbox.faults.plan(fault, path="/v1/customers")
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            stripe_api.v1.customers.create({"name": "Alice"}, {"idempotency_key": "k"})
    assert len(sandbox.state.all("customer")) == made


def test_after_a_lost_answer_the_same_key_finds_what_was_done(sandbox, stripe_api):
    sandbox.faults.plan(Fault.LOST, path="/v1/customers")
    with pytest.raises(stripe.APIConnectionError):
        stripe_api.v1.customers.create({"name": "Alice"}, {"idempotency_key": "k"})
    found = stripe_api.v1.customers.create({"name": "Alice"}, {"idempotency_key": "k"})
    assert [customer["id"] for customer in sandbox.state.all("customer")] == [found.id]


def test_faults_are_planned_over_the_wire(sandbox, stripe_api):
    options = {"fault": "error_before", "path": "/v1/customers"}
    stripe_api.raw_request("post", "/_control/faults", **options)
    with pytest.raises(stripe.APIError):
        stripe_api.v1.customers.create({"name": "Alice"})


def test_a_declined_intent_is_a_card_error_that_names_the_reason(sandbox, stripe_api):
    with pytest.raises(stripe.CardError) as declined:
        new_intent(stripe_api, "pm_card_visa_chargeDeclinedInsufficientFunds")
    assert declined.value.code == "card_declined"
    assert declined.value.error.decline_code == "insufficient_funds"
    assert events(sandbox, "payment_intent.payment_failed")


def test_a_payment_that_could_lead_away_needs_a_way_back(sandbox, stripe_api):
    stays = {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    made = {"amount": 1500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.payment_intents.create(made)
    assert sandbox.state.all("payment_intent") == []
    assert stripe_api.v1.payment_intents.create(made | stays).status == "succeeded"


def test_authentication_off_session_is_refused(sandbox, stripe_api):
    with pytest.raises(stripe.CardError) as declined:
        new_intent(stripe_api, "pm_card_authenticationRequired", off_session=True)
    assert declined.value.code == "authentication_required"


def test_methods_are_attached_listed_and_detached(sandbox, stripe_api):
    customer = stripe_api.v1.customers.create({})
    methods = stripe_api.v1.payment_methods
    attached = methods.attach("pm_card_visa", {"customer": customer.id})
    listed = stripe_api.v1.customers.payment_methods.list(customer.id)
    assert [method.id for method in listed.data] == [attached.id]
    methods.detach(attached.id)
    assert stripe_api.v1.customers.payment_methods.list(customer.id).data == []
    with pytest.raises(stripe.InvalidRequestError):
        methods.detach(attached.id)


def test_what_does_not_exist_is_missing(sandbox, stripe_api):
    with pytest.raises(stripe.InvalidRequestError) as missing:
        stripe_api.v1.payment_intents.retrieve("pi_nothing")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")


def test_events_are_listed_newest_first_and_paged(sandbox, stripe_api):
    pay(new_session(stripe_api).url)
    first = stripe_api.v1.events.list({"limit": 1})
    assert (first.data[0].type, first.has_more) == ("checkout.session.completed", True)
    rest = stripe_api.v1.events.list({"starting_after": first.data[0].id})
    assert rest.data[0].type == "payment_intent.succeeded"


def test_another_key_is_refused(sandbox):
    stranger = stripe.StripeClient("sk_test_other", base_addresses={"api": access.url()})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.customers.create({})


def test_a_webhook_is_sent_until_it_is_taken_with_the_same_id(sandbox, stripe_api, post):
    stripe_api.v1.checkout.sessions.expire(new_session(stripe_api).id)
    for post.status in (0, 503, 200, 200):
        sandbox.delivery.deliver_due()
    bodies = [json.loads(posted.body) for posted in post.taken]
    assert len(bodies) == 3
    assert len({body["id"] for body in bodies}) == 1


def test_a_webhook_that_is_never_taken_ends(sandbox, stripe_api, post):
    stripe_api.v1.checkout.sessions.expire(new_session(stripe_api).id)
    post.status = 500
    for _ in range(5):
        sandbox.delivery.deliver_due()
    assert len(post.taken) == 3


def test_an_event_is_delivered_again_when_asked(sandbox, stripe_api, post):
    stripe_api.v1.checkout.sessions.expire(new_session(stripe_api).id)
    sandbox.delivery.deliver_due()
    [event] = events(sandbox)
    stripe_api.raw_request("post", f"/_control/events/{event['id']}/deliver")
    sandbox.delivery.deliver_due()
    assert len(post.taken) == 2


def test_a_webhook_says_nothing_that_only_the_sandbox_knows(sandbox, stripe_api, post):
    stripe_api.v1.checkout.sessions.expire(new_session(stripe_api).id)
    sandbox.delivery.deliver_due()
    body, headers = post.taken[0].body, post.taken[0].headers
    stripe.WebhookSignature.verify_header(
        body.decode(), headers["Stripe-Signature"], access.webhook_secret(), 300
    )
    assert '"_' not in body.decode()


def test_its_thread_delivers():
    taken = Event()
    with override_settings(DEBUG=True, STRIPE_SECRET_KEY=""):
        sandbox = Sandbox(port=0, post=lambda posted: taken.set() or 200)
    with sandbox:
        with sandbox.state.lock:
            emit(sandbox.state, "ping", {"id": "x"})
        sandbox.delivery.wake()
        assert taken.wait(10)


def test_its_state_outlives_it_in_a_private_file(tmp_path):
    file = tmp_path / "state.json"
    state = State(file)
    customer = add(state, "cus", email="alice@example.com")
    state.save()
    assert State(file).find(customer["id"]) == customer
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_refuses_to_start_outside_development():
    with pytest.raises(SandboxRefused):
        Sandbox(port=0)


@pytest.mark.parametrize("name", ["STRIPE_SECRET_KEY", "PAYPAL_CLIENT_ID", "CCBILL_ACCOUNT"])
def test_it_refuses_to_start_beside_a_key_of_a_provider(settings, name):
    settings.DEBUG = True
    with Sandbox(port=0):
        pass
    setattr(settings, name, "real")
    with pytest.raises(SandboxRefused):
        Sandbox(port=0)


def test_it_answers_no_other_host_name(sandbox, stripe_api):
    session = new_session(stripe_api)
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=5)
    connection.request("GET", f"/c/pay/{session.id}", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 421
    connection.close()


def test_nobody_listening_is_no_answer(settings):
    settings.PORT = 9
    assert delivery.post_to_site(Posted(path="/", body=b"{}", headers={})) == 0
