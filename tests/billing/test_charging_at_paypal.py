"""Charges of saved PayPal accounts from the service to the sandbox and back, webhooks included."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from billing import services as billing
from billing.errors import AuthenticationNeeded, ChargeDeclined
from billing.items import PaymentStatus
from billing.providers.errors import ProviderRefused
from billing.sandbox.faults import Fault
from core.actor import Actor
from tests.billing import books
from tests.billing.lives import charge, check, now, purse
from tests.billing.payer import agree
from tests.billing.paypal_people import (
    CHARGED_ORDERS,
    captures,
    control,
    deliver_all,
    name_in,
    tokens,
    visit_in,
)

NOTHING = (0, 0, 0)
LAG = 3 * 3600 + 1


def visit(user, account="pays"):
    """The name of the visit that a person comes back with."""
    url = billing.start_saving_method(
        user_sub=user.user_sub, provider="paypal", actor=Actor(user.user_sub)
    )
    return visit_in(agree(url, account)[2])


def refresh(user, name):
    return billing.refresh_saved_method(
        user_sub=user.user_sub, provider="paypal", visit=name, actor=Actor(user.user_sub)
    )


def saved(user, account="pays"):
    return refresh(user, visit(user, account))


def test_an_account_is_saved_once_by_its_visit_and_its_webhook(alice, sandbox):
    name = visit(alice)
    method = refresh(alice, name)
    assert refresh(alice, name).payment_method_id == method.payment_method_id
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert [each.payment_method_id for each in billing.list_methods(alice.user_sub)] == [
        method.payment_method_id
    ]


def test_the_visit_of_another_person_saves_nothing_for_me(alice, bob, sandbox):
    name = visit(alice)
    assert refresh(bob, name) is None
    assert billing.list_methods(bob.user_sub) == []
    assert {*deliver_all(Client(), sandbox)} <= {200}
    assert [each.type for each in billing.list_methods(alice.user_sub)] == ["paypal"]
    assert billing.list_methods(bob.user_sub) == []


def test_a_charge_and_its_webhooks_credit_once(alice, sandbox):
    payment = charge(alice, saved(alice))
    assert payment.status is PaymentStatus.SETTLED
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert (purse(alice), now(payment).fee) == ((1500, 0, 0), 101)
    assert books.problems() == []


def test_a_decline_and_its_webhooks_credit_nothing(alice, sandbox):
    method = saved(alice)
    control(sandbox, "outcomes", outcome="declined")
    with pytest.raises(ChargeDeclined) as refusal:
        charge(alice, method)
    assert refusal.value.reason == "INSTRUMENT_DECLINED"
    assert {*deliver_all(Client(), sandbox)} == {200}
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.FAILED
    assert purse(alice) == NOTHING


def test_what_must_be_confirmed_is_paid_on_paypals_page_once(alice, sandbox):
    method = saved(alice, "confirms")
    with pytest.raises(AuthenticationNeeded) as refusal:
        charge(alice, method)
    deliver_all(Client(), sandbox)  # of the attempt that was refused
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.needs_its_owner
    agree(refusal.value.url, "pays")
    assert {*deliver_all(Client(), sandbox)} == {200}
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)
    assert len(captures(sandbox)) == 1
    assert books.problems() == []


@pytest.mark.parametrize(("fault", "times"), [(Fault.AFTER, 1), (Fault.LOST, 2)])
def test_an_answer_that_was_lost_is_found_again(alice, sandbox, fault, times):
    method = saved(alice)
    sandbox.faults.plan(fault, path=CHARGED_ORDERS, times=times)
    assert charge(alice, method).status is PaymentStatus.UNKNOWN
    assert purse(alice) == NOTHING
    assert charge(alice, method).status is PaymentStatus.SETTLED  # the same request, told again
    assert len(captures(sandbox)) == 1
    assert purse(alice) == (1500, 0, 0)


def test_the_sweeper_finds_it_once_the_books_know_it(alice, sandbox, ahead):
    sandbox.faults.plan(Fault.LOST, path=CHARGED_ORDERS, times=2)
    payment = charge(alice, saved(alice))
    ahead(minutes=30)
    assert check(payment) is PaymentStatus.UNKNOWN  # nothing in the books is no word yet
    control(sandbox, "clock", advance=LAG)
    assert check(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_the_sweeper_ends_what_never_reached_paypal(alice, sandbox, ahead):
    sandbox.faults.plan(Fault.BEFORE, path=CHARGED_ORDERS)
    payment = charge(alice, saved(alice))
    ahead(hours=4, minutes=9)
    assert check(payment) is PaymentStatus.UNKNOWN
    ahead(minutes=2)
    assert check(payment) is PaymentStatus.FAILED
    assert purse(alice) == NOTHING


def test_a_repeat_hours_later_takes_nothing_that_is_then_called_never_made(alice, sandbox, ahead):
    method = saved(alice)
    sandbox.faults.plan(Fault.BEFORE, path=CHARGED_ORDERS)
    payment = charge(alice, method)
    ahead(hours=3, minutes=58)
    sandbox.faults.plan(Fault.LOST, path=CHARGED_ORDERS, times=2)
    assert charge(alice, method).status is PaymentStatus.UNKNOWN
    ahead(minutes=13)
    assert check(payment) is PaymentStatus.FAILED
    assert captures(sandbox) == []


def test_a_webhook_settles_what_had_no_answer(alice, sandbox):
    method = saved(alice)
    sandbox.faults.plan(Fault.LOST, path=CHARGED_ORDERS, times=2)
    assert charge(alice, method).status is PaymentStatus.UNKNOWN
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert purse(alice) == (1500, 0, 0)


def test_an_account_that_was_removed_at_paypal_is_forgotten_here(alice, sandbox):
    method = saved(alice)
    control(sandbox, f"methods/{name_in(method.provider_ref)}/detach")
    with pytest.raises(ProviderRefused):
        charge(alice, method)
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.FAILED
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert billing.list_methods(alice.user_sub) == []
    assert purse(alice) == NOTHING


def test_what_is_forgotten_here_is_forgotten_there(alice, sandbox):
    method = saved(alice)
    billing.forget_method(
        user_sub=alice.user_sub,
        payment_method_id=method.payment_method_id,
        actor=Actor(alice.user_sub),
    )
    assert tokens(sandbox) == []
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert billing.list_methods(alice.user_sub) == []


@pytest.mark.engine
def test_four_presses_at_once_charge_once(alice, sandbox):
    method = saved(alice)
    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(charge, alice, method) for _ in range(4)]
        assert len({press.result().payment_intent_id for press in presses}) == 1
    charge(alice, method)  # whatever was not answered is asked for
    assert len(captures(sandbox)) == 1
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []
