"""What becomes of a post: versions it had, deletion; and what is not published yet."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from django.utils.safestring import SafeString

from core import clock
from newsfeed import markdown
from newsfeed.items.media import Attachment
from newsfeed.items.posts import Card, Visibility

DRAFTS_MOST = 50  # of one person, scheduled ones too
BEGINNING = 500  # of a draft, for lists
DRAFT_LENGTH = 40_000  # as typed: more than any post may have, so that nothing is lost to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A post as it was until `until`; `version` is what its card had then."""

    version: int
    until: datetime
    body: str
    visibility: Visibility
    unlock_price: int
    currency: str
    warning: str = ""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionView:
    """`text` is None where this viewer could not have read the post as it was then."""

    revision: Revision
    text: str | None

    @property
    def html(self) -> SafeString:
        return markdown.render(self.text or "")

    @property
    def until(self) -> datetime:
        return self.revision.until

    @property
    def visibility(self) -> Visibility:
        return self.revision.visibility

    @property
    def unlock_price(self) -> int:
        return self.revision.unlock_price

    @property
    def currency(self) -> str:
        return self.revision.currency

    @property
    def warning(self) -> str:
        return self.revision.warning if self.text is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionPage:
    items: list[RevisionView]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedPost:
    """One of one's own; `restorable_until` is None where it is only kept for its buyers."""

    card: Card
    deleted_at: datetime
    restorable_until: datetime | None
    sold: bool

    @property
    def post_id(self) -> str:
        return self.card.post_id

    @property
    def plain(self) -> str:
        """The beginning, without any mark."""
        return markdown.plain(self.card.text)

    @property
    def days_left(self) -> int:
        """Begun ones count; 0 when it cannot be restored."""
        if self.restorable_until is None:
            return 0
        return ceil((self.restorable_until - clock.now()) / timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedPage:
    items: list[DeletedPost]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText:
    """What somebody typed, as they typed it: nothing of it is checked before it is published."""

    body: str = ""
    visibility: str = ""
    price: str = ""
    warning: str = ""
    media_ids: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """`body` without any mark, to tell drafts apart."""
        beginning = markdown.SPLIT_LINE.sub("", self.body[:BEGINNING])
        return markdown.plain(beginning).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`due`: when it is published by itself, None for one that waits for its author. `problem`
    says why that failed last time."""

    draft_id: str
    user_id: str
    text: DraftText = field(repr=False)
    version: int
    updated_at: datetime
    due: datetime | None = None
    problem: str = ""
