"""The only writer of the ledger. A leg is put once, and never changed or removed."""

from datetime import datetime

from billing.items import Bucket, EntryType, LedgerEntry, Leg, Transaction
from billing.repository.schema import (
    BILLING,
    LEDGER,
    LEG,
    PLATFORM,
    PLATFORM_SHARDS,
    SHAPE,
    key,
    person,
    shard,
)
from core import clock
from dynamo.expressions import begins_with, between
from dynamo.table import Item, Key, Table, Write

LEDGER_LABEL = "billing ledger"
_LAST = "~"  # behind every time


class LedgerRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def adding(self, transaction: Transaction) -> list[Write]:
        """A put for every leg; fails under LEDGER_LABEL when a leg was written before."""
        return [
            self.table.putting_new(_to_item(transaction, number, leg), label=LEDGER_LABEL)
            for number, leg in enumerate(transaction.legs, start=1)
        ]

    def page(
        self, user_sub: str, *, limit: int, start: Key | None
    ) -> tuple[list[LedgerEntry], Key | None]:
        """Newest first; the key is where the next page starts."""
        found = self.table.query(
            person(user_sub),
            sort=begins_with(LEDGER),
            limit=limit,
            newest_first=True,
            start=start,
            consistent=True,
        )
        return [_to_entry(item) for item in found.items], found.next

    def oldest_first(
        self,
        user_sub: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 0,
        start: Key | None = None,
    ) -> tuple[list[LedgerEntry], Key | None]:
        """From `since` on, before `until`; as many as one read gives, or `limit`."""
        low = clock.text(since) if since else ""
        high = clock.text(until) if until else _LAST
        found = self.table.query(
            person(user_sub),
            sort=between(f"{LEDGER}{low}", f"{LEDGER}{high}"),  # no key is a bare time
            limit=limit,
            start=start,
            consistent=True,
        )
        return [_to_entry(item) for item in found.items], found.next


def _to_item(transaction: Transaction, number: int, leg: Leg) -> Item:
    stamp = clock.text(transaction.at)
    item: Item = {
        **_key(transaction, number, leg),
        "user_sub": leg.user_sub or transaction.user_sub,
        "txn": transaction.txn,
        "leg": number,
        "ts": stamp,
        "bucket": str(leg.bucket),
        "amount": leg.amount,
        "currency": transaction.currency,
        "type": str(leg.type),
        "ref": transaction.ref,
        "actor": transaction.actor_sub,
        "created_at": stamp,
        "updated_at": stamp,
        "sv": SHAPE,
    }
    return item if leg.after is None else {**item, "after": leg.after}


def _key(transaction: Transaction, number: int, leg: Leg) -> Key:
    """The platform's keys have no clock in them: a transaction that runs twice collides."""
    name = f"{transaction.txn}-{number}"
    if leg.user_sub:
        return key(leg.user_sub, f"{LEDGER}{clock.text(transaction.at)}#{name}")
    account = f"{leg.bucket}:{leg.provider}" if leg.provider else str(leg.bucket)
    place = shard(transaction.txn, PLATFORM_SHARDS)
    return {"pk": f"{PLATFORM}{account}:{transaction.currency}#{place}", "sk": f"{LEG}{name}"}


def _to_entry(item: Item) -> LedgerEntry:
    return LedgerEntry(
        ts=clock.parse(item["ts"]),
        id=f"{item['txn']}-{item['leg']}",
        txn=item["txn"],
        leg=item["leg"],
        bucket=Bucket(item["bucket"]),
        amount=item["amount"],
        after=item.get("after"),
        currency=item["currency"],
        type=EntryType(item["type"]),
        ref=item["ref"],
    )
