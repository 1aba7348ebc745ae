"""The tables of alerts and of who wants which alert where."""

from collections.abc import Iterator
from datetime import timedelta

from alerts.items import Alert
from core import clock
from dynamo.schema import Index, TableSchema, register
from dynamo.table import Item, Key, Table, Write

ALERTS = register(
    TableSchema(
        logical="alerts",
        variable="ALERTS_TABLE_NAME",
        purpose="Alerts",
        partition_key="user_sub",
        sort_key="alert_id",
        indexes=(Index(name="unread-index", partition_key="user_sub", sort_key="unread_id"),),
        ttl="expires_at",
    )
)
ALERT_PREFS = register(
    TableSchema(
        logical="alert_prefs",
        variable="ALERT_PREFS_TABLE_NAME",
        purpose="Alert preferences",
        partition_key="user_sub",
    )
)
SHAPE_VERSION = 1
KEPT = timedelta(days=90)
BATCH = 25  # rows of one BatchWriteItem


class AlertRepository:
    def __init__(self) -> None:
        self.table = Table(ALERTS)
        self.preferences = Table(ALERT_PREFS)

    def adding(self, alert: Alert) -> Write:
        return self.table.putting_new(_to_item(alert), label="alert")

    def add(self, alert: Alert) -> None:
        self.table.put_new(_to_item(alert))

    def rows_of(self, user_sub: str) -> Iterator[Item]:
        """Every stored row, oldest first."""
        start: Key | None = None
        while True:
            page = self.table.query(user_sub, start=start, consistent=True)
            yield from page.items
            start = page.next
            if start is None:
                return

    def preferences_of(self, user_sub: str) -> Item:
        """As stored; {} for a person who never set any."""
        return self.preferences.get({"user_sub": user_sub}, consistent=True) or {}

    def remove_all(self, user_sub: str) -> None:
        """Page by page, so that a repeat goes on where this one broke off."""
        while rows := self.table.query(user_sub, limit=BATCH, consistent=True).items:
            self.table.batch_write(
                deletes=[{name: row[name] for name in ALERTS.keys} for row in rows]
            )
        self.preferences.delete({"user_sub": user_sub})


def _to_item(alert: Alert) -> Item:
    first_at = clock.text(alert.first_at)
    return {
        "user_sub": alert.user_sub,
        "alert_id": alert.alert_id,
        "unread_id": alert.alert_id,  # removed when read: the index holds unread rows only
        "kind": str(alert.kind),
        "context": dict(alert.context),
        "n": alert.n,
        "first_at": first_at,
        "last_at": clock.text(alert.last_at),
        "created_at": first_at,
        "updated_at": first_at,
        "expires_at": clock.epoch(alert.last_at + KEPT),
        "sv": SHAPE_VERSION,
    }
