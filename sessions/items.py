"""What the sessions table holds. Nothing here knows the key in the cookie, only its digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    SESSION = "session"
    BROWSER = "browser"  # a trusted browser, which skips a second factor


class Lifetime(StrEnum):
    """How long a sign-in lasts: the keys of settings.SESSION_LIFETIMES."""

    STANDARD = "standard"
    REMEMBERED = "remembered"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How, when and where a session was signed in."""

    lifetime: Lifetime
    authenticated_at: datetime
    methods: tuple[str, ...]
    ip: str
    user_agent: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session. `data` is JSON text by session key, without the reserved keys.

    `sid` is its public name. Expiries are epoch seconds; `expires_at` is the nearer of the idle
    and the absolute end. `version` counts changes of content, not touches.
    """

    session_hash: str
    sid: str
    data: Mapping[str, str]
    created_at: datetime
    seen_at: datetime
    expires_at: int
    absolute_expires_at: int
    version: int = 1
    kind: Kind = Kind.SESSION
    user_sub: str = ""
    epoch: int = 0
    sign_in: SignIn | None = None

    def is_live(self, now: int) -> bool:
        """False once expired, and for rows that are not sessions."""
        return self.kind is Kind.SESSION and now < min(self.expires_at, self.absolute_expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """A session as its owner may see it."""

    sid: str
    label: str
    ip: str
    user_agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    methods: tuple[str, ...]
    current: bool

    @property
    def is_handheld(self) -> bool:
        return "Mobi" in self.user_agent or "Android" in self.user_agent
