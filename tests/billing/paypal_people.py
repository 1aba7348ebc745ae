"""What people do at PayPal's pages, and what our services ask its adapter for."""

from urllib.parse import parse_qs, urlsplit

from django.urls import reverse

from billing import services as billing
from billing.providers.messages import Lost, Person
from billing.providers.paypal import PayPal
from billing.sandbox.control import control as do_control
from billing.sandbox.paypal.objects import CAPTURE, EVENT, ORDER, TOKEN
from core import clock
from core.actor import Actor
from tests.billing import orders
from tests.billing.payer import agree

WEBHOOKS = "/billing/webhooks/paypal/"
BACK = {"return_url": "http://testserver/a?provider=paypal", "cancel_url": "http://testserver/b"}
CHARGED_ORDERS = "/paypal/v2/checkout/orders"


def person(user_sub="u1"):
    alice = Person(user_sub=user_sub, email="alice@example.com", name="Alice")
    return Person(
        user_sub=user_sub,
        email=alice.email,
        name=alice.name,
        customer=PayPal().create_customer(alice),
    )


def a_top_up(**changed):
    return orders.top_up_of(person(), **changed)


def approved(account="pays", **changed):
    """(top-up, ref) of one whose payer agreed."""
    top_up = a_top_up(**changed)
    redirect = PayPal().start_top_up(top_up)
    agree(redirect.url, account)
    return top_up, redirect.ref


def paid(account="pays", **changed):
    """The report of one that was captured."""
    top_up, ref = approved(account, **changed)
    return PayPal().capture(ref, top_up.payment_id)


def saved(account="pays", user_sub="u1"):
    """The ref of an account that was saved without paying."""
    redirect = PayPal().start_save_method(person(user_sub), currency="USD", **BACK)
    _, _, location = agree(redirect.url, account)
    return PayPal().fetch_saved_method(visit_in(location)).method.provider_ref


def charge_of(method_ref, user_sub="u1", **changed):
    return orders.charge_of(person(user_sub), method_ref, **changed)


def lost(order, sent_at=None):
    at = sent_at or clock.now()
    return Lost(
        payment_id=order.payment_id,
        user_sub=order.person.user_sub,
        customer=order.person.customer,
        amount=order.amount,
        currency=order.currency,
        ids={},
        sent_from=at,
        sent_until=at,
    )


def start(user, *, save_method=False, key="", amount=1500):
    return billing.start_top_up(
        user_sub=user.user_sub,
        amount=amount,
        provider="paypal",
        save_method=save_method,
        idempotency_key=key,
        actor=Actor(user.user_sub),
    )


def agreed(user, account="pays", **more):
    payment, url = start(user, **more)
    agree(url, account)
    return payment


def come_back(payment):
    return billing.refresh_payment(
        user_sub=payment.user_sub,
        payment_id=payment.payment_intent_id,
        actor=Actor(payment.user_sub),
    ).status


def visit_in(location):
    return parse_qs(urlsplit(location).query)[PayPal().visit_parameter][0]


def name_in(ref):
    return ref.partition(":")[2]


def control(sandbox, path, **values):
    """What PayPal's staff, a bank or bad luck would do."""
    return do_control(sandbox.state, sandbox.plays, sandbox.faults, path, values)


def captures(sandbox, *statuses):
    found = sandbox.state.all(CAPTURE)
    return [one for one in found if not statuses or one["status"] in statuses]


def made_orders(sandbox):
    return sandbox.state.all(ORDER)


def tokens(sandbox):
    return sandbox.state.all(TOKEN)


def told(sandbox, *types):
    """Events, oldest first."""
    found = list(reversed(sandbox.state.all(EVENT)))
    return [event for event in found if not types or event["type"] in types]


def deliver(client, sandbox, event):
    """Post one event to our site as the sandbox signs it."""
    posted = sandbox.delivery.posted(event)
    return client.post(
        WEBHOOKS,
        posted.body,
        content_type="application/json",
        headers={name: value for name, value in posted.headers.items() if name != "Content-Type"},
    )


def deliver_all(client, sandbox):
    return [deliver(client, sandbox, event).status_code for event in told(sandbox)]


def return_path(payment):
    return reverse("billing:payment_return", args=[payment.payment_intent_id])
