"""Stripe's objects: named by their kind, told of by events."""

import secrets
from typing import Any

from billing.sandbox.state import State, Wire, public
from billing.sandbox.stripe.wire import missing

API_VERSION = "2026-10-28.endive"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
KINDS = {  # of an object, by the beginning of its name
    "cus": "customer",
    "cs": "checkout.session",
    "pi": "payment_intent",
    "seti": "setup_intent",
    "pm": "payment_method",
    "ch": "charge",
    "txn": "balance_transaction",
    "re": "refund",
    "du": "dispute",
    "evt": "event",
}
NO_MODE = ("refund", "balance_transaction")  # these do not say `livemode`


def add(state: State, prefix: str, /, **values: Any) -> Wire:
    name = f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(24))}"
    kind = KINDS[prefix.partition("_")[0]]
    mode = {} if kind in NO_MODE else {"livemode": False}
    return state.put(name, kind, created=state.now(), **values, **mode)


def get(state: State, name: str, kind: str, *, param: str = "") -> Wire:
    """Raises Refused (resource_missing); `param` is what named it, if not the path."""
    thing = state.find(name)
    if thing is None or thing["object"] != kind:
        raise missing(kind, name, param=param)
    return thing


def emit(state: State, kind: str, thing: Wire) -> None:
    """An event, to be delivered until our site takes it."""
    data = {"object": public(thing)}
    pending = state.take_delivery()
    add(state, "evt", type=kind, api_version=API_VERSION, data=data, pending_webhooks=pending)
