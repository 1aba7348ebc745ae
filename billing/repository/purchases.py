"""What a buyer paid for, once for each reference, and what it earned its seller."""

from billing.items import Receipt
from billing.repository.schema import (
    BILLING,
    EARNING_SHARDS,
    EARNINGS,
    PURCHASE,
    SHAPE,
    key,
    person,
    shard,
    stamps,
)
from core import clock
from dynamo.expressions import Update, begins_with
from dynamo.table import Key, Table, Write

PURCHASE_LABEL = "billing purchase"


class PurchaseRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def exists(self, buyer_sub: str, reference: str) -> bool:
        return self.table.get(_key(buyer_sub, reference), consistent=True) is not None

    def adding(self, receipt: Receipt) -> Write:
        """Fails under PURCHASE_LABEL when the buyer has paid for this reference."""
        row = {
            **_key(receipt.buyer_sub, receipt.reference),
            **stamps(receipt.buyer_sub),
            "txn": receipt.txn,
            "seller_sub": receipt.seller_sub,
            "reference": receipt.reference,
            "price": receipt.price,
            "share": receipt.share,
            "fee": receipt.fee,
            "currency": receipt.currency,
        }
        return self.table.putting_new(row, label=PURCHASE_LABEL)

    def adding_earnings(self, receipt: Receipt) -> Write:
        """Added up without a condition, so that many buyers can pay one seller at once."""
        at = receipt.created_at
        place = shard(receipt.txn, EARNING_SHARDS)
        update = (
            Update()
            .increment("pending", receipt.share)
            .set_if_missing("user_sub", receipt.seller_sub)
            .set_if_missing("currency", receipt.currency)
            .set_if_missing("created_at", clock.text(at))
            .set_if_missing("updated_at", clock.text(at))
            .set_if_missing("sv", SHAPE)
        )
        return self.table.updating(
            key(receipt.seller_sub, f"{EARNINGS}{at:%Y-%m-%d}#{place}"),
            update,
            label="billing earnings",
        )

    def pending_of(self, user_sub: str) -> int:
        total = 0
        start: Key | None = None
        while True:
            page = self.table.query(
                person(user_sub), sort=begins_with(EARNINGS), start=start, consistent=True
            )
            total += sum(int(item["pending"]) for item in page.items)
            start = page.next
            if start is None:
                return total


def _key(buyer_sub: str, reference: str) -> Key:
    return key(buyer_sub, f"{PURCHASE}{reference}")
