"""Notifications, newest first, read up to a watermark."""

import logging
from collections.abc import Mapping

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update, attr, begins_with, between
from dynamo.gather import gather
from dynamo.table import Item, Key, Write
from newsfeed.items import (
    CHOOSABLE,
    NOTIFICATIONS_KEPT,
    UNREAD_CAP,
    Notification,
    NotificationKind,
    ReadMark,
)
from newsfeed.repository import keys
from newsfeed.repository.rows import SHAPE, expiry, is_live, key_of, stamped, table, walk

LOOKED_AT = 20  # marks of blocked and muted people: as many as one half read unit holds
OFF = "off_"  # and a kind

logger = logging.getLogger("newsfeed")


class NotificationRepository:
    def __init__(self) -> None:
        self.table = table()

    def adding(self, notification: Notification) -> Write:
        made, owner = notification.notification_id, notification.user_id
        row = stamped(keys.notification(owner, made), user_id=owner, made=made)
        row |= {"kind": str(notification.kind), "ttl": expiry(made, NOTIFICATIONS_KEPT)}
        if notification.actor_id:
            row["actor_id"] = notification.actor_id
        if notification.post_id:
            row["post_id"] = notification.post_id
        if notification.amount:
            row |= {"amount": notification.amount, "currency": notification.currency}
        return self.table.putting_new(row, label="notification")

    def removing(self, user_id: str, notification_id: str) -> Write:
        return self.table.deleting(
            keys.notification(user_id, notification_id), label="notification"
        )

    def list_of(self, user_id: str, *, before: str, limit: int) -> tuple[list[Notification], str]:
        """The newest ones below an id, and what to go on below."""
        start: Key | None = keys.notification(user_id, before) if before else None
        page = self.table.query(
            keys.notifications(user_id),
            sort=begins_with(keys.NOTIFICATIONS),
            limit=limit,
            newest_first=True,
            start=start,
        )
        found = [_to_notification(item) for item in page.items if is_live(item)]
        last = keys.id_at(page.items[-1]["sk"]) if page.next and page.items else ""
        return [each for each in found if each], last

    def mark_of(self, user_id: str) -> ReadMark:
        """Consistent."""
        return _to_mark(self.table.get(keys.notification_state(user_id), consistent=True) or {})

    def count_unread(self, user_id: str) -> int:
        """Two calls beside each other. The state sorts behind all notifications, so it comes first
        from the end."""
        page, left_out = gather(
            lambda: self.table.query(
                keys.notifications(user_id), limit=UNREAD_CAP + 1, newest_first=True
            ),
            lambda: self._left_out(user_id),
        )
        mark = _to_mark(next((item for item in page.items if item["sk"] == keys.STATE), {}))
        rows = (item for item in page.items if item["sk"].startswith(keys.NOTIFICATIONS))
        found = (_to_notification(row) for row in rows if is_live(row))
        unread = sum(
            mark.is_unread(each) and each.kind not in mark.off and each.actor_id not in left_out
            for each in found
            if each
        )
        return min(unread, UNREAD_CAP)

    def move_mark(self, user_id: str, upto: str) -> None:
        """Forward only; where it is further already, nothing happens."""
        update = _state(user_id).set("read_upto", upto)
        newer = attr("read_upto").missing() | attr("read_upto").lt(upto)
        try:
            self.table.update(keys.notification_state(user_id), update, condition=newer)
        except ConditionFailed:
            return

    def mark_read_between(self, user_id: str, low: str, high: str, *, limit: int) -> None:
        """One by one, both ends included, the newest first; at most so many."""
        lowest, highest = keys.notification(user_id, low), keys.notification(user_id, high)
        wanted = between(lowest["sk"], highest["sk"])
        page = self.table.query(
            keys.notifications(user_id),
            sort=wanted,
            limit=limit,
            newest_first=True,
            consistent=True,
        )
        for row in page.items:
            try:
                self.table.update(
                    key_of(row), Update().set("read", True), condition=self.table.exists()
                )
            except ConditionFailed:
                continue

    def choose(self, user_id: str, choices: Mapping[NotificationKind, bool]) -> None:
        """Whether to hear of each of these kinds; the others stay as they are."""
        update = _state(user_id)
        for kind, wanted in choices.items():
            name = f"{OFF}{kind}"
            update = update.remove(name) if wanted else update.set(name, True)
        self.table.update(keys.notification_state(user_id), update)

    def items_of(self, user_id: str) -> list[Item]:
        return list(walk(self.table, keys.notifications(user_id)))

    def remove_of(self, user_id: str) -> None:
        rows = self.items_of(user_id)
        self.table.batch_write(deletes=map(key_of, rows))

    def _left_out(self, user_id: str) -> set[str]:
        """Who is blocked, either way, or muted: the first so many, for a number on every page."""
        rows = self.table.query(
            keys.relations(user_id), sort=between(keys.BLOCKED, f"{keys.MUTED}~"), limit=LOOKED_AT
        )
        return {keys.id_at(row["sk"]) for row in rows.items}


def _state(user_id: str) -> Update:
    now = clock.text(clock.now())
    update = Update().set("updated_at", now).set("user_id", user_id)
    return update.set_if_missing("created_at", now).set("sv", SHAPE)


def _to_mark(item: Item) -> ReadMark:
    off = frozenset(kind for kind in CHOOSABLE if item.get(f"{OFF}{kind}"))
    return ReadMark(upto=item.get("read_upto", ""), off=off)


def _to_notification(item: Item) -> Notification | None:
    """None for a kind that only newer code knows: the others are still shown."""
    try:
        kind = NotificationKind(item["kind"])
    except ValueError:
        logger.warning("unknown kind of notification", extra={"kind": item["kind"]})
        return None
    return Notification(
        notification_id=keys.id_at(item["sk"]),
        user_id=item["user_id"],
        kind=kind,
        actor_id=item.get("actor_id", ""),
        post_id=item.get("post_id", ""),
        amount=item.get("amount", 0),
        currency=item.get("currency", ""),
        read=item.get("read", False),
    )
