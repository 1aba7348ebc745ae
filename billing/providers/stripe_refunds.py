"""Refunds at Stripe: one of ours carries our id in its metadata."""

from typing import Any

from billing.providers.errors import ProviderRefused
from billing.providers.messages import RefundOrder, RefundOutcome, RefundReport
from billing.providers.stripe_client import call, every
from billing.providers.stripe_facts import from_wire, to_wire

NAMES = ("re_", "pyr_")
REASONS = ("duplicate", "fraudulent", "requested_by_customer")
# A refund does not say whether its money is real; the charge that it is of does.
_EXPANDED = ["charge"]
_OUTCOMES = {
    "pending": RefundOutcome.PENDING,
    "requires_action": RefundOutcome.PENDING,
    "succeeded": RefundOutcome.SUCCEEDED,
    "failed": RefundOutcome.FAILED,
    "canceled": RefundOutcome.FAILED,
}


def refund(order: RefundOrder) -> RefundReport:
    """Looked for first: a key is forgotten after a day, and an error of Stripe's is repeated."""
    payment = _payment_of(order)
    if not payment:
        raise ProviderRefused(reason="payment_unknown")
    if found := find(order):
        return found
    params: Any = {
        **payment,
        "amount": to_wire(order.amount, order.currency),
        "reason": order.reason if order.reason in REASONS else "requested_by_customer",
        "metadata": {
            "refund_id": order.refund_id,
            "payment_id": order.payment_id,
            "user_sub": order.user_sub,
        },
        "expand": _EXPANDED,
    }
    made = call(
        lambda client, options: client.v1.refunds.create(params, options),
        key=f"refund:{order.refund_id}",
    )
    return _report(made)


def fetch(ref: str) -> RefundReport | None:
    """Raises NotThere."""
    if not ref.startswith(NAMES):
        return None
    found = call(
        lambda client, options: client.v1.refunds.retrieve(ref, {"expand": _EXPANDED}, options)
    )
    return _report(found) if found["charge"] else None


def find(order: RefundOrder) -> RefundReport | None:
    """None also for a payment that is not known there: nothing of it can have gone back."""
    payment = _payment_of(order)
    if not payment:
        return None
    told = every(
        lambda client, params, options: client.v1.refunds.list(params, options),
        **payment,
        expand=[f"data.{name}" for name in _EXPANDED],
    )
    found = (refund for refund in told if _our_id(refund) == order.refund_id)
    return next((_report(refund) for refund in found), None)


def _payment_of(order: RefundOrder) -> dict[str, str]:
    """{} when we know no payment there that was made."""
    refs = order.payment_refs
    if "intent" in refs:
        return {"payment_intent": refs["intent"]}
    return {"charge": refs["charge"]} if "charge" in refs else {}


def _our_id(refund: dict[str, Any]) -> str:
    return str((refund.get("metadata") or {}).get("refund_id") or "")


def _report(refund: dict[str, Any]) -> RefundReport:
    currency = str(refund["currency"]).upper()
    outcome = _OUTCOMES.get(refund["status"], RefundOutcome.PENDING)
    failed = outcome is RefundOutcome.FAILED
    return RefundReport(
        ref=refund["id"],
        payment_ref=refund.get("payment_intent") or refund["charge"]["id"],
        outcome=outcome,
        amount=from_wire(refund["amount"], currency),
        currency=currency,
        livemode=refund["charge"]["livemode"],
        refund_id=_our_id(refund),
        failure_code=(refund.get("failure_reason") or refund["status"]) if failed else "",
    )
