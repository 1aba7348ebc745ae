"""The tables of alerts and of who wants which alert where."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from alerts.items import Alert, AlertKind, Category, Channel, Preferences
from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update, attr, between
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
UNREAD_INDEX = ALERTS.indexes[0].name
SHAPE_VERSION = 1
FIRST_VERSION = 1  # of preferences that nobody stored yet
OFF = "off"
KINDS, CATEGORIES, CHANNELS = frozenset(AlertKind), frozenset(Category), frozenset(Channel)
KEPT = timedelta(days=90)
BATCH = 25  # rows of one BatchWriteItem


class AlertRepository:
    def __init__(self) -> None:
        self.table = Table(ALERTS)

    def adding(self, alert: Alert) -> Write:
        return self.table.putting_new(_to_item(alert), label="alert")

    def add(self, alert: Alert) -> None:
        self.table.put_new(_to_item(alert))

    def find(self, user_sub: str, alert_id: str) -> Alert | None:
        """None for an expired one too, and for a kind that only a newer version knows."""
        row = self.table.get(_key(user_sub, alert_id), consistent=True)
        return _from_item(row) if row and _is_shown(row) else None

    def page(
        self, user_sub: str, *, limit: int, start: Key | None
    ) -> tuple[list[Alert], Key | None]:
        """Newest first, without expired ones: a page may be short, and still have a next one."""
        page = self.table.query(user_sub, limit=limit, newest_first=True, start=start)
        return [_from_item(row) for row in page.items if _is_shown(row)], page.next

    def unread_ids(self, user_sub: str, *, limit: int) -> list[str]:
        """The newest, those below the watermark among them."""
        page = self.table.query(user_sub, index=UNREAD_INDEX, limit=limit, newest_first=True)
        return [row["unread_id"] for row in page.items]

    def unread_between(self, user_sub: str, low: str, high: str) -> list[str]:
        """Ids of alerts that became unread between the two, both included."""
        page = self.table.query(user_sub, sort=between(low, high), index=UNREAD_INDEX)
        return [row["alert_id"] for row in page.items]

    def mark_read(self, user_sub: str, alert_id: str) -> None:
        """Raises ConditionFailed when there is none."""
        self.table.update(
            _key(user_sub, alert_id),
            Update().remove("unread_id").set("updated_at", clock.text(clock.now())),
            condition=self.table.exists(),
        )

    def oldest_kept(self) -> datetime:
        return clock.now() - KEPT

    def rows_of(self, user_sub: str) -> Iterator[Item]:
        """Every stored row, oldest first."""
        start: Key | None = None
        while True:
            page = self.table.query(user_sub, start=start, consistent=True)
            yield from page.items
            start = page.next
            if start is None:
                return

    def remove_all(self, user_sub: str) -> None:
        """Page by page, so that a repeat goes on where this one broke off."""
        while rows := self.table.query(user_sub, limit=BATCH, consistent=True).items:
            self.table.batch_write(
                deletes=[{name: row[name] for name in ALERTS.keys} for row in rows]
            )


class PreferenceRepository:
    """One row per person: what they chose, and how far they have read."""

    def __init__(self) -> None:
        self.table = Table(ALERT_PREFS)

    def row_of(self, user_sub: str, *, consistent: bool = True) -> Item:
        """As stored; {} for a person who never set any."""
        return self.table.get({"user_sub": user_sub}, consistent=consistent) or {}

    def find(self, user_sub: str, *, consistent: bool = True) -> Preferences:
        row = self.row_of(user_sub, consistent=consistent)
        return Preferences(
            user_sub=user_sub,
            choices=_choices(row.get("choices", {})),
            read_upto=row.get("read_upto", ""),
            version=row.get("version", FIRST_VERSION),
        )

    def change(self, new: Preferences) -> None:
        """Store the choices; the version moves on. ConditionFailed when it is another one."""
        is_same = attr("version").eq(new.version)
        if new.version == FIRST_VERSION:
            is_same |= attr("version").missing()
        self.table.update(
            {"user_sub": new.user_sub},
            _stamped().set("choices", _stored(new.choices)).set("version", new.version + 1),
            condition=is_same,
        )

    def move_watermark(self, user_sub: str, read_upto: str) -> None:
        """Forward only; where it is further already, nothing happens."""
        behind = attr("read_upto").missing() | attr("read_upto").lt(read_upto)
        try:
            self.table.update(
                {"user_sub": user_sub}, _stamped().set("read_upto", read_upto), condition=behind
            )
        except ConditionFailed:
            return

    def remove(self, user_sub: str) -> None:
        self.table.delete({"user_sub": user_sub})


def _key(user_sub: str, alert_id: str) -> Key:
    return {"user_sub": user_sub, "alert_id": alert_id}


def _stamped() -> Update:
    now = clock.text(clock.now())
    return (
        Update().set_if_missing("created_at", now).set("updated_at", now).set("sv", SHAPE_VERSION)
    )


def _is_shown(row: Item) -> bool:
    return row["kind"] in KINDS and bool(row["expires_at"] > clock.epoch(clock.now()))


def _stored(choices: Mapping[Category, Mapping[Channel, bool]]) -> Item:
    """Only what differs from the default, so that a new channel needs no change of old rows."""
    off = {
        str(category): {str(channel): OFF for channel, wanted in channels.items() if not wanted}
        for category, channels in choices.items()
    }
    return {category: channels for category, channels in off.items() if channels}


def _choices(stored: Mapping[str, Mapping[str, str]]) -> dict[Category, dict[Channel, bool]]:
    """Names that only another version knows are left out."""
    return {
        Category(category): {
            Channel(channel): mode != OFF
            for channel, mode in channels.items()
            if channel in CHANNELS
        }
        for category, channels in stored.items()
        if category in CATEGORIES
    }


def _to_item(alert: Alert) -> Item:
    first_at = clock.text(alert.first_at)
    row = {
        "user_sub": alert.user_sub,
        "alert_id": alert.alert_id,
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
    if alert.unread_id:  # absent once read: the index holds unread rows only
        row["unread_id"] = alert.unread_id
    return row


def _from_item(row: Item) -> Alert:
    return Alert(
        alert_id=row["alert_id"],
        user_sub=row["user_sub"],
        kind=AlertKind(row["kind"]),
        context=row["context"],
        first_at=clock.parse(row["first_at"]),
        last_at=clock.parse(row["last_at"]),
        n=row["n"],
        unread_id=row.get("unread_id", ""),
    )
