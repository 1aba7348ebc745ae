from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsfeed.items.moments import moment_of
from users.items import Profile

NOTIFICATIONS_KEPT = timedelta(days=90)
GROUPED_WITHIN = timedelta(hours=12)
NAMED = 2  # people of a group that are named; the others are a number
UNREAD_CAP = 20  # unread_count() counts no further: show "20+"


class NotificationKind(StrEnum):
    FOLLOWED = "followed"
    COMMENTED = "commented"
    REPLIED = "replied"  # to a comment of theirs
    REACTED = "reacted"
    UNLOCKED = "unlocked"
    PUBLISH_FAILED = "publish_failed"  # of their own scheduled post; nobody did it


SAID = (NotificationKind.COMMENTED, NotificationKind.REPLIED)
CHOOSABLE = tuple(kind for kind in NotificationKind if kind is not NotificationKind.PUBLISH_FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Something another person did; `user_id` is told of it. It holds ids, never a text. That of a
    comment is the comment's own.

    `actor_id` is "" where nobody did it.
    """

    notification_id: str
    user_id: str
    kind: NotificationKind
    actor_id: str = ""
    post_id: str = ""
    amount: int = 0  # what a sale earned, in minor units of `currency`
    currency: str = ""
    read: bool = False  # by itself; the mark covers most

    @property
    def created_at(self) -> datetime:
        return moment_of(self.notification_id)

    @property
    def group(self) -> tuple[str, ...]:
        """What may stand in one line has the same."""
        if self.kind is NotificationKind.PUBLISH_FAILED:
            return (self.notification_id,)
        return (str(self.kind), self.post_id, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMark:
    """How far a person read, and which kinds they do not want to hear of."""

    upto: str = ""
    off: frozenset[NotificationKind] = frozenset()

    def is_unread(self, notification: Notification) -> bool:
        return not notification.read and notification.notification_id > self.upto


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationView:
    """One line: what one or more people did, the newest first. `actors` are those that are named,
    `others` the number of the rest. `post_id` is "" where no post is meant, or it is gone;
    `comment_id` is the newest comment, where comments are told of.

    `count` is how often it was done, `amount` all that it earned.
    """

    notification_id: str
    kind: NotificationKind
    actors: tuple[Profile, ...]
    others: int
    count: int
    unread: bool
    post_id: str = ""
    comment_id: str = ""
    amount: int = 0
    currency: str = ""

    @property
    def actor(self) -> Profile | None:
        return self.actors[0] if self.actors else None

    @property
    def created_at(self) -> datetime:
        return moment_of(self.notification_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPage:
    """`mark`: how far this page was seen, also of what it leaves out; "" when nothing is new."""

    items: list[NotificationView]
    mark: str = ""
    next_cursor: str = ""


Choices = Mapping[NotificationKind, bool]
