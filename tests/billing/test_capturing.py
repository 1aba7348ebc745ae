"""Payments whose last word is ours: the person agrees at the provider, then we take the money."""

import json
from dataclasses import replace
from unittest.mock import Mock

import pytest

from alerts.items import AlertKind
from billing import services as billing
from billing.errors import InvalidAmount, PaymentMismatch
from billing.items import PaymentStatus
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.providers.messages import Outcome, Webhook
from core.actor import Actor
from tests.accounts.approving import kinds
from tests.billing.lives import now, purse
from tests.billing.test_sweeping import start


def come_back(payment):
    actor = Actor(payment.user_sub)
    billing.refresh_payment(
        user_sub=payment.user_sub, payment_id=payment.payment_intent_id, actor=actor
    )
    return now(payment).status


def hear(payment):
    ref = payment.provider_ids["session"]
    event = {"id": "evt_1", "type": "approved", "kind": "payment", "livemode": False, "ref": ref}
    billing.handle_webhook("stripe", Webhook(headers={}, body=json.dumps(event).encode()))
    return now(payment).status


def check(payment):
    billing.check_payment(user_sub=payment.user_sub, payment_id=payment.payment_intent_id)
    return now(payment).status


def give_up(payment):
    return billing.cancel_top_up(
        user_sub=payment.user_sub,
        payment_id=payment.payment_intent_id,
        actor=Actor(payment.user_sub),
    )


@pytest.fixture
def approved(alice, provider):
    payment = start(alice)
    provider.outcome = Outcome.APPROVED
    return payment


@pytest.mark.parametrize("way", [come_back, hear, check])
def test_what_the_person_agreed_to_is_taken_once(alice, approved, provider, way):
    assert way(approved) is PaymentStatus.SETTLED
    assert hear(approved) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)
    assert provider.captured == [approved.provider_ids["session"]]


def test_what_was_given_up_is_never_taken(alice, approved, provider):
    provider.cancel_top_up = lambda ref: None  # a provider that cannot take it back
    assert give_up(approved).status is PaymentStatus.CANCELED
    assert hear(approved) is PaymentStatus.CANCELED
    assert provider.captured == []
    assert purse(alice) == (0, 0, 0)


@pytest.mark.parametrize(
    "spoilt", [{"amount": 1501}, {"currency": "EUR"}, {"livemode": True}, {"payment_id": "other"}]
)
def test_what_does_not_fit_is_not_taken_and_its_owner_is_told(alice, approved, provider, spoilt):
    fetch = provider.fetch_payment

    def spoil(ref, told=None):
        report = fetch(ref)
        if "payment_id" in spoilt:
            return replace(report, **spoilt)
        return replace(report, facts=replace(report.facts, **spoilt))

    provider.fetch_payment = spoil
    for way in (come_back, check):
        with pytest.raises(PaymentMismatch):
            way(approved)
    assert provider.captured == []
    assert (purse(alice), now(approved).status) == ((0, 0, 0), PaymentStatus.CREATED)
    assert kinds(alice).count(AlertKind.PAYMENT_MISMATCH) == 1


@pytest.mark.parametrize("way", [come_back, hear, check])
def test_what_is_given_up_while_its_provider_is_asked_is_never_taken(
    alice, approved, provider, way
):
    provider.cancel_top_up = lambda ref: None
    fetch = provider.fetch_payment

    def give_up_meanwhile(ref, told=None):
        provider.fetch_payment = fetch
        report = fetch(ref)
        assert give_up(approved).status is PaymentStatus.CANCELED
        return report

    provider.fetch_payment = give_up_meanwhile
    assert way(approved) is PaymentStatus.CANCELED
    assert provider.captured == []
    assert purse(alice) == (0, 0, 0)


def test_what_is_being_taken_is_not_given_up(alice, approved, provider):
    provider.cancel_top_up = lambda ref: None
    capture = provider.capture

    def be_given_up_meanwhile(ref, payment_id):
        assert give_up(approved).status is PaymentStatus.CREATED
        return capture(ref, payment_id)

    provider.capture = be_given_up_meanwhile
    assert come_back(approved) is PaymentStatus.SETTLED
    assert AlertKind.PAYMENT_LATE not in kinds(alice)


@pytest.mark.parametrize("refusal", [None, ProviderRefused(reason="no")])
def test_what_was_not_taken_can_be_given_up_at_once(alice, approved, provider, refusal):
    provider.cancel_top_up = lambda ref: None
    provider.captures_as = Outcome.OPEN
    if refusal:
        provider.capture = Mock(side_effect=refusal)
    come_back(approved)
    assert give_up(approved).status is PaymentStatus.CANCELED


def test_what_one_call_did_not_take_another_one_may_be_taking(alice, approved, provider):
    provider.cancel_top_up = lambda ref: None
    capture = provider.capture

    def be_refused_meanwhile(ref, payment_id):
        provider.capture, provider.captures_as = capture, Outcome.OPEN
        come_back(approved)
        provider.outcome, provider.captures_as = Outcome.APPROVED, Outcome.SUCCEEDED
        assert give_up(approved).status is PaymentStatus.CREATED
        return capture(ref, payment_id)

    provider.capture = be_refused_meanwhile
    assert come_back(approved) is PaymentStatus.SETTLED


def test_what_may_have_been_taken_is_given_up_when_no_call_can_be_under_way(
    alice, approved, provider, ahead
):
    provider.cancel_top_up = lambda ref: None
    provider.capture = Mock(side_effect=NoAnswer)
    assert come_back(approved) is PaymentStatus.CREATED
    ahead(minutes=14)
    assert give_up(approved).status is PaymentStatus.CREATED
    ahead(minutes=2)
    assert give_up(approved).status is PaymentStatus.CANCELED


def test_a_page_that_stays_open_is_given_up_here(alice, provider):
    payment = start(alice)
    provider.cancel_top_up = lambda ref: None
    assert give_up(payment).status is PaymentStatus.CANCELED
    provider.outcome = Outcome.SUCCEEDED
    assert hear(payment) is PaymentStatus.SETTLED  # late money is money


def test_a_person_who_has_to_choose_again_can(alice, approved, provider):
    provider.captures_as = Outcome.OPEN
    assert come_back(approved) is PaymentStatus.CREATED
    assert purse(alice) == (0, 0, 0)


def test_silence_while_it_is_taken_leaves_it_open(alice, approved, provider):
    def silent(ref, payment_id):
        raise NoAnswer

    provider.capture = silent
    assert come_back(approved) is PaymentStatus.CREATED
    del provider.capture
    assert check(approved) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)


@pytest.mark.parametrize("amount", [1499, 2001])
def test_what_a_provider_does_not_take_at_once_is_refused(alice, provider, amount):
    provider.limits = (1500, 2000)
    with pytest.raises(InvalidAmount) as refused:
        billing.start_top_up(
            user_sub=alice.user_sub,
            amount=amount,
            provider="stripe",
            save_method=False,
            actor=Actor(alice.user_sub),
        )
    assert refused.value.errors == {"amount": ["Stripe takes between $15.00 and $20.00 at a time."]}
    assert billing.list_payments(alice.user_sub).items == []
    assert provider.started == []
