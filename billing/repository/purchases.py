"""What a buyer paid for, once for each reference, and what it earned its seller."""

from collections.abc import Iterator

from billing.items import Purchase, Receipt
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
from dynamo.expressions import Update, attr, begins_with
from dynamo.table import Item, Key, Table, Write

PURCHASE_LABEL = "billing purchase"


class PurchaseRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def exists(self, buyer_sub: str, reference: str) -> bool:
        """Whether it was paid and is not reversed."""
        found = self.find(buyer_sub, reference)
        return found is not None and found.reversed_at is None

    def find(self, buyer_sub: str, reference: str) -> Purchase | None:
        item = self.table.get(_key(buyer_sub, reference), consistent=True)
        return _to_purchase(item) if item else None

    def all_of(self, buyer_sub: str) -> Iterator[Purchase]:
        """Everything a person bought, in no order of time."""
        rows = self.table.query_all(person(buyer_sub), sort=begins_with(PURCHASE), consistent=True)
        return map(_to_purchase, rows)

    def adding(self, receipt: Receipt) -> Write:
        """Fails under PURCHASE_LABEL when the buyer has paid for this reference, unless that was
        reversed."""
        at = clock.text(receipt.created_at)
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
            "created_at": at,  # its earnings are of that day
            "updated_at": at,
        }
        free = self.table.missing() | attr("reversed_at").exists()
        return self.table.putting(row, condition=free, label=PURCHASE_LABEL)

    def reversing(self, purchase: Purchase) -> Write:
        """With its `reversed_for`. Fails under PURCHASE_LABEL when it was reversed before, or
        bought again since."""
        now = clock.text(clock.now())
        update = Update().set("reversed_at", now).set("updated_at", now)
        as_read = attr("txn").eq(purchase.txn) & attr("reversed_at").missing()
        return self.table.updating(
            _key(purchase.buyer_sub, purchase.reference),
            update.set("reversed_for", purchase.reversed_for),
            condition=as_read,
            label=PURCHASE_LABEL,
        )

    def adding_earnings(self, receipt: Receipt) -> Write:
        """Added up without a condition, so that many buyers can pay one seller at once."""
        return self._earning(receipt, receipt.share)

    def taking_earnings(self, purchase: Purchase) -> Write:
        """Out of the same row; what is left there may be negative."""
        return self._earning(purchase, -purchase.share)

    def _earning(self, sale: Receipt | Purchase, amount: int) -> Write:
        at = sale.created_at
        place = shard(sale.txn, EARNING_SHARDS)
        update = (
            Update()
            .increment("pending", amount)
            .set_if_missing("user_sub", sale.seller_sub)
            .set_if_missing("currency", sale.currency)
            .set_if_missing("created_at", clock.text(at))
            .set_if_missing("updated_at", clock.text(at))
            .set_if_missing("sv", SHAPE)
        )
        return self.table.updating(
            key(sale.seller_sub, f"{EARNINGS}{at:%Y-%m-%d}#{place}"),
            update,
            label="billing earnings",
        )

    def pending_of(self, user_sub: str) -> int:
        rows = self.table.query_all(person(user_sub), sort=begins_with(EARNINGS), consistent=True)
        return sum(int(item["pending"]) for item in rows)


def _key(buyer_sub: str, reference: str) -> Key:
    return key(buyer_sub, f"{PURCHASE}{reference}")


def _to_purchase(item: Item) -> Purchase:
    reversed_at = item.get("reversed_at")
    return Purchase(
        txn=item["txn"],
        buyer_sub=item["user_sub"],
        seller_sub=item["seller_sub"],
        reference=item["reference"],
        price=item["price"],
        share=item["share"],
        fee=item["fee"],
        currency=item["currency"],
        created_at=clock.parse(item["created_at"]),
        reversed_at=clock.parse(reversed_at) if reversed_at else None,
        reversed_for=item.get("reversed_for", ""),
    )
