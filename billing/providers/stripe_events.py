"""Stripe's events: only which thing each tells of, as the thing itself is fetched afresh."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from billing.providers.base import understood
from billing.providers.errors import MalformedEvent
from billing.providers.messages import Event, EventKind
from billing.providers.stripe_client import every

# At most 20: Stripe lists no more types at once. `charge.refunded` names no refund, and the
# refund tells of itself.
KINDS = {
    "payment_intent.succeeded": EventKind.PAYMENT,
    "payment_intent.processing": EventKind.PAYMENT,
    "payment_intent.payment_failed": EventKind.PAYMENT,
    "payment_intent.canceled": EventKind.PAYMENT,
    "checkout.session.completed": EventKind.PAYMENT,
    "checkout.session.expired": EventKind.PAYMENT,
    "checkout.session.async_payment_succeeded": EventKind.PAYMENT,
    "checkout.session.async_payment_failed": EventKind.PAYMENT,
    "refund.created": EventKind.REFUND,
    "refund.updated": EventKind.REFUND,
    "refund.failed": EventKind.REFUND,
    "charge.dispute.created": EventKind.DISPUTE,
    "charge.dispute.updated": EventKind.DISPUTE,
    "charge.dispute.closed": EventKind.DISPUTE,
    "charge.dispute.funds_withdrawn": EventKind.DISPUTE,
    "charge.dispute.funds_reinstated": EventKind.DISPUTE,
    "payment_method.updated": EventKind.METHOD,
    "payment_method.automatically_updated": EventKind.METHOD,
    "payment_method.detached": EventKind.METHOD,
}
_TYPE = re.compile(r"[a-z0-9._]{1,255}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_]{1,255}", re.ASCII)


def event_of(body: bytes) -> Event:
    """Raises MalformedEvent."""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedEvent from error
    return _event(event)


def missed(since: datetime) -> Iterator[Event]:
    """Oldest first; Stripe keeps 30 days and lists the newest first."""
    told = every(
        lambda client, params, options: client.v1.events.list(params, options),
        created={"gte": int(since.timestamp())},
        types=list(KINDS),
    )
    yield from reversed([*understood(_event, told)])


def _event(event: Any) -> Event:
    try:
        subject = event["data"]["object"]
        names = (event["id"], event["type"], subject.get("id") or "")
        livemode, mode = event["livemode"], subject.get("mode")
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedEvent from error
    event_id, event_type, ref = names
    well_formed = (
        isinstance(livemode, bool)
        and all(isinstance(name, str) for name in names)
        and _NAME.fullmatch(event_id)
        and (not ref or _NAME.fullmatch(ref))
        and _TYPE.fullmatch(event_type)
    )
    if not well_formed:
        raise MalformedEvent
    kind = _kind(event_type, mode)
    return Event(id=event_id, type=event_type, kind=kind, livemode=livemode, ref=ref)


def _kind(event_type: str, mode: object) -> EventKind:
    if event_type.startswith("checkout.session.") and mode == "setup":
        return EventKind.SAVED_METHOD
    return KINDS.get(event_type, EventKind.OTHER)
