"""Charges of saved cards from the service to the sandbox and back, webhooks included."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from billing import services as billing
from billing.errors import AuthenticationNeeded, ChargeDeclined
from billing.items import PaymentStatus
from billing.sandbox.faults import Fault
from core.actor import Actor
from tests.billing import books
from tests.billing.checkout import deliver_all, pay, visit
from tests.billing.lives import charge

pytestmark = pytest.mark.usefixtures("sandbox", "no_waiting")
INTENTS = "/v1/payment_intents"


def saved(user, card):
    url = billing.start_saving_method(
        user_sub=user.user_sub, provider="stripe", actor=Actor(user.user_sub)
    )
    status, _, location = pay(url, card)
    if status == 200:
        _, _, location = visit(url, authentication="passed")
    return billing.refresh_saved_method(
        user_sub=user.user_sub,
        provider="stripe",
        visit=location.partition("visit=")[2],
        actor=Actor(user.user_sub),
    )


def available(user):
    return billing.get_wallet(user.user_sub).available


def test_a_charge_and_its_webhooks_credit_once(alice, sandbox):
    payment = charge(alice, saved(alice, "pm_card_visa"))
    assert payment.status is PaymentStatus.SETTLED
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert available(alice) == 1500
    assert books.problems() == []


def test_a_decline_and_its_webhooks_credit_nothing(alice, sandbox):
    method = saved(alice, "pm_card_chargeCustomerFail")
    with pytest.raises(ChargeDeclined) as refusal:
        charge(alice, method)
    assert refusal.value.reason == "generic_decline"
    assert {*deliver_all(Client(), sandbox)} == {200}
    (payment,) = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.FAILED
    assert available(alice) == 0


def test_what_a_bank_asks_about_is_paid_on_the_providers_page_once(alice, sandbox):
    method = saved(alice, "pm_card_authenticationRequired")
    with pytest.raises(AuthenticationNeeded) as refusal:
        charge(alice, method)
    deliver_all(Client(), sandbox)  # of the attempt that was refused
    (payment,) = billing.list_payments(alice.user_sub).items
    assert payment.needs_its_owner
    pay(refusal.value.url, "pm_card_visa")
    assert {*deliver_all(Client(), sandbox)} == {200}
    (payment,) = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.SETTLED
    assert available(alice) == 1500
    assert books.problems() == []


@pytest.mark.parametrize("fault", [Fault.AFTER, Fault.LOST])
def test_an_answer_that_was_lost_is_found_again(alice, sandbox, fault):
    method = saved(alice, "pm_card_visa")
    sandbox.faults.plan(fault, path=INTENTS, times=2)
    assert charge(alice, method).status is PaymentStatus.UNKNOWN
    assert available(alice) == 0
    assert charge(alice, method).status is PaymentStatus.SETTLED
    paid = [one for one in sandbox.state.all("payment_intent") if one["status"] == "succeeded"]
    assert len(paid) == 1
    assert available(alice) == 1500


def test_a_webhook_settles_what_had_no_answer(alice, sandbox):
    method = saved(alice, "pm_card_visa")
    sandbox.faults.plan(Fault.LOST, path=INTENTS, times=2)
    assert charge(alice, method).status is PaymentStatus.UNKNOWN
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert available(alice) == 1500


def test_a_card_that_was_removed_at_the_provider_fails_the_payment(alice, sandbox, stripe_api):
    from billing.providers.errors import ProviderRefused

    method = saved(alice, "pm_card_visa")
    stripe_api.v1.payment_methods.detach(method.provider_ref)
    with pytest.raises((ProviderRefused, ChargeDeclined)):
        charge(alice, method)
    (payment,) = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.FAILED
    assert available(alice) == 0


@pytest.mark.engine
def test_four_presses_at_once_charge_once(alice, sandbox):
    method = saved(alice, "pm_card_visa")
    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(charge, alice, method) for _ in range(4)]
        assert len({press.result().payment_intent_id for press in presses}) == 1
    charge(alice, method)  # whatever was not answered is asked for
    paid = [one for one in sandbox.state.all("payment_intent") if one["status"] == "succeeded"]
    assert len(paid) == 1
    assert available(alice) == 1500
    assert books.problems() == []
