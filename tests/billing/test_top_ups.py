"""From the form to the wallet, with the sandbox as the provider."""

from datetime import timedelta

import pytest

from billing import personal_data
from billing import services as billing
from billing.errors import InvalidAmount, PaymentDiffers, PaymentNotFound
from billing.items import PaymentStatus, ProviderName
from billing.providers.errors import NoAnswer, ProviderNotEnabled, ProviderRefused
from billing.sandbox.faults import Fault
from core import clock
from core.actor import Actor
from dynamo import deadlines
from tests.billing.books import problems, rows
from tests.billing.checkout import pay

pytestmark = pytest.mark.usefixtures("sandbox")


def start(user, **changes):
    asked = {"amount": 1500, "provider": "stripe", "save_method": False, "idempotency_key": "k1"}
    return billing.start_top_up(
        user_sub=user.user_sub, actor=Actor(user.user_sub), **(asked | changes)
    )


def refresh(user, payment):
    return billing.refresh_payment(
        user_sub=user.user_sub,
        payment_id=payment.payment_intent_id,
        actor=Actor(user.user_sub),
    )


def available(user):
    return billing.get_wallet(user.user_sub).available


def test_a_paid_top_up_is_in_the_wallet_once(alice):
    payment, url = start(alice)
    pay(url)
    assert refresh(alice, payment).status is PaymentStatus.SETTLED
    assert refresh(alice, payment).status is PaymentStatus.SETTLED
    assert available(alice) == 1500
    assert problems() == []


def test_coming_back_without_paying_changes_nothing(alice):
    payment, _ = start(alice)
    assert refresh(alice, payment).status is PaymentStatus.CREATED
    assert available(alice) == 0


def test_the_same_key_is_the_same_payment_and_page(sandbox, alice):
    first, second = start(alice), start(alice)
    assert (first[0].payment_intent_id, first[1]) == (second[0].payment_intent_id, second[1])
    assert len(sandbox.state.all("checkout.session")) == 1
    assert len(billing.list_payments(alice.user_sub).items) == 1


def test_the_same_key_for_another_amount_is_refused(alice):
    start(alice)
    with pytest.raises(PaymentDiffers):
        start(alice, amount=2000)


def test_the_same_key_after_paying_leads_to_the_payment(alice):
    payment, url = start(alice)
    pay(url)
    refresh(alice, payment)
    again, where = start(alice)
    assert again.is_settled
    assert where == f"http://testserver/wallet/payments/{payment.payment_intent_id}/return/"


def test_the_same_key_while_the_money_is_on_its_way_leads_to_the_payment(alice, time_machine):
    """A bank transfer takes days: by then the provider would refuse to open its page again."""
    payment, _ = start(alice)
    billing.mark_payment(payment=payment, status=PaymentStatus.PROCESSING, actor=Actor(None))
    time_machine.move_to(clock.now() + timedelta(days=2), tick=True)
    again, where = start(alice)
    assert again.status is PaymentStatus.PROCESSING
    assert where == f"http://testserver/wallet/payments/{payment.payment_intent_id}/return/"


def test_the_same_key_of_another_person_is_another_payment(alice, bob):
    assert start(alice)[0].payment_intent_id != start(bob)[0].payment_intent_id


def test_a_person_is_one_customer_at_the_provider(sandbox, alice):
    start(alice)
    start(alice, idempotency_key="k2")
    assert len(sandbox.state.all("customer")) == 1


@pytest.mark.parametrize("amount", [0, -500, 499, 50_001])
def test_an_amount_outside_the_limits_starts_nothing(sandbox, alice, amount):
    with pytest.raises(InvalidAmount):
        start(alice, amount=amount)
    assert sandbox.state.objects == {}
    assert billing.list_payments(alice.user_sub).items == []


@pytest.mark.parametrize("provider", ["", "nobody"])
def test_a_provider_that_is_off_starts_nothing(sandbox, alice, provider):
    with pytest.raises(ProviderNotEnabled):
        start(alice, provider=provider)
    assert billing.list_payments(alice.user_sub).items == []


@pytest.mark.parametrize("fault", list(Fault))
def test_without_an_answer_the_payment_is_unknown(sandbox, alice, fault, no_waiting):
    sandbox.faults.plan(fault, path="/v1/checkout/sessions", times=9)
    with pytest.raises(NoAnswer):
        start(alice)
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.UNKNOWN
    assert available(alice) == 0


def test_a_repeat_after_a_lost_answer_goes_on_with_the_same_session(sandbox, alice, no_waiting):
    sandbox.faults.plan(Fault.LOST, path="/v1/checkout/sessions", times=2)
    with pytest.raises(NoAnswer):
        start(alice)
    payment, url = start(alice)
    assert len(sandbox.state.all("checkout.session")) == 1
    pay(url)
    assert refresh(alice, payment).is_settled
    assert available(alice) == 1500


def test_a_slow_provider_does_not_use_up_the_time_for_noting_it(alice, monkeypatch):
    def take_all_the_time(*_):
        deadlines._ends_at.set(0)
        raise NoAnswer

    monkeypatch.setattr("billing.providers.stripe.Stripe.start_top_up", take_all_the_time)
    with deadlines.deadline(30), pytest.raises(NoAnswer):
        start(alice)
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.UNKNOWN


