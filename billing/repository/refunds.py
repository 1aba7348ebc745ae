"""PAYX#<payment>#RF# rows: money on its way back to who paid it."""

from billing.items import Payment, ProviderName, Refund, RefundStatus
from billing.repository.schema import BILLING, REFUND, REVERSALS, SHAPE, key, person
from core import clock
from dynamo.expressions import attr, begins_with
from dynamo.table import Item, Key, Table, Write

REFUND_LABEL = "billing refund"


class RefundRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def find(self, user_sub: str, payment_id: str, refund_id: str) -> Refund | None:
        item = self.table.get(_key(user_sub, payment_id, refund_id), consistent=True)
        return to_refund(item) if item else None

    def list_of(self, payment: Payment) -> list[Refund]:
        """All of a payment, oldest first: there are few. Consistent."""
        sort = begins_with(f"{REVERSALS}{payment.payment_intent_id}#{REFUND}")
        rows = self.table.query_all(person(payment.user_sub), sort=sort, consistent=True)
        return list(map(to_refund, rows))

    def putting(self, refund: Refund) -> Write:
        """The first version, or the one after that which was read. Fails under REFUND_LABEL when
        there is another one by now."""
        before = refund.version - 1
        as_read = attr("version").eq(before) if before else self.table.missing()
        return self.table.putting(_to_item(refund), condition=as_read, label=REFUND_LABEL)


def _key(user_sub: str, payment_id: str, refund_id: str) -> Key:
    return key(user_sub, f"{REVERSALS}{payment_id}#{REFUND}{refund_id}")


def _to_item(refund: Refund) -> Item:
    item: Item = {
        **_key(refund.user_sub, refund.payment_intent_id, refund.refund_id),
        "user_sub": refund.user_sub,
        "refund_id": refund.refund_id,
        "payment_intent_id": refund.payment_intent_id,
        "provider": str(refund.provider),
        "provider_ref": refund.provider_ref,
        "amount": refund.amount,
        "currency": refund.currency,
        "status": str(refund.status),
        "reason": refund.reason,
        "actor": refund.actor_sub,
        "failure_code": refund.failure_code,
        "deficit": refund.deficit,
        "version": refund.version,
        "created_at": clock.text(refund.created_at),
        "updated_at": clock.text(refund.updated_at),
        "sv": SHAPE,
    }
    if refund.moved_at:
        item["moved_at"] = clock.text(refund.moved_at)
    return item


def to_refund(item: Item) -> Refund:
    moved_at = item.get("moved_at")
    return Refund(
        refund_id=item["refund_id"],
        payment_intent_id=item["payment_intent_id"],
        user_sub=item["user_sub"],
        provider=ProviderName(item["provider"]),
        provider_ref=item["provider_ref"],
        amount=item["amount"],
        currency=item["currency"],
        status=RefundStatus(item["status"]),
        reason=item.get("reason", ""),  # gone with its person
        actor_sub=item["actor"],
        failure_code=item["failure_code"],
        deficit=item.get("deficit", 0),  # rows of before what was bought was taken back
        version=item["version"],
        created_at=clock.parse(item["created_at"]),
        updated_at=clock.parse(item["updated_at"]),
        moved_at=clock.parse(moved_at) if moved_at else None,
    )
