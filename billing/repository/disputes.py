"""PAYX#<payment>#DP# rows: money that the payer's bank took back, for now or for good."""

from billing.items import Dispute, DisputeStatus, Payment, ProviderName
from billing.repository.schema import (
    BILLING,
    DISPUTE,
    OPEN_DISPUTES,
    REVERSALS,
    SHAPE,
    key,
    person,
)
from core import clock
from dynamo.expressions import attr, begins_with
from dynamo.table import Item, Key, Table, Write

DISPUTE_LABEL = "billing dispute"


class DisputeRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def find(self, user_sub: str, payment_id: str, dispute_id: str) -> Dispute | None:
        item = self.table.get(_key(user_sub, payment_id, dispute_id), consistent=True)
        return to_dispute(item) if item else None

    def list_of(self, payment: Payment) -> list[Dispute]:
        """All of a payment, oldest first: there are few. Consistent."""
        sort = begins_with(f"{REVERSALS}{payment.payment_intent_id}#{DISPUTE}")
        rows = self.table.query_all(person(payment.user_sub), sort=sort, consistent=True)
        return list(map(to_dispute, rows))

    def page_of_pending(self, *, limit: int, start: Key | None) -> tuple[list[Dispute], Key | None]:
        """Of everybody, first due first; an index finds them, so the newest may be missing."""
        found = self.table.query(OPEN_DISPUTES, index="gsi1", limit=limit, start=start)
        keys = [{"pk": item["pk"], "sk": item["sk"]} for item in found.items]
        disputes = map(to_dispute, self.table.batch_get(keys, consistent=True))
        return [dispute for dispute in disputes if dispute.is_pending], found.next

    def putting(self, dispute: Dispute) -> Write:
        """The first version, or the one after that which was read. Fails under DISPUTE_LABEL when
        there is another one by now."""
        before = dispute.version - 1
        as_read = attr("version").eq(before) if before else self.table.missing()
        return self.table.putting(_to_item(dispute), condition=as_read, label=DISPUTE_LABEL)


def _key(user_sub: str, payment_id: str, dispute_id: str) -> Key:
    return key(user_sub, f"{REVERSALS}{payment_id}#{DISPUTE}{dispute_id}")


def _to_item(dispute: Dispute) -> Item:
    item: Item = {
        **_key(dispute.user_sub, dispute.payment_intent_id, dispute.dispute_id),
        "user_sub": dispute.user_sub,
        "dispute_id": dispute.dispute_id,
        "payment_intent_id": dispute.payment_intent_id,
        "provider": str(dispute.provider),
        "provider_ref": dispute.provider_ref,
        "amount": dispute.amount,
        "currency": dispute.currency,
        "status": str(dispute.status),
        "reason": dispute.reason,
        "held": dispute.held,
        "deficit": dispute.deficit,
        "fee": dispute.fee,
        "version": dispute.version,
        "created_at": clock.text(dispute.created_at),
        "updated_at": clock.text(dispute.updated_at),
        "sv": SHAPE,
    }
    if dispute.due_at:
        item["due_at"] = clock.text(dispute.due_at)
    if dispute.moved_at:
        item["moved_at"] = clock.text(dispute.moved_at)
    if dispute.is_pending:
        due = clock.text(dispute.due_at or dispute.created_at)
        item |= {"gsi1pk": OPEN_DISPUTES, "gsi1sk": f"{due}#{dispute.dispute_id}"}
    return item


def to_dispute(item: Item) -> Dispute:
    due_at, moved_at = item.get("due_at"), item.get("moved_at")
    return Dispute(
        dispute_id=item["dispute_id"],
        payment_intent_id=item["payment_intent_id"],
        user_sub=item["user_sub"],
        provider=ProviderName(item["provider"]),
        provider_ref=item["provider_ref"],
        amount=item["amount"],
        currency=item["currency"],
        status=DisputeStatus(item["status"]),
        reason=item.get("reason", ""),  # gone with its person
        held=item["held"],
        deficit=item["deficit"],
        fee=item["fee"],
        version=item["version"],
        created_at=clock.parse(item["created_at"]),
        updated_at=clock.parse(item["updated_at"]),
        due_at=clock.parse(due_at) if due_at else None,
        moved_at=clock.parse(moved_at) if moved_at else None,
    )
