"""Payments whose end is not known: asked about until it is, and never started again."""

import pytest

from alerts.items import AlertKind
from billing import services as billing
from billing.errors import PaymentMismatch
from billing.items import PaymentStatus
from billing.providers.errors import NoAnswer, NotThere, ProviderNotEnabled, ProviderRefused
from billing.providers.messages import Outcome
from core.actor import Actor
from jobs import services as jobs
from jobs.kinds import JobKind
from jobs.worker import run_due
from tests.accounts.approving import kinds
from tests.billing import books
from tests.billing.lives import check, now, pay, purse
from tests.billing.walks import save_card
from tests.sessions.stores import client_of, sign_in


def start(user):
    payment, _url = billing.start_top_up(
        user_sub=user.user_sub,
        amount=1500,
        provider="stripe",
        save_method=False,
        actor=Actor(user.user_sub),
    )
    return payment


def start_in_silence(user, provider):
    """The provider was asked and nobody heard of it."""
    provider.is_silent = True
    with pytest.raises(NoAnswer):
        start(user)
    provider.is_silent = False
    return billing.list_payments(user.user_sub).items[0]


def charge_in_silence(user, provider):
    save_card(client_of(sign_in(user)))
    provider.is_silent = True
    payment = billing.charge_method(
        user_sub=user.user_sub,
        payment_method_id=billing.list_methods(user.user_sub)[0].payment_method_id,
        amount=1500,
        actor=Actor(user.user_sub),
    )
    provider.is_silent = False
    assert payment.status is PaymentStatus.UNKNOWN
    return payment


def checks_of(payment):
    return [
        row
        for _, row in jobs.list_jobs(kind=JobKind.PAYMENT_CHECK)
        if row.ids["payment_id"] == payment.payment_intent_id
    ]


def test_every_payment_is_asked_about_by_a_job(alice, provider, ahead):
    payment = start(alice)
    assert len(checks_of(payment)) == 1
    provider.outcome = Outcome.SUCCEEDED
    ahead(minutes=2)
    run_due()
    assert now(payment).status is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)
    assert checks_of(payment) == []
    assert books.problems() == []


def test_a_charge_without_an_answer_settles_once_and_is_not_charged_again(alice, provider, ahead):
    payment = charge_in_silence(alice, provider)
    provider.outcome = Outcome.SUCCEEDED
    ahead(minutes=2)
    run_due()
    assert now(payment).status is PaymentStatus.SETTLED
    assert check(payment) is PaymentStatus.SETTLED
    assert len(provider.charged) == 1
    assert purse(alice) == (1500, 0, 0)


def test_a_charge_that_never_arrived_fails_when_no_call_can_be_under_way(alice, provider, ahead):
    payment = charge_in_silence(alice, provider)
    provider.keeps_what_it_lost = False
    ahead(minutes=24)
    assert check(payment) is PaymentStatus.UNKNOWN  # its last repeat may be ten minutes younger
    ahead(minutes=2)
    assert check(payment) is PaymentStatus.FAILED
    assert now(payment).failure_code == "never_made"
    assert len(provider.charged) == 1
    assert purse(alice) == (0, 0, 0)


def test_a_top_up_that_never_arrived_is_given_up(alice, provider, ahead):
    payment = start_in_silence(alice, provider)
    assert check(payment) is PaymentStatus.UNKNOWN
    ahead(minutes=16)
    assert check(payment) is PaymentStatus.CANCELED


def test_one_that_was_never_asked_for_is_given_up(alice, provider, ahead):
    payment = pay(alice.user_sub)  # killed before the call
    ahead(minutes=16)
    assert check(payment) is PaymentStatus.CANCELED


def test_silence_is_no_word(alice, provider, ahead):
    payment = charge_in_silence(alice, provider)
    provider.is_silent = True
    ahead(days=1)
    with pytest.raises(NoAnswer):
        check(payment)
    run_due()
    assert now(payment).status is PaymentStatus.UNKNOWN
    assert len(checks_of(payment)) == 1  # asked again later


def test_a_refusal_is_no_word_either(alice, provider, ahead, monkeypatch):
    """Keys that are wrong know of no payment."""
    payment = charge_in_silence(alice, provider)

    def refuse(*_):
        raise ProviderRefused(reason="api_key_expired")

    monkeypatch.setattr(provider, "find_payment", refuse)
    ahead(days=1)
    with pytest.raises(ProviderRefused):
        check(payment)
    run_due()
    assert now(payment).status is PaymentStatus.UNKNOWN


def test_keys_of_another_account_decide_nothing(alice, provider, ahead, monkeypatch):
    """They know nothing of what the provider itself named."""
    payment = start(alice)

    def gone(_ref):
        raise NotThere(reason="resource_missing", about="id")

    monkeypatch.setattr(provider, "fetch_payment", gone)
    ahead(days=1)
    with pytest.raises(NotThere):
        check(payment)
    run_due()
    assert now(payment).status is PaymentStatus.CREATED


def test_keys_of_the_other_mode_decide_nothing(alice, provider, ahead):
    payment = start(alice)
    provider.livemode = True
    ahead(days=1)
    with pytest.raises(ProviderNotEnabled):
        check(payment)
    assert now(payment).status is PaymentStatus.CREATED


def test_what_nobody_pays_is_given_up_at_the_provider_too(alice, provider, ahead):
    payment = start(alice)
    ahead(minutes=119)
    assert check(payment) is PaymentStatus.CREATED
    assert provider.cancelled == []
    ahead(minutes=2)
    assert check(payment) is PaymentStatus.CANCELED
    assert provider.cancelled == [now(payment).provider_ids["session"]]


def test_one_that_is_paid_while_it_is_given_up_is_settled(alice, provider, ahead, monkeypatch):
    payment = start(alice)
    ahead(hours=3)

    def paid(_ref):
        provider.outcome = Outcome.SUCCEEDED

    monkeypatch.setattr(provider, "cancel_top_up", paid)
    assert check(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)


def test_what_waits_for_the_bank_is_never_given_up(alice, provider, ahead):
    payment = start(alice)
    provider.outcome = Outcome.PROCESSING
    for _ in range(20):
        ahead(days=1)
        run_due()
    assert now(payment).status is PaymentStatus.PROCESSING
    provider.outcome = Outcome.SUCCEEDED
    ahead(days=1)
    run_due()
    assert now(payment).status is PaymentStatus.SETTLED


def test_what_never_ends_is_left_to_staff(alice, provider, ahead, caplog):
    payment = start(alice)
    provider.is_silent = True
    for _ in range(50):
        ahead(days=1, hours=1)
        run_due()
    assert checks_of(payment) == []
    assert "payment without an end" in caplog.messages
    assert now(payment).is_open


def test_another_ones_facts_move_nothing_and_end_the_asking(alice, bob, provider, ahead):
    payment = start(alice)
    other = start(bob)
    provider.outcome = Outcome.SUCCEEDED
    real = provider.fetch_payment
    provider.fetch_payment = lambda _ref: real(other.provider_ids["session"])
    with pytest.raises(PaymentMismatch):
        check(payment)
    ahead(minutes=2)
    run_due()
    assert checks_of(payment) == []
    assert now(payment).status is PaymentStatus.CREATED
    assert AlertKind.PAYMENT_MISMATCH in kinds(alice)
    assert purse(alice) == (0, 0, 0)
