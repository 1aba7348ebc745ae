"""Our adapter over Stripe's own package, against the sandbox."""

from dataclasses import replace

import pytest
import stripe

from billing import providers
from billing.providers import stripe_client, stripe_facts
from billing.providers.errors import NoAnswer, NotThere, ProviderNotEnabled
from billing.providers.messages import Outcome, Person
from billing.providers.stripe import Stripe
from billing.sandbox.faults import Fault
from tests.billing.checkout import pay, visit
from tests.billing.orders import top_up_of


@pytest.fixture
def live_keys(settings):
    """Stripe as it is switched on outside local mode."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "sk_test_x", ["whsec_test"]
    return settings


@pytest.fixture
def person(sandbox):
    alice = Person(user_sub="u1", email="alice@example.com", name="Alice")
    customer = Stripe().create_customer(alice)
    return Person(user_sub="u1", email=alice.email, name=alice.name, customer=customer)


@pytest.fixture
def top_up(person):
    return top_up_of(person, payment_id="p1")


def test_it_is_off_without_its_variables_and_says_which(settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "", []
    assert "STRIPE_SECRET_KEY" in str(Stripe().why_not)
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    assert "STRIPE_WEBHOOK_SECRETS" in str(Stripe().why_not)
    assert providers.enabled_providers() == []
    with pytest.raises(ProviderNotEnabled):
        providers.get_provider("stripe")


def test_a_live_key_is_refused_in_development(live_keys):
    live_keys.STRIPE_SECRET_KEY = "sk_live_x"
    assert Stripe().enabled
    assert Stripe().livemode
    live_keys.DEBUG = True
    assert not Stripe().enabled


def test_a_top_up_is_followed_from_open_to_paid(top_up):
    redirect = Stripe().start_top_up(top_up)
    assert Stripe().fetch_payment(redirect.ref).outcome is Outcome.OPEN
    pay(redirect.url)
    report = Stripe().fetch_payment(redirect.ref)
    assert report.outcome is Outcome.SUCCEEDED
    assert (report.payment_id, report.user_sub) == ("p1", "u1")
    assert (report.facts.amount, report.facts.currency) == (1500, "USD")
    assert report.facts.livemode is False
    assert sorted(report.facts.provider_ids) == ["charge", "intent", "session"]
    assert report.method is None


def test_the_same_payment_by_its_intent(top_up):
    redirect = Stripe().start_top_up(top_up)
    pay(redirect.url)
    report = Stripe().fetch_payment(redirect.ref)
    by_intent = Stripe().fetch_payment(report.facts.provider_ids["intent"])
    assert by_intent.outcome is Outcome.SUCCEEDED
    assert (by_intent.payment_id, by_intent.facts.amount) == ("p1", 1500)


def test_the_same_top_up_again_is_the_same_page(top_up):
    assert Stripe().start_top_up(top_up) == Stripe().start_top_up(top_up)


def test_a_declined_card_leaves_it_open_with_the_reason(top_up):
    redirect = Stripe().start_top_up(top_up)
    pay(redirect.url, "pm_card_visa_chargeDeclinedInsufficientFunds")
    report = Stripe().fetch_payment(redirect.ref)
    assert (report.outcome, report.failure_code) == (Outcome.OPEN, "insufficient_funds")


def test_a_cancelled_one_cannot_be_paid_and_cancelling_twice_is_fine(top_up):
    redirect = Stripe().start_top_up(top_up)
    Stripe().cancel_top_up(redirect.ref)
    Stripe().cancel_top_up(redirect.ref)
    assert Stripe().fetch_payment(redirect.ref).outcome is Outcome.CANCELED
    assert pay(redirect.url)[0] == 200


def test_a_saved_card_comes_with_the_payment(person, top_up):
    redirect = Stripe().start_top_up(replace(top_up, save_method=True))
    pay(redirect.url)
    method = Stripe().fetch_payment(redirect.ref).method
    assert (method.brand, method.last4, method.exp_year) == ("visa", "4242", 2034)


def test_a_card_is_saved_without_paying_and_forgotten(person):
    redirect = Stripe().start_save_method(
        person, currency="USD", return_url="http://testserver/a", cancel_url="http://testserver/b"
    )
    assert Stripe().fetch_saved_method(redirect.ref) is None
    pay(redirect.url)
    saved = Stripe().fetch_saved_method(redirect.ref)
    assert (saved.user_sub, saved.customer, saved.method.last4) == ("u1", person.customer, "4242")
    Stripe().detach(saved.method.provider_ref)
    Stripe().detach(saved.method.provider_ref)
    Stripe().detach("pm_nothing")


def test_what_was_not_started_here_is_no_payment(sandbox, person, stripe_api):
    for unknown in ("cs_test_nothing", "pi_nothing"):
        with pytest.raises(NotThere):
            Stripe().fetch_payment(unknown)
    assert Stripe().fetch_payment("") is None


@pytest.mark.parametrize("visit", ["", "cs_test_nothing", "../customers", "pi_1"])
def test_a_made_up_visit_saved_nothing(sandbox, visit):
    assert Stripe().fetch_saved_method(visit) is None


def test_a_payment_of_somebody_else_is_none_of_ours(sandbox, stripe_api):
    other = stripe_api.v1.payment_intents.create({"amount": 1500, "currency": "usd"})
    assert Stripe().fetch_payment(other.id) is None


@pytest.mark.parametrize("fault", list(Fault))
def test_without_an_answer_nothing_is_claimed(sandbox, top_up, fault, no_waiting):
    sandbox.faults.plan(fault, path="/v1/checkout/sessions", times=9)
    with pytest.raises(NoAnswer):
        Stripe().start_top_up(top_up)


@pytest.mark.parametrize(
    "error",
    [
        stripe.APIError("a body that was cut off", http_status=200),
        stripe.AuthenticationError("no such key", http_status=401),
        stripe.PermissionError("a key that may not do this", http_status=403),
        stripe.IdempotencyError("another request had this key", http_status=400),
    ],
)
def test_what_says_nothing_of_the_payment_is_no_answer(error):
    def ask(client, options):
        raise error

    with pytest.raises(NoAnswer):
        stripe_client.call(ask)


def test_one_lost_answer_is_asked_for_again_and_makes_one_session(sandbox, top_up, no_waiting):
    sandbox.faults.plan(Fault.LOST, path="/v1/checkout/sessions")
    redirect = Stripe().start_top_up(top_up)
    assert [session["id"] for session in sandbox.state.all("checkout.session")] == [redirect.ref]


def test_a_refusal_says_that_nothing_happened(sandbox, top_up):
    nobody = Person(user_sub="u1", email="a@example.com", name="A", customer="cus_nobody")
    with pytest.raises(NotThere) as refused:
        Stripe().start_top_up(replace(top_up, person=nobody))
    assert (refused.value.reason, refused.value.about) == ("resource_missing", "customer")
    assert sandbox.state.all("checkout.session") == []


@pytest.mark.parametrize(("amount", "currency"), [(1500, "USD"), (1500, "JPY"), (7, "UGX")])
def test_amounts_come_back_as_they_went(amount, currency):
    sent = stripe_facts.to_wire(amount, currency)
    assert stripe_facts.from_wire(sent, currency) == amount


def test_a_part_of_a_whole_currency_is_no_amount():
    assert stripe_facts.from_wire(150, "UGX") == -1


def test_a_fee_that_is_not_whole_in_our_units_is_not_known():
    entries = [{"currency": "ugx", "fee": 150}]
    assert stripe_facts.fee_of(entries, "UGX") is None


def test_a_wait_for_the_bank_is_processing_and_then_may_fail():
    session = {
        "id": "cs_1",
        "mode": "payment",
        "status": "complete",
        "payment_status": "unpaid",
        "currency": "usd",
        "amount_total": 1500,
        "livemode": False,
        "metadata": {"payment_id": "p1", "user_sub": "u1"},
        "payment_intent": {"id": "pi_1", "status": "processing", "currency": "usd"},
    }
    assert stripe_facts.payment_of_session(session).outcome is Outcome.PROCESSING
    session["payment_intent"]["status"] = "requires_payment_method"
    assert stripe_facts.payment_of_session(session).outcome is Outcome.FAILED


def test_the_sandbox_page_answers_what_the_adapter_started(top_up):
    assert "$15.00" in visit(Stripe().start_top_up(top_up).url)[1]
