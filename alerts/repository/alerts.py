"""The table of alerts: a row for each of a person, until it is 90 days old."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from alerts.errors import NewerAlert
from alerts.items import Alert, AlertKind, Answer
from core import clock
from dynamo.expressions import Condition, Update, at_least, attr, between
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
UNREAD_INDEX = ALERTS.indexes[0].name
ANSWER_LABEL = "answer"
COUNT_LABEL = "alert"
SHAPE_VERSION = 1
KINDS = frozenset(AlertKind)
KEPT = timedelta(days=90)
BATCH = 25  # rows of one BatchWriteItem


class AlertRepository:
    def __init__(self) -> None:
        self.table = Table(ALERTS)

    def counting(self, alert: Alert) -> Write:
        """One more of it: a new row, or a stored one that is unread again and has its latest
        context."""
        return self.table.updating(
            key_of(alert.user_sub, alert.alert_id),
            _one_more(alert, kept=KEPT).set("unread_id", alert.unread_id),
            label=COUNT_LABEL,
        )

    def count(self, alert: Alert, *, kept: timedelta) -> tuple[int, int]:
        """How many it is now, and the highest step that a job was asked for; unread or not stays.

        A lost answer may count one twice.
        """
        found = self.table.update(
            key_of(alert.user_sub, alert.alert_id), _one_more(alert, kept=kept), returning="new"
        )
        return found["n"], found.get("asked_n", 0)

    def asking(self, alert: Alert, *, step: int) -> Write:
        """Make it unread; fails under COUNT_LABEL where that step was asked for already."""
        return self.table.updating(
            key_of(alert.user_sub, alert.alert_id),
            _stamped().set("asked_n", step).set("unread_id", alert.unread_id),
            condition=self.table.exists() & _below("asked_n", step),
            label=COUNT_LABEL,
        )

    def telling(self, alert: Alert, *, step: int, is_read: bool) -> Write:
        """Note that it is told up to that step; `is_read`: its owner wants it to arrive read.

        Fails under COUNT_LABEL when it is gone, or another job was faster.
        """
        update = _stamped().set("notified_n", step)
        return self.table.updating(
            key_of(alert.user_sub, alert.alert_id),
            update.remove("unread_id") if is_read else update,
            condition=self.table.exists() & _below("notified_n", step),
            label=COUNT_LABEL,
        )

    def add(self, alert: Alert) -> None:
        self.table.put_new(_to_item(alert))

    def find(self, user_sub: str, alert_id: str) -> Alert | None:
        """None for an expired one too, and for a kind that only a newer version knows."""
        row = self.table.get(key_of(user_sub, alert_id), consistent=True)
        return _from_item(row) if row and _is_shown(row) else None

    def find_to_send(self, user_sub: str, alert_id: str) -> Alert | None:
        """For jobs. Raises NewerAlert for a kind that only a newer version knows."""
        row = self.table.get(key_of(user_sub, alert_id), consistent=True)
        if row and row["kind"] not in KINDS:
            raise NewerAlert
        return _from_item(row) if row and _is_shown(row) else None

    def page(
        self, user_sub: str, *, limit: int, start: Key | None
    ) -> tuple[list[Alert], Key | None]:
        """Newest first, without expired ones: a page may be short, and still have a next one."""
        page = self.table.query(user_sub, limit=limit, newest_first=True, start=start)
        return [_from_item(row) for row in page.items if _is_shown(row)], page.next

    def since(self, user_sub: str, low: str, *, limit: int) -> list[Alert]:
        """Those whose id is not below `low`, newest first, at most `limit`."""
        rows = self.table.query_all(
            user_sub, sort=at_least(low), limit=limit, newest_first=True, consistent=True
        )
        return [_from_item(row) for row in islice(rows, limit) if _is_shown(row)]

    def unread_ids(self, user_sub: str, *, limit: int) -> list[tuple[str, str]]:
        """(unread_id, alert_id) of the newest, those below the watermark among them."""
        page = self.table.query(user_sub, index=UNREAD_INDEX, limit=limit, newest_first=True)
        return [(row["unread_id"], row["alert_id"]) for row in page.items]

    def kinds_of(self, user_sub: str, alert_ids: Iterable[str]) -> list[AlertKind]:
        """Of those that are there, and that this version knows."""
        rows = self.table.batch_get(key_of(user_sub, alert_id) for alert_id in alert_ids)
        return [AlertKind(row["kind"]) for row in rows if _is_shown(row)]

    def unread_between(self, user_sub: str, low: str, high: str) -> list[str]:
        """Ids of alerts that became unread between the two, both included."""
        page = self.table.query(user_sub, sort=between(low, high), index=UNREAD_INDEX)
        return [row["alert_id"] for row in page.items]

    def mark_read(self, user_sub: str, alert_id: str, *, seen: str = "") -> None:
        """ConditionFailed when there is none, or when it became unread after `seen`, if given."""
        condition = self.table.exists()
        if seen:
            condition &= attr("unread_id").missing() | attr("unread_id").le(seen)
        self.table.update(
            key_of(user_sub, alert_id), _stamped().remove("unread_id"), condition=condition
        )

    def mark_unread(self, user_sub: str, alert_id: str, unread_id: str) -> None:
        """Raises ConditionFailed when there is none."""
        self.table.update(
            key_of(user_sub, alert_id),
            _stamped().set("unread_id", unread_id),
            condition=self.table.exists(),
        )

    def answering(self, alert: Alert, answer: Answer) -> Write:
        """Also reads it. Fails under ANSWER_LABEL when it is gone, or happened again since."""
        update = (
            _stamped().set("answer", str(answer)).set("answered_n", alert.n).remove("unread_id")
        )
        return self.table.updating(
            key_of(alert.user_sub, alert.alert_id),
            update,
            condition=attr("n").eq(alert.n),
            label=ANSWER_LABEL,
        )

    def remove(self, user_sub: str, alert_id: str) -> None:
        """Raises ConditionFailed when there is none."""
        self.table.delete(key_of(user_sub, alert_id), condition=self.table.exists())

    def oldest_kept(self) -> datetime:
        return clock.now() - KEPT

    def rows_of(self, user_sub: str) -> Iterator[Item]:
        """Every stored row, oldest first."""
        return self.table.query_all(user_sub, consistent=True)

    def remove_all(self, user_sub: str) -> None:
        """Page by page, so that a repeat goes on where this one broke off."""
        while rows := self.table.query(user_sub, limit=BATCH, consistent=True).items:
            self.table.batch_write(
                deletes=[{name: row[name] for name in ALERTS.keys} for row in rows]
            )


def key_of(user_sub: str, alert_id: str) -> Key:
    return {"user_sub": user_sub, "alert_id": alert_id}


def _one_more(alert: Alert, *, kept: timedelta) -> Update:
    at = clock.text(alert.last_at)
    return (
        Update()
        .set("kind", str(alert.kind))
        .set("context", dict(alert.context))
        .set_if_missing("first_at", at)
        .set("last_at", at)
        .set_if_missing("created_at", at)
        .set("updated_at", at)
        .set("expires_at", clock.epoch(alert.last_at + kept))
        .set("sv", SHAPE_VERSION)
        .add("n", 1)
    )


def _below(counter: str, step: int) -> Condition:
    return attr(counter).missing() | attr(counter).lt(step)


def _stamped() -> Update:
    return Update().set("updated_at", clock.text(clock.now()))


def _is_shown(row: Item) -> bool:
    return row["kind"] in KINDS and bool(row["expires_at"] > clock.epoch(clock.now()))


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
        notified_n=row.get("notified_n", 0),
        answer=Answer(row["answer"]) if row.get("answered_n") == row["n"] else None,
        denied_n=row["answered_n"] if row.get("answer") == Answer.NOT_ME else 0,
    )
