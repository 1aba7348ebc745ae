"""Pictures and files: as they were uploaded, and as a post holds them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PICTURES_MOST, FILES_MOST = 8, 4  # of one post
ALT_LENGTH, NAME_LENGTH = 1_000, 120


class MediaKind(StrEnum):
    PICTURE = "picture"
    FILE = "file"


class MediaState(StrEnum):
    PENDING = "pending"  # a job looks at it
    READY = "ready"
    REFUSED = "refused"  # it is not what it says, or too much; `reason` says which


class Variant(StrEnum):
    """The files that one upload becomes; only PREVIEW may be seen by who sees a teaser."""

    FULL = "full"  # a picture written anew, 2048 pixels at most, or the file as it came
    SMALL = "small"  # for lists: 800 pixels at most
    PREVIEW = "preview"  # blurred beyond recognition, made by the server


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """An upload. `post_id` is "" until a post holds it; `size` in bytes, of the file that came."""

    media_id: str
    user_id: str
    kind: MediaKind
    state: MediaState
    content_type: str
    name: str
    alt: str
    size: int
    width: int = 0
    height: int = 0
    post_id: str = ""
    reason: str = ""
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An upload as a post holds it, in META; all of it is locked in a paid post."""

    media_id: str
    kind: MediaKind
    content_type: str
    name: str
    alt: str
    size: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMedia:
    """What a list may show of an attachment. On the card of a paid post `alt` and `name` are ""."""

    media_id: str
    kind: MediaKind
    width: int = 0
    height: int = 0
    alt: str = ""
    name: str = ""
