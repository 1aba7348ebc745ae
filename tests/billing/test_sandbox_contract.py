"""What the sandbox answers has no name that Stripe's own package does not know."""

import typing

import pytest
import stripe

from billing.providers import stripe_events
from billing.sandbox.state import public
from billing.sandbox.stripe.objects import KINDS
from tests.billing import orders
from tests.billing.checkout import pay
from tests.billing.test_sandbox import new_intent, new_session

CLASSES = {
    "customer": stripe.Customer,
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "setup_intent": stripe.SetupIntent,
    "payment_method": stripe.PaymentMethod,
    "charge": stripe.Charge,
    "balance_transaction": stripe.BalanceTransaction,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
}


@pytest.fixture
def everything(sandbox, stripe_api):
    person = orders.customer()
    orders.saved_card(stripe_api, person)
    pay(new_session(stripe_api).url)
    pay(new_session(stripe_api, mode="setup").url)
    stripe_api.v1.setup_intents.create({"customer": person.customer})
    stripe_api.v1.refunds.create({"payment_intent": new_intent(stripe_api, "pm_card_visa").id})
    failing = new_intent(stripe_api, "pm_card_refundFail")
    made = stripe_api.v1.refunds.create({"payment_intent": failing.id})
    stripe_api.raw_request("post", f"/_control/refunds/{made.id}/fail")
    new_intent(stripe_api, "pm_card_createDispute")
    return sandbox.state


@pytest.mark.parametrize("kind", sorted(KINDS.values()))
def test_every_name_is_one_of_the_package(everything, kind):
    things = everything.all(kind)
    assert things
    known = set(CLASSES[kind].__annotations__)
    assert {name for thing in things for name in public(thing)} <= known


@pytest.mark.parametrize("kind", ["refund", "balance_transaction"])
def test_what_has_no_mode_at_stripe_has_none_here(everything, kind):
    assert "livemode" not in CLASSES[kind].__annotations__
    assert all("livemode" not in thing for thing in everything.all(kind))


def test_events_have_names_that_the_package_knows(everything):
    known = typing.get_args(typing.get_type_hints(stripe.Event)["type"])
    told = {event["type"] for event in everything.all("event")}
    assert told | set(stripe_events.KINDS) <= set(known)


def test_stripe_lists_all_types_that_we_ask_for_at_once():
    assert len(stripe_events.KINDS) <= 20
