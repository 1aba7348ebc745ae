"""Top-ups at PayPal that take days, or end without money."""

import pytest
from django.test import Client

from billing import services as billing
from billing.items import PaymentStatus
from billing.sandbox.paypal.captures import add_capture
from core.actor import Actor
from tests.billing import books
from tests.billing.lives import check, now, purse
from tests.billing.paypal_people import (
    agreed,
    captures,
    come_back,
    control,
    deliver,
    deliver_all,
    made_orders,
    start,
    told,
)

pytestmark = pytest.mark.usefixtures("sandbox")
NOTHING = (0, 0, 0)


def test_what_was_given_up_is_never_taken(alice, sandbox):
    payment = agreed(alice)
    given_up = billing.cancel_top_up(
        user_sub=alice.user_sub,
        payment_id=payment.payment_intent_id,
        actor=Actor(alice.user_sub),
    )
    assert given_up.status is PaymentStatus.CANCELED
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert come_back(payment) is PaymentStatus.CANCELED
    assert captures(sandbox) == []
    assert purse(alice) == NOTHING


@pytest.mark.parametrize(
    ("account", "status", "after"),
    [
        ("echeck", PaymentStatus.SETTLED, (1500, 0, 0)),
        ("bounces", PaymentStatus.FAILED, NOTHING),
    ],
)
def test_an_echeck_is_pending_until_it_ends(alice, sandbox, account, status, after):
    payment = agreed(alice, account)
    assert come_back(payment) is PaymentStatus.PROCESSING
    assert purse(alice) == NOTHING
    control(sandbox, "clock", advance=60)
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert (now(payment).status, purse(alice)) == (status, after)
    assert books.problems() == []


def test_a_late_word_of_a_declined_try_does_not_fail_the_next_one(alice, sandbox):
    payment = agreed(alice, "echeck")
    [order] = made_orders(sandbox)
    with sandbox.state.lock:
        add_capture(sandbox.state, order, ends="declined")
    control(sandbox, f"payments/{order['id']}/fail")
    assert come_back(payment) is PaymentStatus.PROCESSING
    [late] = told(sandbox, "PAYMENT.CAPTURE.DENIED")
    assert deliver(Client(), sandbox, late).status_code == 200
    assert now(payment).status is PaymentStatus.PROCESSING
    control(sandbox, "clock", advance=60)
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert (now(payment).status, purse(alice)) == (PaymentStatus.SETTLED, (1500, 0, 0))
    assert books.problems() == []


def test_an_approval_that_ended_is_canceled(alice, sandbox):
    payment = agreed(alice)
    [order] = made_orders(sandbox)
    control(sandbox, f"payments/{order['id']}/reverse")
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert now(payment).status is PaymentStatus.CANCELED


def test_an_order_that_paypal_forgot_is_given_up_and_not_before(alice, sandbox, ahead):
    payment, _ = start(alice)
    control(sandbox, "clock", advance=6 * 3600)
    assert check(payment) is PaymentStatus.CREATED
    ahead(hours=5)
    assert check(payment) is PaymentStatus.CANCELED


def forget(sandbox):
    """PayPal keeps payments, and not for ever the order they were agreed to by."""
    [order] = made_orders(sandbox)
    order["status"], order["created"] = "CREATED", 0


def test_a_payment_on_its_way_outlives_its_order(alice, sandbox, ahead):
    payment = agreed(alice, "echeck")
    assert check(payment) is PaymentStatus.PROCESSING
    forget(sandbox)
    ahead(hours=30)
    assert check(payment) is PaymentStatus.PROCESSING
    assert come_back(payment) is PaymentStatus.PROCESSING
    control(sandbox, "clock", advance=60)
    assert check(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_it_is_not_given_up_by_hand_either(alice, sandbox):
    payment = agreed(alice, "echeck")
    check(payment)
    forget(sandbox)
    asked = {"user_sub": alice.user_sub, "payment_id": payment.payment_intent_id}
    kept = billing.cancel_top_up(**asked, actor=Actor(alice.user_sub))
    assert kept.status is PaymentStatus.PROCESSING
