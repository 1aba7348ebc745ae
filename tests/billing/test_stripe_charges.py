"""Saved cards charged at Stripe, and payments found again after a lost answer."""

from datetime import timedelta

import pytest

from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.messages import Lost, Outcome
from billing.providers.stripe import Stripe
from billing.sandbox.faults import Fault
from core import clock, ids
from tests.billing import orders
from tests.billing.checkout import pay

pytestmark = pytest.mark.usefixtures("no_waiting")
INTENTS = "/v1/payment_intents"


@pytest.fixture
def person(sandbox):
    return orders.customer()


@pytest.fixture
def card(person, stripe_api):
    return orders.saved_card(stripe_api, person)


def find(payment_id, customer):
    return Stripe().find_payment(
        Lost(
            payment_id=payment_id,
            user_sub="u1",
            customer=customer,
            amount=1500,
            currency="USD",
            ids={},
            sent_from=clock.now(),
            sent_until=clock.now(),
        )
    )


def made(sandbox):
    return [intent for intent in sandbox.state.all("payment_intent") if intent["amount_received"]]


def test_a_saved_card_is_charged_with_its_fee_known(person, card):
    order = orders.charge_of(person, card)
    report = Stripe().charge(order)
    assert (report.outcome, report.payment_id, report.user_sub) == (
        Outcome.SUCCEEDED,
        order.payment_id,
        "u1",
    )
    assert (report.facts.amount, report.facts.currency, report.fee) == (1500, "USD", 73)
    assert (report.customer, report.facts.livemode) == (person.customer, False)
    assert {*report.facts.provider_ids} == {"intent", "charge"}
    assert Stripe().fetch_payment(report.facts.provider_ids["intent"]) == report


def test_the_same_charge_again_is_the_same_payment(sandbox, person, card):
    order = orders.charge_of(person, card)
    assert Stripe().charge(order) == Stripe().charge(order)
    assert len(made(sandbox)) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("pm_card_chargeCustomerFail", "generic_decline"),
        ("pm_card_authenticationRequired", "authentication_required"),
    ],
)
def test_a_decline_is_an_answer_and_charges_nothing(sandbox, stripe_api, person, name, code):
    order = orders.charge_of(person, orders.saved_card(stripe_api, person, name))
    report = Stripe().charge(order)
    assert (report.outcome, report.failure_code) == (Outcome.FAILED, code)
    assert report.payment_id == order.payment_id
    assert made(sandbox) == []
    assert Stripe().charge(order).failure_code == code


def test_a_declined_charge_is_still_failed_when_it_is_asked_for(stripe_api, person):
    declining = orders.saved_card(stripe_api, person, "pm_card_chargeCustomerFail")
    order = orders.charge_of(person, declining)
    ref = Stripe().charge(order).facts.provider_ids["intent"]
    assert Stripe().fetch_payment(ref).outcome is Outcome.FAILED
    found = find(order.payment_id, person.customer)
    assert (found.outcome, found.failure_code) == (Outcome.FAILED, "generic_decline")


def test_a_method_or_person_that_is_gone_is_named(stripe_api, person, card):
    with pytest.raises(NotThere) as refused:
        Stripe().charge(orders.charge_of(person, "pm_nothing"))
    assert refused.value.about == "payment_method"
    nobody = orders.Person(user_sub="u1", email="a@example.com", name="A", customer="cus_nobody")
    with pytest.raises(NotThere) as refused:
        Stripe().charge(orders.charge_of(nobody, card))
    assert refused.value.about == "customer"


def test_the_card_of_somebody_else_or_a_detached_one_is_refused(sandbox, stripe_api, person, card):
    other = orders.customer("u2", "Mallory")
    with pytest.raises(ProviderRefused):
        Stripe().charge(orders.charge_of(other, card))
    Stripe().detach(card)
    with pytest.raises(ProviderRefused):
        Stripe().charge(orders.charge_of(person, card))
    assert made(sandbox) == []


@pytest.mark.parametrize("fault", [Fault.AFTER, Fault.LOST])
def test_a_charge_without_an_answer_is_found(sandbox, person, card, fault):
    order = orders.charge_of(person, card)
    sandbox.faults.plan(fault, path=INTENTS, times=2)
    with pytest.raises(NoAnswer):
        Stripe().charge(order)
    found = find(order.payment_id, person.customer)
    assert (found.outcome, found.facts.amount) == (Outcome.SUCCEEDED, 1500)
    assert len(made(sandbox)) == 1


def test_a_charge_that_never_arrived_is_not_found(sandbox, person, card):
    order = orders.charge_of(person, card)
    sandbox.faults.plan(Fault.BEFORE, path=INTENTS, times=2)
    with pytest.raises(NoAnswer):
        Stripe().charge(order)
    assert find(order.payment_id, person.customer) is None


def test_a_visit_is_found_open_and_paid(person):
    top_up = orders.top_up_of(person)
    redirect = Stripe().start_top_up(top_up)
    found = find(top_up.payment_id, person.customer)
    assert (found.outcome, found.facts.provider_ids) == (Outcome.OPEN, {"session": redirect.ref})
    pay(redirect.url)
    found = find(top_up.payment_id, person.customer)
    assert found.outcome is Outcome.SUCCEEDED
    assert {*found.facts.provider_ids} == {"session", "intent", "charge"}


def test_it_looks_through_every_page_but_not_before_the_payment(sandbox, stripe_api, person, card):
    order = orders.charge_of(person, card)
    Stripe().charge(order)
    for _ in range(101):
        stripe_api.v1.payment_intents.create(
            {"amount": 1500, "currency": "usd", "customer": person.customer}
        )
    assert find(order.payment_id, person.customer)
    later = ids.first_id_of(clock.now() + timedelta(days=1))
    for intent in sandbox.state.all("payment_intent"):
        intent["metadata"] = {"payment_id": later}
    assert find(later, person.customer) is None


def test_nobody_finds_the_payment_of_another_customer(person, card):
    order = orders.charge_of(person, card)
    Stripe().charge(order)
    other = orders.customer("u2", "Mallory")
    assert find(order.payment_id, other.customer) is None


def test_it_says_whether_the_money_is_real(sandbox, person, card):
    report = Stripe().charge(orders.charge_of(person, card))
    for thing in [*sandbox.state.all("payment_intent"), *sandbox.state.all("payment_method")]:
        thing["livemode"] = True
    assert Stripe().fetch_payment(report.facts.provider_ids["intent"]).facts.livemode
    assert Stripe().fetch_method(card).livemode


def test_a_fee_in_another_currency_is_not_known(sandbox, person, card):
    report = Stripe().charge(orders.charge_of(person, card))
    for entry in sandbox.state.all("balance_transaction"):
        entry["currency"] = "eur"
    assert Stripe().fetch_payment(report.facts.provider_ids["intent"]).fee is None


def test_a_method_is_there_until_it_is_detached(person, card):
    assert Stripe().fetch_method(card).last4 == "4242"
    Stripe().detach(card)
    assert Stripe().fetch_method(card) is None
    assert Stripe().fetch_method("pm_nothing") is None
