"""Refunds at PayPal: one of ours carries our id as its custom_id."""

from billing.providers import paypal_disputes
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.messages import RefundOrder, RefundOutcome, RefundReport
from billing.providers.paypal_client import Wire, access, call
from billing.providers.paypal_facts import (
    CAPTURE,
    ORDER,
    REFUND,
    REVERSAL,
    currency_of,
    from_wire,
    link_of,
    moment_of,
    name_in,
    name_of,
    reading,
    ref,
    to_wire,
)
from billing.providers.paypal_orders import CAPTURES, order_named, order_of
from core import ids

REFUNDS = "/v2/payments/refunds"
_OUTCOMES = {
    "COMPLETED": RefundOutcome.SUCCEEDED,
    "FAILED": RefundOutcome.FAILED,
    "CANCELLED": RefundOutcome.FAILED,
}


@reading()
def refund(order: RefundOrder) -> RefundReport:
    """Looked for first: PayPal forgets a PayPal-Request-Id some day."""
    capture_id = _capture_of(order)
    if found := find(order):
        return found
    asked = {
        "amount": to_wire(order.amount, order.currency),
        "custom_id": order.refund_id,
        "invoice_id": order.refund_id,
    }
    key = f"refund:{order.refund_id}"
    made = call("POST", f"{CAPTURES}/{capture_id}/refund", asked, key=key)
    return _report(made, capture_id)


@reading()
def fetch(named: str) -> RefundReport | None:
    """Raises NotThere."""
    if refund_id := name_in(named, REFUND):
        return _report(call("GET", f"{REFUNDS}/{refund_id}"))
    if refund_id := name_in(named, REVERSAL):
        return _unless_disputed(call("GET", f"{REFUNDS}/{refund_id}"))
    return None


@reading()
def find(order: RefundOrder) -> RefundReport | None:
    """None also for a payment that is not known there: nothing of it can have gone back."""
    capture_id = name_in(order.payment_refs.get("intent", ""), CAPTURE)
    if not capture_id:
        return None
    for unit in _order_of(order, capture_id).get("purchase_units", []):
        for made in (unit.get("payments") or {}).get("refunds") or []:
            if made.get("custom_id") == order.refund_id:
                return _report(made, capture_id)
    return None


def _unless_disputed(reversal: Wire) -> RefundReport | None:
    """What PayPal took by itself. A dispute that explains it tells of the same money: while one has
    not ended, and tells of no movement, nobody knows. Raises NoAnswer."""
    report = _report(reversal)
    dispute = paypal_disputes.explaining(
        name_in(report.payment_ref, CAPTURE),
        amount=report.amount,
        at=moment_of(reversal.get("create_time")),
    )
    if dispute and not dispute.is_sure:
        raise NoAnswer
    return None if dispute else report


def _order_of(order: RefundOrder, capture_id: str) -> Wire:
    order_id = name_in(order.payment_refs.get("session", ""), ORDER)
    if not order_id:
        return order_of(call("GET", f"{CAPTURES}/{capture_id}"))
    try:
        return order_named(order_id)
    except NotThere:  # forgotten, though its payment is not
        return {}


def _capture_of(order: RefundOrder) -> str:
    """Raises ProviderRefused when we know no payment there that was made."""
    capture_id = name_in(order.payment_refs.get("intent", ""), CAPTURE)
    if not capture_id:
        raise ProviderRefused(reason="payment_unknown")
    return capture_id


def _report(refund: Wire, capture_id: str = "") -> RefundReport:
    outcome = _OUTCOMES.get(refund["status"], RefundOutcome.PENDING)
    reason = (refund.get("status_details") or {}).get("reason") or refund["status"]
    our_id = str(refund.get("custom_id") or "")
    of = link_of(refund, "up").rpartition("/")[2]
    return RefundReport(
        ref=ref(REFUND, name_of(refund["id"])),
        payment_ref=ref(CAPTURE, name_of(of or capture_id)),
        outcome=outcome,
        amount=from_wire(refund["amount"]),
        currency=currency_of(refund["amount"]),
        livemode=access().livemode,
        # One of the dashboard may carry the name of its payment instead.
        refund_id=our_id if ids.is_id(our_id) else "",
        failure_code=str(reason) if outcome is RefundOutcome.FAILED else "",
    )
