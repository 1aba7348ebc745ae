"""Posts as they are stored, and as one viewer gets to see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

from django.utils.safestring import SafeString

from newsfeed import markdown
from newsfeed.items.media import Attachment, CardMedia, MediaKind
from newsfeed.items.moments import moment_of
from newsfeed.items.reactions import ReactionButton, ReactionKind
from users.items import Profile

PAGE = 20
FEED_KEPT = timedelta(days=90)  # pointers, and the tombstones of unfollowing that hide them
RESTORABLE = timedelta(days=30)
PRICE_MIN, PRICE_MAX = 100, 50_000  # minor units of BILLING_CURRENCY


class Visibility(StrEnum):
    PUBLIC = "public"
    FOLLOWERS = "followers"
    PAID = "paid"  # everybody sees the teaser, buyers and the author the rest
    PRIVATE = "private"


class PostState(StrEnum):
    PUBLISHED = "published"
    DELETED = "deleted"  # its author may bring it back; who bought it goes on reading
    REMOVED = "removed"  # nothing is left of it but this


class Access(IntEnum):
    """What of a post a viewer may have; ordered, so `access >= Access.TEASER` reads as it says."""

    NONE = 0
    TEASER = 1
    FULL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a list may show of a post: `text` never holds a locked byte, nor does `media`.

    `text` is Markdown: the whole free part of a paid post, else the beginning of the body;
    `has_more` is True when the post's own page has more of it. `words` counts what is free (of an
    open post all), `locked_words` what has to be bought. `warning` is shown before anything else.
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
    warning: str = ""
    words: int = 0
    locked_words: int = 0
    media: tuple[CardMedia, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    comments_locked: bool = False

    @property
    def created_at(self) -> datetime:
        return moment_of(self.post_id)

    @property
    def pictures(self) -> int:
        return sum(each.kind is MediaKind.PICTURE for each in self.media)

    @property
    def files(self) -> int:
        return len(self.media) - self.pictures

    @property
    def is_published(self) -> bool:
        return self.state is PostState.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post about to be written: its card, its whole body, all that is attached."""

    card: Card
    body: str
    attachments: tuple[Attachment, ...] = ()


class Content(NamedTuple):
    """What of a post only who has full access may read. `version` is that of the card that was
    written with it: content that is newer than the card in hand was not opened by it."""

    body: str
    attachments: tuple[Attachment, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an author typed: checked and cleaned when it is published, and not before.

    `unlock_price` is in minor units of BILLING_CURRENCY, 0 unless the post is paid.
    """

    body: str
    visibility: Visibility
    unlock_price: int = 0
    warning: str = ""
    media_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """An entry of a feed or a timeline; what it shows is read when it is shown."""

    post_id: str
    author_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """An author's newest posts that are not private, newest first; `has_more`: there are older
    ones in the timeline."""

    post_ids: tuple[str, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """A purchase that lasts: it outlives unfollowing, edits and a new price."""

    user_id: str
    post_id: str
    price: int
    currency: str
    author_id: str = ""  # purchases from before lists of them do not say it


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks, and how they stand to one post. The default is a stranger.

    `blocked` in either direction: neither of the two sees anything of the other.
    """

    user_sub: str | None = None
    follows: bool = False
    unlocked: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post as one viewer may see it. `text` (Markdown) holds only what they may read, and
    `attachments` only what they may open: none of a locked post.

    On a list, `text` is the beginning (`has_more`: the rest is on the post's own page), and
    `comment_count` and `reactions` are None. `locked`: the rest has to be bought, for
    `unlock_price` in minor units of `currency`; `previews` are the blurred pictures of it.
    """

    card: Card
    access: Access
    author: Profile
    text: str
    has_more: bool
    own: bool
    hidden: bool = False
    comment_count: int | None = None
    reactions: Mapping[ReactionKind, int] | None = None
    reaction: ReactionKind | None = None  # the viewer's own
    attachments: tuple[Attachment, ...] = ()

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
    def html(self) -> SafeString:
        """`text` as a page shows it."""
        return markdown.render(self.text)

    @property
    def plain(self) -> str:
        """`text` without any mark, for titles and quotations."""
        return markdown.plain(self.text)

    @property
    def commentable(self) -> bool:
        """Whoever bought a post goes on reading what was said below it once it is deleted."""
        return not self.locked and self.card.is_published and not self.card.comments_locked

    @property
    def reaction_buttons(self) -> list[ReactionButton]:
        counts = self.reactions or {}
        return [
            ReactionButton(kind=kind, count=counts.get(kind, 0), chosen=kind is self.reaction)
            for kind in ReactionKind
        ]

    @property
    def locked(self) -> bool:
        return self.access < Access.FULL

    @property
    def version(self) -> int:
        return self.card.version

    @property
    def unlock_price(self) -> int:
        return self.card.unlock_price

    @property
    def currency(self) -> str:
        return self.card.currency

    @property
    def shown(self) -> tuple[Attachment | CardMedia, ...]:
        """What is attached, as far as it may be told: with names and descriptions on the post's
        own page, without them while it is locked."""
        return self.attachments or self.card.media

    @property
    def pictures(self) -> list[Attachment | CardMedia]:
        return [each for each in self.shown if each.kind is MediaKind.PICTURE]

    @property
    def files(self) -> list[Attachment | CardMedia]:
        return [each for each in self.shown if each.kind is MediaKind.FILE]

    @property
    def previews(self) -> tuple[CardMedia, ...]:
        return self.card.media if self.locked else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """How many posts are new to a reader; `more`: than these."""

    count: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """Newest first. `next_cursor` is "" at the end; a page may be short and still have a next."""

    items: list[PostView]
    next_cursor: str = ""


Profiles = Mapping[str, Profile]
