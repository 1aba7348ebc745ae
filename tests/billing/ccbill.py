"""What people do by CCBill, from our services to its sandbox and back."""

import json
from urllib.parse import urlencode

from billing import services as billing
from billing.items import PaymentStatus
from billing.sandbox import access
from billing.sandbox.ccbill import acts
from billing.sandbox.ccbill.webhooks import path
from core.actor import Actor
from tests.billing.flexforms import deliver, pay, told
from tests.billing.lives import now, purse


def start(user, amount=1500, **more):
    """The payment and the address of its form."""
    return billing.start_top_up(
        user_sub=user.user_sub,
        amount=amount,
        provider="ccbill",
        actor=Actor(user.user_sub),
        **{"save_method": False, **more},
    )


def hear(client, sandbox):
    """What CCBill told so far, all of it once more: the statuses of our answers."""
    return [deliver(client, event).status_code for event in told(sandbox)]


def paid(user, client, sandbox, card="pays", **more):
    """A top-up that was paid, told of and settled."""
    payment, url = start(user, **more)
    assert pay(url, card)[0] == 303
    assert {*hear(client, sandbox)} == {200}
    return now(payment)


def buy(user, sandbox):
    """What was paid and CCBill has to tell: the payment, and the body of the webhook."""
    payment, url = start(user)
    pay(url)
    [event] = told(sandbox)
    return payment, event["body"]


def is_untouched(user, payment):
    return purse(user) == (0, 0, 0) and now(payment).status is PaymentStatus.CREATED


def subscription_of(payment):
    return payment.provider_ids["intent"].removeprefix("subscription:")


def act(sandbox, name, payment, **params):
    """What staff of CCBill and banks do with a sale."""
    with sandbox.state.lock:
        acts.ACTS["payments", name](sandbox.state, subscription_of(payment), params)


def send(client, body, *, event_type="NewSaleSuccess", where=None, query=(), **extra):
    """A webhook whose body a test has written."""
    named = {
        "clientAccnum": access.CCBILL_ACCOUNT,
        "clientSubacc": access.CCBILL_SUBACCOUNT,
        "eventType": event_type,
        "eventGroupType": "Subscription",
        **dict(query),
    }
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    extra = {"content_type": "application/json", **extra}
    return client.post(f"{where or path()}?{urlencode(named)}", text, **extra)
