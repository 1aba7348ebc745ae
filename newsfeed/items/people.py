"""How people stand to each other."""

from dataclasses import dataclass, field

from users.items import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """What one person's REL# partition says, read in one query at each look; ids of accounts.

    `blocked` holds both directions: whom they blocked (`blocking`) and who blocked them.
    `pulled` are authors whose posts are looked up and not waited for: those with very many
    followers, and those followed lately, from before which no pointers came.
    """

    blocking: frozenset[str] = field(default_factory=frozenset)
    blocked: frozenset[str] = field(default_factory=frozenset)
    muted: frozenset[str] = field(default_factory=frozenset)
    unfollowed: frozenset[str] = field(default_factory=frozenset)
    pulled: frozenset[str] = field(default_factory=frozenset)
    lately: frozenset[str] = field(default_factory=frozenset)  # of these, those followed lately

    @property
    def unlisted(self) -> frozenset[str]:
        """Whose posts are in none of this person's lists."""
        return self.blocked | self.muted

    @property
    def gone(self) -> frozenset[str]:
        """Whose posts are not in this person's feed, whatever pointers lead to them."""
        return self.unlisted | self.unfollowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """An author's followers. `pulled`: they look for the author's posts; else they are told."""

    followers: int
    pulled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowCounts:
    followers: int = 0
    following: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person as one viewer sees them. `blocked`: by this viewer, who then sees nothing else."""

    person: Profile
    own: bool
    followed: bool = False
    blocked: bool = False
    muted: bool = False
    counts: FollowCounts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    items: list[Profile]
    next_cursor: str = ""
