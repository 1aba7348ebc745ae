from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account about to be written; `email` and `handle` are already clean."""

    user_sub: str
    email: str
    handle: str
    display_name: str
    password_hash: str
    is_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where mail for a person goes, and how to address them."""

    user_sub: str
    email: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBrowser:
    """A browser in which this person has signed in; `digest` is that of its random cookie."""

    digest: str
    label: str
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What others may see of a person. `version` moves with each change of its texts."""

    user_sub: str
    handle: str
    display_name: str
    bio: str
    avatar: str
    version: int
    updated_at: datetime

    @property
    def name(self) -> str:
        return self.display_name or self.handle


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerHandle:
    """A handle given up, and when: it stays its former owner's for a while."""

    handle: str
    changed_at: datetime
