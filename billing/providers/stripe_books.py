"""Stripe's own books: the lines of its balance that tell of a charge, a refund or a dispute."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from billing.providers.messages import Entry, EntryKind, Event, EventKind
from billing.providers.stripe_client import access, every
from billing.providers.stripe_facts import fee_of, from_wire
from core import clock

# By what a line's source is: fees, payouts and transfers between accounts are nobody's payment.
_KINDS = {
    "charge": (EntryKind.PAYMENT, EventKind.PAYMENT),
    "refund": (EntryKind.REFUND, EventKind.REFUND),
    "dispute": (EntryKind.DISPUTE, EventKind.DISPUTE),
}


def entries(start: datetime, end: datetime) -> Iterator[Entry]:
    """Oldest first; Stripe lists the newest first."""
    lines = every(
        lambda client, params, options: client.v1.balance_transactions.list(params, options),
        created={"gte": int(start.timestamp()), "lt": int(end.timestamp())},
        expand=["data.source"],
    )
    livemode = access().livemode
    found = [_entry(line, line["source"], livemode=livemode) for line in lines if _is_ours(line)]
    yield from reversed(found)


def _is_ours(line: dict[str, Any]) -> bool:
    source = line["source"]
    return isinstance(source, dict) and source["object"] in _KINDS


def _entry(line: dict[str, Any], source: dict[str, Any], *, livemode: bool) -> Entry:
    kind, handled_as = _KINDS[source["object"]]
    payment_ref = source.get("payment_intent") or source.get("charge") or source["id"]
    ref = payment_ref if kind is EntryKind.PAYMENT else source["id"]
    currency = str(source["currency"]).upper()
    return Entry(
        kind=kind,
        ref=ref,
        payment_ref=payment_ref,
        amount=_amount(line, source, currency),
        currency=currency,
        at=clock.from_epoch(line["created"]),
        fee=fee_of([line], currency),
        event=Event(
            id=line["id"],
            type=line["object"],
            kind=handled_as,
            livemode=livemode,
            ref=ref,
        ),
    )


def _amount(line: dict[str, Any], source: dict[str, Any], currency: str) -> int:
    """As it was paid: a balance in another currency has the amount in that one."""
    if line["currency"].upper() == currency:
        whole = from_wire(abs(line["amount"]), currency)
    else:
        whole = from_wire(source["amount"], currency)
    return -whole if line["amount"] < 0 else whole