def test_a_refusal_fails_the_payment(alice, monkeypatch):
    monkeypatch.setattr("billing.providers.stripe.OPEN_FOR", timedelta(minutes=1))  # too short
    with pytest.raises(ProviderRefused):
        start(alice)
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.FAILED


def forget_customers(sandbox):
    for customer in sandbox.state.all("customer"):
        del sandbox.state.objects[customer["id"]]


def customer_of(user):
    return billing.find_customer(user.user_sub, ProviderName.STRIPE)


def test_a_customer_that_the_provider_removed_is_replaced(sandbox, alice):
    start(alice)
    before = customer_of(alice)
    forget_customers(sandbox)
    payment, url = start(alice, idempotency_key="k2")
    pay(url)
    assert refresh(alice, payment).is_settled
    [customer] = sandbox.state.all("customer")
    assert customer_of(alice) == customer["id"] != before
    assert problems() == []


def test_what_was_paid_as_the_former_customer_still_counts(sandbox, alice):
    payment, url = start(alice)
    pay(url)
    forget_customers(sandbox)
    start(alice, idempotency_key="k2")
    assert refresh(alice, payment).is_settled
    assert available(alice) == 1500


def test_a_card_can_be_saved_after_the_provider_removed_the_customer(sandbox, alice):
    start(alice)
    forget_customers(sandbox)
    by = Actor(alice.user_sub)
    url = billing.start_saving_method(user_sub=alice.user_sub, provider="stripe", actor=by)
    assert url.startswith("http")
    assert len(sandbox.state.all("customer")) == 1


def test_a_former_customer_goes_with_the_person(sandbox, alice):
    start(alice)
    before = customer_of(alice)
    forget_customers(sandbox)
    start(alice, idempotency_key="k2")
    personal_data.erase(alice.user_sub)
    assert before not in str(rows())


def test_a_given_up_top_up_cannot_be_paid(alice):
    payment, url = start(alice)
    given_up = billing.cancel_top_up(
        user_sub=alice.user_sub,
        payment_id=payment.payment_intent_id,
        actor=Actor(alice.user_sub),
    )
    assert given_up.status is PaymentStatus.CANCELED
    assert "has expired" in pay(url)[1]
    assert available(alice) == 0


def test_giving_up_what_was_paid_meanwhile_settles_it(alice):
    payment, url = start(alice)
    pay(url)
    paid = billing.cancel_top_up(
        user_sub=alice.user_sub,
        payment_id=payment.payment_intent_id,
        actor=Actor(alice.user_sub),
    )
    assert paid.is_settled
    assert available(alice) == 1500


def test_another_persons_payment_is_not_found(alice, mallory):
    payment, _ = start(alice)
    with pytest.raises(PaymentNotFound):
        refresh(mallory, payment)


def test_a_card_is_saved_with_the_payment_only_when_asked(alice):
    for key, save in (("k1", False), ("k2", True)):
        payment, url = start(alice, idempotency_key=key, save_method=save)
        pay(url)
        refresh(alice, payment)
    [method] = billing.list_methods(alice.user_sub)
    assert (method.brand, method.last4, method.is_default) == ("visa", "4242", True)


def save_card(sandbox, user):
    url = billing.start_saving_method(
        user_sub=user.user_sub, provider="stripe", actor=Actor(user.user_sub)
    )
    _, _, location = pay(url)
    return location.partition("visit=")[2]


def visited(user, visit):
    return billing.refresh_saved_method(
        user_sub=user.user_sub, provider="stripe", visit=visit, actor=Actor(user.user_sub)
    )


def test_a_card_is_saved_without_paying_and_forgotten_at_both_ends(sandbox, alice):
    visit = save_card(sandbox, alice)
    saved = visited(alice, visit)
    assert visited(alice, visit).payment_method_id == saved.payment_method_id
    billing.forget_method(
        user_sub=alice.user_sub,
        payment_method_id=saved.payment_method_id,
        actor=Actor(alice.user_sub),
    )
    assert billing.list_methods(alice.user_sub) == []
    assert sandbox.state.find(saved.provider_ref)["customer"] is None


def test_a_card_that_the_provider_keeps_is_not_forgotten_here(sandbox, alice, no_waiting):
    saved = visited(alice, save_card(sandbox, alice))
    sandbox.faults.plan(Fault.BEFORE, path="/v1/payment_methods", times=9)
    with pytest.raises(NoAnswer):
        billing.forget_method(
            user_sub=alice.user_sub,
            payment_method_id=saved.payment_method_id,
            actor=Actor(alice.user_sub),
        )
    assert len(billing.list_methods(alice.user_sub)) == 1


def test_another_persons_visit_saves_nothing(sandbox, alice, mallory):
    visit = save_card(sandbox, alice)
    assert visited(mallory, visit) is None
    assert visited(alice, "cs_test_nothing") is None
    assert billing.list_methods(mallory.user_sub) == []
