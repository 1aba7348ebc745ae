"""A day by our own rows."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from billing.items import Dispute, Payment, ProviderName, Refund
from billing.repository import PersonRepository, to_dispute, to_payment, to_refund
from dynamo.table import Item

MARGIN = timedelta(hours=1)  # clocks differ, and we hear of things later than they happen

Row = Payment | Refund | Dispute

_people = PersonRepository()


def moment_of(row: Row) -> datetime | None:
    """When its money moved, as its provider says it, else as we heard of it."""
    match row:
        case Payment():
            return row.moved_at or row.settled_at
        case Refund():
            return row.moved_at or row.updated_at
        case Dispute():
            return row.moved_at or row.created_at


@dataclass(frozen=True, slots=True)
class Span:
    start: datetime
    end: datetime

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment < self.end

    @property
    def with_margin(self) -> "Span":
        return Span(self.start - MARGIN, self.end + MARGIN)


@dataclass(slots=True)
class Rows:
    """Of one provider and time, those that its entries name, and those that are not over."""

    payments: list[Payment] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)

    @classmethod
    def read(cls, provider: ProviderName, span: Span, refs: Set[str]) -> "Rows":
        """Reads the whole table: for commands only."""
        rows = cls()
        for item in _people.all_rows():
            rows._take(item, provider, span, refs)
        rows.payments.sort(key=lambda each: each.payment_intent_id)
        rows.refunds.sort(key=lambda each: (each.created_at, each.refund_id))
        rows.disputes.sort(key=lambda each: each.dispute_id)
        return rows

    def _take(self, item: Item, provider: ProviderName, span: Span, refs: Set[str]) -> None:
        match item["sk"].split("#"):
            case ["PAY", _]:
                payment = to_payment(item)
                is_ours = payment.provider == provider and span.holds(moment_of(payment))
                if is_ours or not refs.isdisjoint(payment.provider_ids.values()):
                    self.payments.append(payment)
            case ["PAYX", _, "RF", _]:
                refund = to_refund(item)
                is_ours = refund.provider == provider and span.holds(moment_of(refund))
                if is_ours or refund.provider_ref in refs:
                    self.refunds.append(refund)
            case ["PAYX", _, "DP", _]:
                dispute = to_dispute(item)
                is_ours = dispute.provider == provider and (
                    dispute.is_pending or span.holds(moment_of(dispute))
                )
                if is_ours or dispute.provider_ref in refs:
                    self.disputes.append(dispute)
