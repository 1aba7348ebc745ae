"""One of a few words that a reader may leave below a post."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ReactionKind(StrEnum):
    LIKE = "like"
    LOVE = "love"
    LAUGH = "laugh"
    WOW = "wow"
    SAD = "sad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What one person left at one post; `kind` is None once they took it back.

    `told` is the id under which the post's author hears of it, however often it comes and goes.
    """

    post_id: str
    user_id: str
    kind: ReactionKind | None
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionButton:
    """A kind as a page offers it; `chosen` by who looks."""

    kind: ReactionKind
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the shards beside a card add up to."""

    comments: int = 0
    reactions: Mapping[ReactionKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one person did with one post."""

    unlocked: bool = False
    hidden: bool = False
    reaction: ReactionKind | None = None
