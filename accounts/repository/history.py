"""SIGNIN rows of the users table: every sign-in that was tried, for 90 days."""

from datetime import timedelta

from accounts.items import Outcome, SignInRecord
from core import clock
from dynamo.expressions import attr, begins_with
from dynamo.schema import schema_named
from dynamo.table import Item, Key, Table, Write

SHAPE_VERSION = 1
LIFETIME = timedelta(days=90)
NOBODYS_LIFETIME = timedelta(hours=1)
PREFIX = "SIGNIN#"


class HistoryRepository:
    def __init__(self) -> None:
        self.table = Table(schema_named("users"))

    def adding(self, user_sub: str, record: SignInRecord) -> Write:
        return self.table.putting_new(_to_row(user_sub, record))

    def add(self, user_sub: str, record: SignInRecord) -> None:
        self.table.put_new(_to_row(user_sub, record))

    def adding_for_nobody(self, record: SignInRecord) -> Write:
        """What adding() costs, for a name that nobody has. No address; TTL removes it."""
        ends = clock.epoch(record.created_at + NOBODYS_LIFETIME)
        row = _to_row("", record) | {"pk": f"NOBODY#{record.record_id}", "ip": ""}
        del row["user_sub"]
        return self.table.putting_new(row | {"expires_at": ends})

    def page(
        self, user_sub: str, *, limit: int, start: Key | None
    ) -> tuple[list[SignInRecord], Key | None]:
        """Newest first; the key is where the next page starts. Expired rows are left out."""
        found = self.table.query(
            f"USER#{user_sub}",
            sort=begins_with(PREFIX),
            limit=limit,
            newest_first=True,
            start=start,
            filter=attr("expires_at").gt(clock.epoch(clock.now())),
        )
        return [_to_record(row) for row in found.items], found.next


def _to_row(user_sub: str, record: SignInRecord) -> Item:
    stamp = clock.text(record.created_at)
    return {
        "pk": f"USER#{user_sub}",
        "sk": f"{PREFIX}{record.record_id}",
        "user_sub": user_sub,
        "outcome": str(record.outcome),
        "methods": list(record.methods),
        "ip": record.ip,
        "label": record.label,
        "known_browser": record.known_browser,
        "expires_at": clock.epoch(record.created_at + LIFETIME),
        "created_at": stamp,
        "updated_at": stamp,
        "sv": SHAPE_VERSION,
    }


def _to_record(row: Item) -> SignInRecord:
    return SignInRecord(
        record_id=row["sk"].removeprefix(PREFIX),
        outcome=Outcome(row["outcome"]),
        methods=tuple(row["methods"]),
        ip=row["ip"],
        label=row["label"],
        known_browser=row["known_browser"],
        created_at=clock.parse(row["created_at"]),
    )
