"""Top-ups from the service to PayPal's page and back, webhooks included."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from alerts.items import AlertKind
from billing import services as billing
from billing.errors import PaymentMismatch
from billing.items import InboxStatus, PaymentStatus
from billing.providers.errors import NoAnswer
from billing.repository import InboxRepository
from billing.sandbox.faults import Fault
from core.actor import Actor
from tests.accounts.approving import kinds
from tests.billing import books, forging, payer
from tests.billing.lives import check, now, purse
from tests.billing.payer import agree
from tests.billing.paypal_people import (
    CHARGED_ORDERS,
    WEBHOOKS,
    agreed,
    captures,
    come_back,
    control,
    deliver,
    deliver_all,
    made_orders,
    name_in,
    return_path,
    start,
    tokens,
    told,
)

pytestmark = pytest.mark.usefixtures("sandbox")
NOTHING = (0, 0, 0)


def status_of(event):
    return InboxRepository().find("paypal", event["id"]).status


def named(payment):
    return {
        "user_sub": payment.user_sub,
        "payment_id": payment.payment_intent_id,
        "actor": Actor(payment.user_sub),
    }


def test_who_comes_back_has_paid(alice, sandbox):
    payment = agreed(alice)
    assert purse(alice) == NOTHING
    assert come_back(payment) is PaymentStatus.SETTLED
    assert come_back(payment) is PaymentStatus.SETTLED
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert (purse(alice), now(payment).fee) == ((1500, 0, 0), 101)
    assert len(captures(sandbox)) == 1
    assert books.problems() == []


def test_who_never_comes_back_has_paid_by_the_webhook_alone(alice, sandbox):
    payment = agreed(alice)
    [approval] = told(sandbox, "CHECKOUT.ORDER.APPROVED")
    assert [deliver(Client(), sandbox, approval).status_code for _ in range(2)] == [200, 200]
    assert (purse(alice), now(payment).status) == ((1500, 0, 0), PaymentStatus.SETTLED)
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert len(captures(sandbox)) == 1
    assert books.problems() == []


def test_who_is_forgotten_by_every_webhook_has_paid_by_the_sweeper(alice, sandbox):
    payment = agreed(alice)
    assert check(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)


def test_webhooks_in_any_order_credit_once(alice, sandbox):
    agreed(alice)
    deliver_all(Client(), sandbox)
    for event in reversed(told(sandbox)):
        assert deliver(Client(), sandbox, event).status_code == 200
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_the_same_key_is_the_same_page(alice, sandbox):
    assert start(alice, key="k1")[1] == start(alice, key="k1")[1]
    assert len(made_orders(sandbox)) == 1


def test_a_declined_account_leaves_it_open_for_another(alice, sandbox):
    payment = agreed(alice, "declined")
    assert come_back(payment) is PaymentStatus.CREATED
    assert purse(alice) == NOTHING
    assert now(payment).failure_code == "INSTRUMENT_DECLINED"
    url = billing.continue_payment(**named(payment))
    assert now(payment).failure_code == ""  # another try
    agree(url, "pays")
    assert come_back(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)


@pytest.mark.parametrize(
    "code",
    [
        "TRANSACTION_REFUSED",
        "PAYER_CANNOT_PAY",
        "PAYER_ACCOUNT_RESTRICTED",
        "COMPLIANCE_VIOLATION",
        "PAYEE_ACCOUNT_RESTRICTED",
        "WHAT_NOBODY_HEARD_OF",
    ],
)
def test_whatever_paypal_refuses_to_take_leaves_it_open_for_another(alice, sandbox, code):
    payment = agreed(alice)
    control(sandbox, "outcomes", outcome="declined", code=code, times=2)
    assert come_back(payment) is PaymentStatus.CREATED
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert (now(payment).failure_code, purse(alice)) == (code, NOTHING)
    agree(billing.continue_payment(**named(payment)), "pays")
    assert come_back(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)


@pytest.mark.parametrize("code", ["MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED", "ORDER_EXPIRED"])
def test_what_can_never_be_paid_any_more_has_failed(alice, sandbox, code):
    payment = agreed(alice)
    control(sandbox, "outcomes", outcome="declined", code=code, times=9)
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert come_back(payment) is PaymentStatus.FAILED
    assert (now(payment).failure_code, purse(alice)) == (code, NOTHING)
    assert kinds(alice).count(AlertKind.PAYMENT_FAILED) == 1


def test_what_is_refused_for_two_hours_is_given_up(alice, sandbox, ahead):
    payment = agreed(alice)
    control(sandbox, "outcomes", outcome="declined", code="PAYER_CANNOT_PAY", times=9)
    assert check(payment) is PaymentStatus.CREATED
    ahead(minutes=121)
    assert check(payment) is PaymentStatus.CANCELED
    assert captures(sandbox) == []


def test_who_comes_back_declined_reads_why_and_how_to_go_on(alice, client_for, sandbox):
    payment = agreed(alice, "declined")
    answer = client_for(alice).get(return_path(payment), follow=True)
    assert answer.redirect_chain == [(return_path(payment).removesuffix("return/"), 302)]
    text = answer.content.decode()
    assert "PayPal could not take the money" in text
    assert "Choose another one in PayPal" in text
    assert "Pay with PayPal…" in text
    assert "Nothing was charged yet." in text
    assert purse(alice) == NOTHING


def test_silence_leaves_it_unknown_and_a_repeat_goes_on_with_it(alice, sandbox):
    sandbox.faults.plan(Fault.LOST, path=CHARGED_ORDERS, times=2)
    with pytest.raises(NoAnswer):
        start(alice, key="k1")
    [payment] = billing.list_payments(alice.user_sub).items
    assert payment.status is PaymentStatus.UNKNOWN
    again, url = start(alice, key="k1")
    agree(url)
    assert come_back(again) is PaymentStatus.SETTLED
    assert len(made_orders(sandbox)) == 1


def test_who_is_declined_after_a_silence_reads_why_and_pays_on(alice, client_for, sandbox):
    sandbox.faults.plan(Fault.LOST, path=CHARGED_ORDERS, times=2)
    with pytest.raises(NoAnswer):
        start(alice, key="k1")
    payment, url = start(alice, key="k1")
    agree(url, "declined")
    text = client_for(alice).get(return_path(payment), follow=True).content.decode()
    assert "PayPal could not take the money" in text
    assert "Pay with PayPal…" in text
    assert "did not answer" not in text
    agree(billing.continue_payment(**named(payment)), "pays")
    assert come_back(payment) is PaymentStatus.SETTLED
    assert purse(alice) == (1500, 0, 0)


@pytest.mark.parametrize("fault", [Fault.AFTER, Fault.LOST])
def test_silence_while_it_is_taken_is_asked_about(alice, sandbox, fault):
    payment = agreed(alice)
    path = f"{CHARGED_ORDERS}/{made_orders(sandbox)[0]['id']}/capture"
    sandbox.faults.plan(fault, path=path, times=1 if fault is Fault.AFTER else 2)
    assert come_back(payment) is PaymentStatus.CREATED
    assert purse(alice) == NOTHING
    assert come_back(payment) is PaymentStatus.SETTLED
    assert len(captures(sandbox)) == 1


def test_a_purchase_may_save_the_account(alice, sandbox):
    payment = agreed(alice, save_method=True)
    assert come_back(payment) is PaymentStatus.SETTLED
    [method] = billing.list_methods(alice.user_sub)
    [token] = tokens(sandbox)
    assert (method.type, method.provider_ref) == ("paypal", f"token:{token['id']}")
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert len(billing.list_methods(alice.user_sub)) == 1


def test_one_that_is_saved_later_is_saved_by_its_webhook(alice, sandbox):
    payment = agreed(alice, "saves-late", save_method=True)
    come_back(payment)
    assert billing.list_methods(alice.user_sub) == []
    control(sandbox, "clock", advance=60)
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert [each.type for each in billing.list_methods(alice.user_sub)] == ["paypal"]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"amount": 1},
        {"currency": "EUR"},
        {"custom_id": "{bob}:{payment}"},
        {"custom_id": "{alice}:01K0000000000000000000000A"},
    ],
)
@pytest.mark.parametrize("captured", [False, True])
def test_spoilt_facts_move_nothing_and_are_told(alice, bob, sandbox, spoilt, captured):
    payment = agreed(alice)
    if captured:
        payer.Api().capture(made_orders(sandbox)[0]["id"])
    names = {"alice": alice.user_sub, "bob": bob.user_sub, "payment": payment.payment_intent_id}
    for thing in [*made_orders(sandbox), *captures(sandbox)]:
        for key, value in spoilt.items():
            thing[key] = value.format(**names) if isinstance(value, str) else value
    for _ in range(2):
        with pytest.raises(PaymentMismatch):
            check(payment)
    # One that names a payment that is not there may be too early, and is sent again.
    assert {*deliver_all(Client(), sandbox)} == ({503} if "custom_id" in spoilt else {200})
    assert (purse(alice), purse(bob)) == (NOTHING, NOTHING)
    assert now(payment).is_open
    assert len(captures(sandbox)) == captured
    assert kinds(alice).count(AlertKind.PAYMENT_MISMATCH) == 1
    assert kinds(bob).count(AlertKind.PAYMENT_MISMATCH) == 0


@pytest.mark.engine
def test_a_return_a_sweeper_and_webhooks_at_once_take_it_once(alice, sandbox):
    payment = agreed(alice)
    [approval] = told(sandbox)
    ways = [
        lambda: come_back(payment),
        lambda: check(payment),
        lambda: deliver(Client(), sandbox, approval),
        lambda: deliver(Client(), sandbox, approval),
    ]

    def go(way):
        with suppress(NoAnswer):  # another one took it meanwhile
            way()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(go, ways))
    assert come_back(payment) is PaymentStatus.SETTLED
    assert {*deliver_all(Client(), sandbox)} == {200}
    assert len(captures(sandbox)) == 1
    assert purse(alice) == (1500, 0, 0)
    assert books.problems() == []


def test_a_second_body_with_the_same_checksum_moves_no_money(alice, bob, sandbox):
    """Bob has one genuine delivery, and makes another of it that speaks of his unpaid order."""
    settled = agreed(alice)
    come_back(settled)
    unpaid, url = start(bob, amount=2000)
    order = parse_qs(urlsplit(url).query)["token"][0]
    [genuine] = told(sandbox, "PAYMENT.CAPTURE.COMPLETED")
    posted = sandbox.delivery.posted(genuine)
    headers = {name: value for name, value in posted.headers.items() if name != "Content-Type"}
    before = purse(alice), len(books.rows())
    for kind, name in (
        ("CHECKOUT.ORDER.COMPLETED", order),
        ("PAYMENT.CAPTURE.COMPLETED", order),
        ("PAYMENT.CAPTURE.COMPLETED", "3C679366HH908993F"),
    ):
        money = {"currency_code": "USD", "value": "9999.00"}
        resource = {
            "id": name,
            "status": "COMPLETED",
            "amount": money,
            "custom_id": f"{bob.user_sub}:{unpaid.payment_intent_id}",
        }
        event = {"id": f"WH-{kind}-{name}".replace(".", "-"), "event_type": kind}
        forged = forging.with_the_crc_of(posted.body, {**event, "resource": resource})
        assert json.loads(forged)["resource"]["amount"] == money
        answer = Client().post(WEBHOOKS, forged, content_type="application/json", headers=headers)
        assert answer.status_code == 200
        assert status_of(event) in (InboxStatus.PROCESSED, InboxStatus.REFUSED)
    assert purse(bob) == NOTHING
    assert now(unpaid).is_open
    assert purse(alice) == before[0]
    assert len(books.rows()) == before[1] + 3  # the rows of the inbox
    assert books.problems() == []


def test_a_webhook_that_is_not_signed_leaves_no_trace(alice, sandbox):
    agreed(alice)
    [event] = told(sandbox)
    posted = sandbox.delivery.posted(event)
    before = len(books.rows())
    answer = Client().post(WEBHOOKS, posted.body, content_type="application/json")
    assert answer.status_code == 400
    assert len(books.rows()) == before
    assert captures(sandbox) == []


def test_a_webhook_whose_certificate_cannot_be_fetched_is_sent_again(alice, sandbox):
    agreed(alice)
    [event] = told(sandbox)
    url = sandbox.delivery.posted(event).headers["PAYPAL-CERT-URL"]
    sandbox.faults.plan(Fault.BEFORE, path=urlsplit(url).path, method="GET")
    assert deliver(Client(), sandbox, event).status_code == 503
    assert purse(alice) == NOTHING
    assert deliver(Client(), sandbox, event).status_code == 200
    assert purse(alice) == (1500, 0, 0)


def test_staff_find_it_by_what_paypal_shows(alice, sandbox):
    payment = agreed(alice)
    come_back(payment)
    [capture] = captures(sandbox)
    for name in (capture["id"], capture["order"], f"order:{capture['order']}"):
        found = billing.search_payment(name)
        assert found.payment_intent_id == payment.payment_intent_id
    assert billing.dashboard_of(now(payment)).endswith(f"#{capture['order']}")
    assert name_in(now(payment).provider_ids["intent"]) == capture["id"]
