from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsfeed.items.moments import moment_of
from users.items import Profile

NOTIFICATIONS_KEPT = timedelta(days=90)
UNREAD_CAP = 30  # unread_count() counts no further: show "30+"


class NotificationKind(StrEnum):
    FOLLOWED = "followed"
    COMMENTED = "commented"
    REPLIED = "replied"  # to a comment of theirs
    REACTED = "reacted"
    UNLOCKED = "unlocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Something another person did; `user_id` is told of it. It holds ids, never a text."""

    notification_id: str
    user_id: str
    kind: NotificationKind
    actor_id: str
    post_id: str = ""
    amount: int = 0  # what a sale earned, in minor units of `currency`
    currency: str = ""

    @property
    def created_at(self) -> datetime:
        return moment_of(self.notification_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationView:
    """`actor` is None once that account is gone."""

    notification: Notification
    actor: Profile | None
    unread: bool

    @property
    def notification_id(self) -> str:
        return self.notification.notification_id

    @property
    def kind(self) -> NotificationKind:
        return self.notification.kind

    @property
    def post_id(self) -> str:
        return self.notification.post_id

    @property
    def amount(self) -> int:
        return self.notification.amount

    @property
    def currency(self) -> str:
        return self.notification.currency

    @property
    def created_at(self) -> datetime:
        return self.notification.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPage:
    items: list[NotificationView]
    next_cursor: str = ""
