"""A saved card, charged while its owner waits."""

from datetime import timedelta

import pytest

from alerts.repository import AlertRepository
from billing import services as billing
from billing.errors import (
    AuthenticationNeeded,
    ChargeDeclined,
    DailyCapReached,
    InvalidAmount,
    PaymentDiffers,
    PaymentMethodNotFound,
    PaymentMismatch,
)
from billing.items import AUTHENTICATION_REQUIRED, PaymentKind, PaymentStatus
from billing.providers.errors import ProviderRefused
from billing.providers.messages import Outcome
from core import clock
from core.actor import Actor
from core.errors import RateLimited
from dynamo.metering import budget
from tests.billing import books
from tests.billing.lives import charge
from tests.billing.walks import save_card
from tests.sessions.stores import client_of, sign_in


@pytest.fixture
def card(alice, provider):
    save_card(client_of(sign_in(alice)))
    provider.outcome = Outcome.SUCCEEDED
    return billing.list_methods(alice.user_sub)[0]


def available(user):
    return billing.get_wallet(user.user_sub).available


def only_payment(user):
    (payment,) = billing.list_payments(user.user_sub).items
    return payment


def alerts_of(user):
    return [row["kind"] for row in AlertRepository().rows_of(user.user_sub)]


def needs_its_owner(provider):
    provider.outcome, provider.failure_code = Outcome.FAILED, AUTHENTICATION_REQUIRED


def test_the_money_is_in_the_wallet_at_once(alice, card, provider):
    payment = charge(alice, card)
    assert (payment.status, payment.kind) == (PaymentStatus.SETTLED, PaymentKind.CHARGE)
    assert payment.payment_method_id == card.payment_method_id
    (asked,) = provider.charged
    assert (asked.payment_id, asked.method_ref) == (payment.payment_intent_id, card.provider_ref)
    assert available(alice) == 1500
    assert books.problems() == []


def test_the_payment_is_stored_before_the_provider_is_asked(alice, card, provider, monkeypatch):
    def die(order):
        assert only_payment(alice).status is PaymentStatus.CREATED
        raise KeyboardInterrupt

    monkeypatch.setattr(provider, "charge", die)
    with pytest.raises(KeyboardInterrupt):
        charge(alice, card)
    assert only_payment(alice).payment_method_id == card.payment_method_id


def test_it_costs_few_calls_beside_the_provider(alice, card):
    with budget(calls=13, hops=13, rru=9, wru=27):
        charge(alice, card)


def test_the_same_key_charges_once(alice, card, provider):
    first, second = charge(alice, card), charge(alice, card)
    assert first.payment_intent_id == second.payment_intent_id
    assert len(provider.charged) == 1
    assert available(alice) == 1500


@pytest.mark.parametrize("changed", [{"amount": 2000}])
def test_the_same_key_for_something_else_is_refused(alice, card, provider, changed):
    charge(alice, card)
    with pytest.raises(PaymentDiffers):
        charge(alice, card, **changed)
    assert len(provider.charged) == 1


def test_a_decline_fails_the_payment_and_says_why_and_what_next(alice, card, provider):
    provider.outcome, provider.failure_code = Outcome.FAILED, "insufficient_funds"
    for _ in range(2):  # the same key again is the same answer
        with pytest.raises(ChargeDeclined) as refusal:
            charge(alice, card)
        assert refusal.value.reason == "insufficient_funds"
        assert "not enough money on the card" in str(refusal.value.message)
        assert "another card" in str(refusal.value.message)
    assert only_payment(alice).status is PaymentStatus.FAILED
    assert len(provider.charged) == 1
    assert available(alice) == 0
    assert alerts_of(alice).count("billing.payment.failed") == 1


def test_a_refusal_of_the_provider_fails_the_payment(alice, card, provider, monkeypatch):
    def refuse(order):
        raise ProviderRefused(reason="resource_missing")

    monkeypatch.setattr(provider, "charge", refuse)
    with pytest.raises(ProviderRefused):
        charge(alice, card)
    assert only_payment(alice).status is PaymentStatus.FAILED
    assert available(alice) == 0


def test_a_bank_that_wants_to_ask_leads_to_the_providers_page_for_the_same_payment(
    alice, card, provider
):
    needs_its_owner(provider)
    for _ in range(2):
        with pytest.raises(AuthenticationNeeded) as refusal:
            charge(alice, card)
    payment = only_payment(alice)
    assert refusal.value.payment_id == payment.payment_intent_id
    assert refusal.value.url == f"https://pay.example/{payment.payment_intent_id}"
    assert (payment.status, payment.needs_its_owner) == (PaymentStatus.CREATED, True)
    assert len(provider.charged) == 1  # a second one could be paid beside the page
    assert alerts_of(alice).count("billing.payment.action_required") == 1
    assert "billing.payment.failed" not in alerts_of(alice)
    provider.outcome = Outcome.SUCCEEDED
    paid = billing.refresh_payment(
        user_sub=alice.user_sub, payment_id=payment.payment_intent_id, actor=Actor(None)
    )
    assert (paid.status, paid.failure_code) == (PaymentStatus.SETTLED, "")
    assert available(alice) == 1500


