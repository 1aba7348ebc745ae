"""Disputes at Stripe, in words of the product."""

from typing import Any

from billing.items import DisputeStatus
from billing.providers.messages import DisputeReport
from billing.providers.stripe_client import call
from billing.providers.stripe_facts import fee_of, from_wire
from core import clock

NAMES = ("du_", "dp_")
_STATUSES = {
    "warning_needs_response": DisputeStatus.INQUIRY,
    "warning_under_review": DisputeStatus.INQUIRY,
    "warning_closed": DisputeStatus.CLOSED,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}


def fetch(ref: str) -> DisputeReport | None:
    """Raises NotThere."""
    if not ref.startswith(NAMES):
        return None
    return _report(call(lambda client, options: client.v1.disputes.retrieve(ref, {}, options)))


def _report(dispute: dict[str, Any]) -> DisputeReport:
    """Stripe's statuses of its own steps (waiting for us, under review, appealed) are all open."""
    currency = str(dispute["currency"]).upper()
    entries = dispute.get("balance_transactions") or []
    taken = any(entry["amount"] < 0 for entry in entries)
    due_by = (dispute.get("evidence_details") or {}).get("due_by")
    return DisputeReport(
        ref=dispute["id"],
        payment_ref=dispute.get("payment_intent") or dispute["charge"],
        status=_status(dispute["status"], taken=taken),
        amount=from_wire(dispute["amount"], currency),
        currency=currency,
        livemode=dispute["livemode"],
        reason=dispute["reason"],
        taken=taken,
        fee=fee_of(entries, currency) or 0,
        due_at=clock.from_epoch(due_by) if due_by else None,
    )


def _status(told: str, *, taken: bool) -> DisputeStatus:
    if told == "prevented":  # by giving the money back at once, or before any was taken
        return DisputeStatus.LOST if taken else DisputeStatus.CLOSED
    return _STATUSES.get(told, DisputeStatus.OPEN)
