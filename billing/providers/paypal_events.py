"""PayPal's events: only which thing each tells of, as the thing itself is fetched afresh."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from billing.providers.base import understood
from billing.providers.errors import MalformedEvent
from billing.providers.messages import Event, EventKind
from billing.providers.paypal_books import stamp
from billing.providers.paypal_client import access, call
from billing.providers.paypal_facts import (
    CAPTURE,
    DISPUTE,
    ORDER,
    REFUND,
    REVERSAL,
    TOKEN,
    link_of,
    name_in,
    reading,
    ref,
)
from core import clock

EVENTS = "/v1/notifications/webhooks-events"
PAGE, MOST_PAGES = 100, 1000
# The kind of our handler, the kind of its name, and the field of the resource that holds it.
KINDS: dict[str, tuple[EventKind, str, str]] = {
    "CHECKOUT.ORDER.APPROVED": (EventKind.PAYMENT, ORDER, "id"),
    "CHECKOUT.ORDER.COMPLETED": (EventKind.PAYMENT, ORDER, "id"),
    "CHECKOUT.PAYMENT-APPROVAL.REVERSED": (EventKind.PAYMENT, ORDER, "order_id"),
    "PAYMENT.CAPTURE.COMPLETED": (EventKind.PAYMENT, CAPTURE, "id"),
    "PAYMENT.CAPTURE.PENDING": (EventKind.PAYMENT, CAPTURE, "id"),
    "PAYMENT.CAPTURE.DENIED": (EventKind.PAYMENT, CAPTURE, "id"),
    "PAYMENT.CAPTURE.DECLINED": (EventKind.PAYMENT, CAPTURE, "id"),
    "PAYMENT.CAPTURE.REFUNDED": (EventKind.REFUND, REFUND, "id"),
    "PAYMENT.CAPTURE.REVERSED": (EventKind.REFUND, REVERSAL, "id"),
    "CUSTOMER.DISPUTE.CREATED": (EventKind.DISPUTE, DISPUTE, "dispute_id"),
    "CUSTOMER.DISPUTE.UPDATED": (EventKind.DISPUTE, DISPUTE, "dispute_id"),
    "CUSTOMER.DISPUTE.RESOLVED": (EventKind.DISPUTE, DISPUTE, "dispute_id"),
    "VAULT.PAYMENT-TOKEN.CREATED": (EventKind.SAVED_METHOD, TOKEN, "id"),
    "VAULT.PAYMENT-TOKEN.DELETED": (EventKind.METHOD, TOKEN, "id"),
}
_TYPE = re.compile(r"[A-Za-z0-9._-]{1,255}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)


def event_of(body: bytes) -> Event:
    """Raises MalformedEvent."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedEvent from error
    return _event(event)


def missed(since: datetime) -> Iterator[Event]:
    """Oldest first; PayPal keeps 30 days and lists the newest first. Raises NoAnswer."""
    with reading():
        told = sorted(_listed(since), key=_made_at)
    yield from (event for event in understood(_event, told) if event.kind is not EventKind.OTHER)


def _listed(since: datetime) -> Iterator[Any]:
    """Whatever is in the list. Raises ValueError for a list without end."""
    query = {"start_time": stamp(since), "end_time": stamp(clock.now()), "page_size": PAGE}
    path = f"{EVENTS}?{urlencode(query)}"
    seen: set[str] = set()
    while path:
        if path in seen or len(seen) == MOST_PAGES:
            raise ValueError
        seen.add(path)
        page = call("GET", path)
        events = page.get("events") or []
        if not isinstance(events, list):
            raise TypeError
        yield from events
        # Its address may name another host of PayPal's than the one that we ask.
        following = link_of(page, "next") if events else ""
        path = f"{EVENTS}?{urlsplit(following).query}" if following else ""


def _made_at(event: Any) -> str:
    return str(event.get("create_time", "")) if isinstance(event, dict) else ""


def _event(event: Any) -> Event:
    try:
        event_id, event_type, resource = event["id"], event["event_type"], event["resource"]
        kind, named, field = KINDS.get(event_type, (EventKind.OTHER, "", ""))
        told = resource.get(field) or resource.get("id") if named else ""
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedEvent from error
    name = ref(named, told) if named and isinstance(told, str) else ""
    well_formed = (
        isinstance(event_id, str)
        and _ID.fullmatch(event_id)
        and isinstance(event_type, str)
        and _TYPE.fullmatch(event_type)
        and (not named or name_in(name, named))
    )
    if not well_formed:
        raise MalformedEvent
    livemode = access().livemode
    return Event(id=event_id, type=event_type, kind=kind, livemode=livemode, ref=name)
