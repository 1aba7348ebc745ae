"""Top-ups by CCBill from the form to the wallet, and the cards that they save."""

import pytest

from billing import services as billing
from billing.errors import InvalidAmount
from billing.items import PaymentStatus
from billing.providers.ccbill import CCBill
from billing.providers.errors import ProviderNotEnabled
from billing.sandbox import access
from core.actor import Actor
from tests.billing import books
from tests.billing.ccbill import hear, paid, start, subscription_of
from tests.billing.flexforms import pay
from tests.billing.lives import check, now, purse

TOKENS, CHARGES = "/ccbill/payment-tokens/merchant-only", "/ccbill/transactions/payment-tokens/"


def test_a_top_up_from_the_form_to_the_wallet(alice, client, sandbox):
    payment, url = start(alice)
    assert pay(url)[0] == 303
    assert check(payment) is PaymentStatus.CREATED  # only its webhook says that it is paid
    assert hear(client, sandbox) == [200]
    assert now(payment).status is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)
    assert billing.list_methods(alice.user_sub) == []
    assert books.problems() == []


def test_declined_and_then_paid(alice, client, sandbox):
    payment, url = start(alice)
    assert pay(url, "declined")[0] == 402
    hear(client, sandbox)
    assert now(payment).status is PaymentStatus.CREATED
    assert pay(url)[0] == 303
    assert hear(client, sandbox) == [200, 200]
    assert purse(alice) == (1500, 0, 0)


def test_the_same_request_is_the_same_form(alice, sandbox):
    first, again = (start(alice, idempotency_key="k1") for _ in range(2))
    assert first[0].payment_intent_id == again[0].payment_intent_id
    assert first[1] == again[1]


@pytest.mark.parametrize("amount", [999, 2001])
def test_what_ccbill_does_not_take_at_once_is_refused(alice, sandbox, settings, amount):
    settings.CCBILL_MIN, settings.CCBILL_MAX = 1000, 2000
    with pytest.raises(InvalidAmount) as refused:
        start(alice, amount=amount)
    assert "CCBill takes between" in str(refused.value.errors)
    assert billing.list_payments(alice.user_sub).items == []


def test_what_nobody_paid_is_given_up_and_paid_late_all_the_same(alice, client, sandbox, ahead):
    payment, url = start(alice)
    ahead(minutes=121)
    assert check(payment) is PaymentStatus.CANCELED
    pay(url)
    assert hear(client, sandbox) == [200]
    assert now(payment).is_settled
    assert purse(alice) == (1500, 0, 0)


def test_given_up_by_its_owner(alice, client, sandbox):
    payment, _ = start(alice)
    billing.cancel_top_up(
        user_sub=alice.user_sub,
        payment_id=payment.payment_intent_id,
        actor=Actor(alice.user_sub),
    )
    assert now(payment).status is PaymentStatus.CANCELED


def test_a_card_is_saved_with_a_payment(alice, client, sandbox):
    payment = paid(alice, client, sandbox, save_method=True)
    [method] = billing.list_methods(alice.user_sub)
    assert method.provider_ref == f"card:{subscription_of(payment)}"
    assert (method.type, method.brand, method.last4) == ("card", "visa", "4242")
    assert (method.exp_month, method.exp_year, method.livemode) == (12, 2034, False)


def test_a_saved_card_is_forgotten_here(alice, client, sandbox):
    paid(alice, client, sandbox, save_method=True)
    [method] = billing.list_methods(alice.user_sub)
    billing.forget_method(
        user_sub=alice.user_sub,
        payment_method_id=method.payment_method_id,
        actor=Actor(alice.user_sub),
    )
    assert billing.list_methods(alice.user_sub) == []


def test_without_the_restful_api_none_is_saved(alice, client, sandbox, monkeypatch):
    payment, url = start(alice, save_method=True)
    pay(url)
    monkeypatch.setattr(access, "ccbill_app", lambda: ("", ""))
    assert hear(client, sandbox) == [200]
    assert now(payment).is_settled
    assert billing.list_methods(alice.user_sub) == []
    assert CCBill().saves is False


def test_none_is_saved_without_a_payment(alice, sandbox):
    with pytest.raises(ProviderNotEnabled):
        billing.start_saving_method(
            user_sub=alice.user_sub, provider="ccbill", actor=Actor(alice.user_sub)
        )
