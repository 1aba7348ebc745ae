"""PayPal's objects: what the sandbox keeps of each; its module shows it as PayPal would. Events
tell of them."""

import secrets
import string
from typing import Any

from billing.sandbox.paypal.wire import link, missing, timestamp
from billing.sandbox.state import State, Wire

LETTERS = string.ascii_uppercase + string.digits
ACCESS, KEY, EVENT = "paypal.access", "paypal.key", "paypal.event"
ORDER, CAPTURE, REFUND = "paypal.order", "paypal.capture", "paypal.refund"
DISPUTE, SETUP, TOKEN = "paypal.dispute", "paypal.setup", "paypal.token"
ENTRY = "paypal.entry"
KINDS = frozenset((ACCESS, KEY, EVENT, ORDER, CAPTURE, REFUND, DISPUTE, SETUP, TOKEN, ENTRY))


def name(length: int = 17) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def add(state: State, kind: str, /, *, called: str = "", **values: Any) -> Wire:
    return state.put(called or name(), kind, created=state.now(), updated=state.now(), **values)


def get(state: State, called: str, kind: str) -> Wire:
    """Raises Refused (RESOURCE_NOT_FOUND)."""
    thing = state.find(called)
    if thing is None or thing["object"] != kind:
        raise missing()
    return thing


def change(state: State, thing: Wire, **values: Any) -> None:
    thing.update(values, updated=state.now())


def of(state: State, kind: str, **values: Any) -> list[Wire]:
    """Those with these values, newest first."""
    found = state.all(kind)
    return [thing for thing in found if all(thing.get(key) == values[key] for key in values)]


def emit(state: State, kind: str, about: str, resource: Wire, *, summary: str) -> None:
    """An event, to be delivered until our site takes it. `about` is its resource's type, with the
    version behind a space where it has one."""
    called = f"WH-{name()}-{name()}"
    path = f"/v1/notifications/webhooks-events/{called}"
    resource_type, _, version = about.partition(" ")
    body = {
        "id": called,
        "event_version": "1.0",
        "create_time": f"{timestamp(state.now())[:-1]}.{secrets.randbelow(1000):03}Z",
        "resource_type": resource_type,
        **({"resource_version": version} if version else {}),
        "event_type": kind,
        "summary": summary,
        "resource": resource,
        "links": [link("self", path), link("resend", f"{path}/resend", "POST")],
    }
    pending = state.take_delivery()
    add(state, EVENT, called=called, body=body, type=kind, pending_webhooks=pending)
