"""Refunds and disputes as the tables of staff show them."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from billing import services, wording
from billing.items import Dispute, Refund
from core.money import format_money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    id: str
    note: str
    at: datetime
    status: str
    tone: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """`evidence` is where it is answered, at the provider; `due_at` is None where nobody waits."""

    id: str
    url: str
    note: str
    at: datetime
    due_at: datetime | None
    status: str
    tone: str
    amount: str
    evidence: str


def refund_row(refund: Refund) -> RefundRow:
    status, tone = wording.REFUND_STATUSES[refund.status]
    notes = [refund.reason, refund.failure_code, refund.provider_ref]
    return RefundRow(
        id=refund.refund_id,
        note=" · ".join(note for note in notes if note),
        at=refund.created_at,
        status=str(status),
        tone=tone,
        amount=format_money(refund.amount, refund.currency),
    )


def dispute_row(dispute: Dispute) -> DisputeRow:
    status, tone = wording.DISPUTE_STATUSES[dispute.status]
    notes = [wording.provider_label(dispute.provider), dispute.reason, dispute.provider_ref]
    place = [dispute.user_sub, dispute.payment_intent_id]
    return DisputeRow(
        id=dispute.dispute_id,
        url=reverse("billing:staff_payment", args=place),
        note=" · ".join(note for note in notes if note),
        at=dispute.created_at,
        due_at=dispute.due_at if dispute.is_pending else None,
        status=str(status),
        tone=tone,
        amount=format_money(dispute.amount, dispute.currency),
        evidence=services.dashboard_of(dispute),
    )
