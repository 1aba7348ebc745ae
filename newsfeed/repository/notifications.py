"""Notifications, newest first, read up to a watermark."""

import logging

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update, attr, begins_with
from dynamo.table import Item, Key, Write
from newsfeed.items import NOTIFICATIONS_KEPT, UNREAD_CAP, Notification, NotificationKind
from newsfeed.repository import keys
from newsfeed.repository.rows import SHAPE, expiry, is_live, stamped, table, walk

logger = logging.getLogger("newsfeed")


class NotificationRepository:
    def __init__(self) -> None:
        self.table = table()

    def adding(self, notification: Notification) -> Write:
        made, owner = notification.notification_id, notification.user_id
        row = stamped(keys.notification(owner, made), user_id=owner, made=made)
        row |= {
            "kind": str(notification.kind),
            "actor_id": notification.actor_id,
            "ttl": expiry(made, NOTIFICATIONS_KEPT),
        }
        if notification.post_id:
            row["post_id"] = notification.post_id
        if notification.amount:
            row |= {"amount": notification.amount, "currency": notification.currency}
        return self.table.putting_new(row, label="notification")

    def removing(self, user_id: str, notification_id: str) -> Write:
        return self.table.deleting(
            keys.notification(user_id, notification_id), label="notification"
        )

    def list_of(self, user_id: str, *, before: str, limit: int) -> tuple[list[Notification], bool]:
        start: Key | None = keys.notification(user_id, before) if before else None
        page = self.table.query(
            keys.notifications(user_id),
            sort=begins_with(keys.NOTIFICATIONS),
            limit=limit,
            newest_first=True,
            start=start,
        )
        found = [_to_notification(item) for item in page.items if is_live(item)]
        return [each for each in found if each], page.next is not None

    def read_upto(self, user_id: str) -> str:
        """The id of the newest notification that was read; "" for none."""
        item = self.table.get(keys.notification_state(user_id), consistent=True)
        return item["read_upto"] if item else ""

    def count_unread(self, user_id: str) -> int:
        """One call: the state sorts behind all notifications, so it comes first from the end."""
        page = self.table.query(
            keys.notifications(user_id), limit=UNREAD_CAP + 1, newest_first=True
        )
        rows = [item for item in page.items if item["sk"].startswith(keys.NOTIFICATIONS)]
        state = next((item for item in page.items if item["sk"] == keys.STATE), {})
        upto = state.get("read_upto", "")
        unread = [row for row in rows if keys.id_at(row["sk"]) > upto and is_live(row)]
        return min(len(unread), UNREAD_CAP)

    def mark_read(self, user_id: str, upto: str) -> None:
        """The mark only moves forward."""
        now = clock.text(clock.now())
        update = Update().set("read_upto", upto).set("updated_at", now).set("user_id", user_id)
        update = update.set_if_missing("created_at", now).set("sv", SHAPE)
        newer = attr("read_upto").missing() | attr("read_upto").lt(upto)
        try:
            self.table.update(keys.notification_state(user_id), update, condition=newer)
        except ConditionFailed:
            return

    def items_of(self, user_id: str) -> list[Item]:
        return list(walk(self.table, keys.notifications(user_id)))

    def remove_of(self, user_id: str) -> None:
        rows = self.items_of(user_id)
        self.table.batch_write(deletes=[{"pk": row["pk"], "sk": row["sk"]} for row in rows])


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
        actor_id=item["actor_id"],
        post_id=item.get("post_id", ""),
        amount=item.get("amount", 0),
        currency=item.get("currency", ""),
    )
