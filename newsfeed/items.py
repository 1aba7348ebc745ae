"""What the feed holds, and what a reader gets to see of it.

Ids are ULIDs, and the time in one is the moment of its row: every key that holds a time is made
from the id alone, and ids sort as times do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

from ulid import ULID

from users.items import Profile

PAGE = 20
FEED_KEPT = timedelta(days=90)  # pointers, and the tombstones of unfollowing that hide them
NOTIFICATIONS_KEPT = timedelta(days=90)
UNREAD_CAP = 30  # unread_count() counts no further: show "30+"
PRICE_MIN, PRICE_MAX = 100, 50_000  # minor units of BILLING_CURRENCY


class Visibility(StrEnum):
    PUBLIC = "public"
    FOLLOWERS = "followers"
    PAID = "paid"  # everybody sees the teaser, buyers and the author the rest
    PRIVATE = "private"


class PostState(StrEnum):
    PUBLISHED = "published"
    DELETED = "deleted"


class Access(IntEnum):
    """What of a post a viewer may have; ordered, so `access >= Access.TEASER` reads as it says."""

    NONE = 0
    TEASER = 1
    FULL = 2


class NotificationKind(StrEnum):
    FOLLOWED = "followed"
    COMMENTED = "commented"
    UNLOCKED = "unlocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a list may show of a post: `text` never holds a locked byte.

    `text` is the whole free part of a paid post, else the beginning of the body; `has_more` is
    True when the post's own page has more of it.
    """

    post_id: str
    user_id: str
    state: PostState
    visibility: Visibility
    text: str
    has_more: bool
    unlock_price: int
    currency: str
    version: int
    updated_at: datetime

    @property
    def created_at(self) -> datetime:
        return moment_of(self.post_id)

    @property
    def is_published(self) -> bool:
        return self.state is PostState.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post about to be written: its card and its whole body."""

    card: Card
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """An entry of a feed or a timeline; what it shows is read when it is shown."""

    post_id: str
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    comment_id: str
    post_id: str
    user_id: str
    text: str

    @property
    def created_at(self) -> datetime:
        return moment_of(self.comment_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Something another person did; `user_id` is told of it. It holds ids, never a text."""

    notification_id: str
    user_id: str
    kind: NotificationKind
    actor_id: str
    post_id: str = ""

    @property
    def created_at(self) -> datetime:
        return moment_of(self.notification_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """A purchase that lasts: it outlives unfollowing."""

    user_id: str
    post_id: str
    price: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks, and how they stand to one post. The default is a stranger."""

    user_sub: str | None = None
    follows: bool = False
    unlocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post as one viewer may see it. `text` holds only what they may read.

    On a list, `text` is the beginning (`has_more`: the rest is on the post's own page) and
    `comment_count` is None. `locked`: the rest has to be bought, for `unlock_price` in minor
    units of `currency`.
    """

    card: Card
    access: Access
    author: Profile
    text: str
    has_more: bool
    own: bool
    hidden: bool = False
    comment_count: int | None = None

    @property
    def post_id(self) -> str:
        return self.card.post_id

    @property
    def created_at(self) -> datetime:
        return self.card.created_at

    @property
    def visibility(self) -> Visibility:
        return self.card.visibility

    @property
    def locked(self) -> bool:
        return self.access < Access.FULL

    @property
    def unlock_price(self) -> int:
        return self.card.unlock_price

    @property
    def currency(self) -> str:
        return self.card.currency


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    comment: Comment
    author: Profile
    own: bool
    deletable: bool  # by this viewer: their own, or on their own post

    @property
    def comment_id(self) -> str:
        return self.comment.comment_id

    @property
    def text(self) -> str:
        return self.comment.text

    @property
    def created_at(self) -> datetime:
        return self.comment.created_at


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
    def created_at(self) -> datetime:
        return self.notification.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """Newest first. `next_cursor` is "" at the end; a page may be short and still have a next."""

    items: list[PostView]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    items: list[CommentView]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationPage:
    items: list[NotificationView]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    items: list[Profile]
    next_cursor: str = ""


Profiles = Mapping[str, Profile]


def moment_of(identifier: str) -> datetime:
    """When an id was made, to the millisecond; ValueError when it is no id.

    An id can be typed whose time is beyond the calendar: it belongs to its very end, where
    nothing is.
    """
    milliseconds = ULID.from_str(identifier).milliseconds
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError):
        return datetime.max.replace(tzinfo=UTC)
