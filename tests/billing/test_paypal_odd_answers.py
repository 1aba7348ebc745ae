"""PayPal answers in another form than it documents: that says nothing, and nothing breaks of it."""

import pytest
from django.test import Client

from billing import services as billing
from billing.items import PaymentStatus
from billing.providers import paypal_client, paypal_orders
from billing.providers.errors import NoAnswer
from billing.providers.paypal import PayPal
from billing.repository import InboxRepository
from core import clock
from tests.billing import books, orders
from tests.billing.lives import check, now, purse
from tests.billing.paypal_people import (
    BACK,
    a_top_up,
    agreed,
    charge_of,
    deliver,
    person,
    start,
    told,
)


def paypal():
    return PayPal()


def a_refund(**refs):
    return orders.RefundOrder(
        refund_id="r1",
        payment_id="p1",
        user_sub="u1",
        payment_refs={"intent": "capture:C1", **refs},
        amount=500,
        currency="USD",
        reason="",
        created_at=clock.now(),
        note=lambda: None,
    )


QUESTIONS = {
    "start": lambda: paypal().start_top_up(a_top_up()),
    "capture": lambda: paypal().capture("order:O1", "p1"),
    "charge": lambda: paypal().charge(charge_of("token:t1")),
    "order": lambda: paypal().fetch_payment("order:O1"),
    "payment": lambda: paypal().fetch_payment("capture:C1"),
    "refund": lambda: paypal().refund(a_refund()),
    "refund of an order": lambda: paypal().refund(a_refund(session="order:O1")),
    "its refund": lambda: paypal().find_refund(a_refund(session="order:O1")),
    "a refund": lambda: paypal().fetch_refund("refund:R1"),
    "a reversal": lambda: paypal().fetch_refund("reversal:R1"),
    "a dispute": lambda: paypal().fetch_dispute("dispute:PP-1"),
    "save": lambda: paypal().start_save_method(person(), currency="USD", **BACK),
    "saved": lambda: paypal().fetch_saved_method("token:t1"),
    "visit": lambda: paypal().fetch_saved_method("setup:S1"),
    "method": lambda: paypal().fetch_method("token:t1"),
}
# Those that read a field or two answer by these alone.
MORE_THAN_A_NAME = sorted({*QUESTIONS} - {"saved", "visit", "method"})
FIELDS = (
    *("status", "purchase_units", "links", "supplementary_data", "payment_source", "amount"),
    *("custom_id", "status_details", "customer", "dispute_amount", "disputed_transactions"),
    *("dispute_id", "money_movements"),
)


@pytest.fixture
def answer(settings, monkeypatch):
    """The same to every call."""
    settings.PAYPAL_MODE = "sandbox"

    def with_this(odd):
        monkeypatch.setattr(paypal_client.Client, "request", lambda *asked: odd)

    return with_this


@pytest.mark.parametrize(
    "odd",
    [
        {},
        [],
        "text",
        None,
        {"status": "COMPLETED"},
        {"status": "PAYER_ACTION_REQUIRED"},
        {"id": None, "status": "COMPLETED"},
        {"id": "", "status": "COMPLETED"},
        {"id": ["O1"], "status": "COMPLETED"},
        {"id": {"id": "O1"}, "status": "APPROVED"},
        {"id": "../v1/oauth2/token", "status": "APPROVED"},
    ],
)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_thing_without_a_name_is_no_answer(answer, question, odd):
    answer(odd)
    with pytest.raises(NoAnswer):
        QUESTIONS[question]()


@pytest.mark.parametrize("odd", ["text", 7, ["text"], [None], [["text"]], {"a": "text"}])
@pytest.mark.parametrize("question", MORE_THAN_A_NAME)
def test_what_is_no_object_where_one_belongs_is_no_answer(answer, question, odd):
    answer({"id": "O1", **dict.fromkeys(FIELDS, odd)})
    with pytest.raises(NoAnswer):
        QUESTIONS[question]()


@pytest.mark.parametrize(
    "capture",
    [
        {"status": "COMPLETED"},
        {"id": ["C1"], "status": "COMPLETED"},
        {"id": "C1", "status": ["COMPLETED"]},
        {"id": "C1", "status": "COMPLETED", "amount": "15.00"},
        {"id": "C1", "status": "COMPLETED", "custom_id": ["u1:p1"]},
        "C1",
        None,
    ],
)
def test_a_payment_in_another_form_is_no_answer(answer, capture):
    """Without its name nothing could ever be sent back of it."""
    unit = {"custom_id": "u1:p1", "payments": {"captures": [capture]}}
    answer({"id": "O1", "status": "COMPLETED", "purchase_units": [unit]})
    with pytest.raises(NoAnswer):
        PayPal().fetch_payment("order:O1")


def test_the_log_names_what_kind_of_form_it_was(answer, caplog):
    answer({"id": "O1", "purchase_units": ["payer@example.com"]})
    with pytest.raises(NoAnswer):
        PayPal().fetch_payment("order:O1")
    [record] = [each for each in caplog.records if each.name == "billing.paypal"]
    assert record.getMessage() == "paypal's answer has another form"
    assert (record.levelname, record.error) == ("WARNING", "TypeError")
    assert "payer@example.com" not in str(vars(record))


def test_an_order_of_somebody_else_is_no_payment_of_ours(answer):
    for unit in ({}, {"custom_id": ""}, {"custom_id": "another business"}):
        answer({"id": "O1", "status": "COMPLETED", "purchase_units": [unit]})
        assert PayPal().fetch_payment("order:O1") is None


@pytest.mark.parametrize("odd", [{}, {"status": "PAYER_ACTION_REQUIRED"}])
def test_a_top_up_whose_order_has_no_name_is_unknown(alice, sandbox, monkeypatch, odd):
    with monkeypatch.context() as patched:
        patched.setattr(paypal_orders, "call", lambda *asked, **more: odd)
        with pytest.raises(NoAnswer):
            start(alice)
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.UNKNOWN


@pytest.mark.parametrize("odd", [{}, {"id": "O1"}, {"id": "O1", "purchase_units": [None]}])
def test_it_is_not_given_up_for_an_odd_answer(alice, sandbox, ahead, monkeypatch, odd):
    payment = agreed(alice)
    ahead(hours=2)
    with monkeypatch.context() as patched:
        patched.setattr(paypal_orders, "call", lambda *asked, **more: odd)
        with pytest.raises(NoAnswer):
            check(payment)
    assert now(payment).status is PaymentStatus.CREATED
    assert check(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_a_webhook_waits_for_an_answer_that_can_be_read(alice, sandbox, monkeypatch):
    payment = agreed(alice)
    [approval] = told(sandbox)
    with monkeypatch.context() as patched:
        patched.setattr(paypal_orders, "call", lambda *asked, **more: {})
        assert deliver(Client(), sandbox, approval).status_code == 503
    assert InboxRepository().find("paypal", approval["id"]).status == "failed"
    assert deliver(Client(), sandbox, approval).status_code == 200
    assert now(payment).status is PaymentStatus.SETTLED