def test_a_late_word_of_the_first_attempt_does_not_fail_what_waits_for_its_owner(
    alice, card, provider
):
    from billing.services.outcomes import apply_report
    from billing.services.top_ups import lost

    needs_its_owner(provider)
    with pytest.raises(AuthenticationNeeded):
        charge(alice, card)
    payment = only_payment(alice)
    report = provider.find_payment(lost(payment))
    apply_report(payment=payment, report=report, actor=Actor(None))
    assert only_payment(alice).needs_its_owner


def test_without_an_answer_it_is_unknown_and_asked_for_not_charged_again(alice, card, provider):
    provider.is_silent = True
    payment = charge(alice, card)
    assert payment.status is PaymentStatus.UNKNOWN
    assert available(alice) == 0
    assert charge(alice, card).status is PaymentStatus.UNKNOWN
    provider.is_silent = False
    assert charge(alice, card).status is PaymentStatus.SETTLED
    assert len(provider.charged) == 1
    assert available(alice) == 1500


def test_a_charge_that_never_arrived_is_sent_again_under_its_name(alice, card, provider):
    provider.is_silent, provider.keeps_what_it_lost = True, False
    first = charge(alice, card)
    provider.is_silent = False
    second = charge(alice, card)
    assert {order.payment_id for order in provider.charged} == {first.payment_intent_id}
    assert second.status is PaymentStatus.SETTLED
    assert available(alice) == 1500


def test_it_is_not_sent_again_when_it_may_soon_be_believed_that_nothing_is_there(
    alice, card, provider, time_machine
):
    provider.is_silent, provider.keeps_what_it_lost = True, False
    payment = charge(alice, card)
    time_machine.move_to(clock.now() + timedelta(minutes=10))
    provider.is_silent = False
    assert charge(alice, card).status is PaymentStatus.UNKNOWN
    assert len(provider.charged) == 1
    assert only_payment(alice) == payment
    assert available(alice) == 0


def test_a_return_page_asks_for_a_charge_without_an_answer(alice, card, provider):
    provider.is_silent = True
    payment = charge(alice, card)
    provider.is_silent = False
    client_of(sign_in(alice)).get(f"/wallet/payments/{payment.payment_intent_id}/return/")
    assert available(alice) == 1500


def test_a_pending_charge_is_settled_later(alice, card, provider):
    provider.outcome = Outcome.PROCESSING
    payment = charge(alice, card)
    assert payment.status is PaymentStatus.PROCESSING
    provider.outcome = Outcome.SUCCEEDED
    paid = billing.refresh_payment(
        user_sub=alice.user_sub, payment_id=payment.payment_intent_id, actor=Actor(None)
    )
    assert paid.is_settled


def test_another_amount_than_asked_for_moves_no_money(alice, card, provider, monkeypatch):
    from dataclasses import replace

    def lie(order):
        report = provider._report_of_charge(order)
        return replace(report, facts=replace(report.facts, amount=1))

    monkeypatch.setattr(provider, "charge", lie)
    with pytest.raises(PaymentMismatch):
        charge(alice, card)
    assert available(alice) == 0
    assert "billing.payment.mismatch" in alerts_of(alice)


@pytest.mark.parametrize("amount", [0, -1, 499, 50_001])
def test_an_amount_outside_the_limits_charges_nothing(alice, card, provider, amount):
    with pytest.raises(InvalidAmount):
        charge(alice, card, amount=amount)
    assert provider.charged == billing.list_payments(alice.user_sub).items == []


def test_the_daily_limit_holds_for_charges_too(alice, card, provider, settings):
    settings.TOP_UP_DAILY_MAX = 2000
    charge(alice, card)
    with pytest.raises(DailyCapReached):
        charge(alice, card, idempotency_key="k2")
    assert len(provider.charged) == 1


def test_a_card_is_not_tried_again_and_again(alice, card, provider):
    provider.outcome, provider.failure_code = Outcome.FAILED, "card_declined"
    for number in range(20):
        with pytest.raises(ChargeDeclined):
            charge(alice, card, idempotency_key=str(number))
    with pytest.raises(RateLimited):
        charge(alice, card, idempotency_key="20")
    assert len(provider.charged) == 20
    assert available(alice) == 0


def test_another_persons_card_is_not_found(mallory, card, provider):
    with pytest.raises(PaymentMethodNotFound):
        charge(mallory, card)
    assert provider.charged == []


def test_a_card_of_the_other_mode_is_not_charged(alice, card, provider):
    provider.livemode = True
    with pytest.raises(PaymentMethodNotFound):
        charge(alice, card)
    assert provider.charged == []
