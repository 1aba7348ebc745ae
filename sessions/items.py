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
class TrustedBrowser:
    """A browser in which one account's password is enough, until `expires_at`. `ip` is where it
    was trusted, `seen_ip` where it was used last.

    `session_hash` is the digest of its cookie's key and the account's id. `epoch` is the account's
    trust_epoch when it was trusted, `session_epoch` that of its sessions: once one of them has
    moved, it is trusted no more.
    """

    session_hash: str
    sid: str
    user_sub: str
    epoch: int
    session_epoch: int
    label: str
    ip: str
    seen_ip: str
    user_agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedBrowserInfo:
    """A trusted browser as its owner may see it."""

    sid: str
    label: str
    ip: str
    user_agent: str
    created_at: datetime
    seen_at: datetime
    seen_ip: str
    expires_at: datetime
    current: bool

    @property
    def is_handheld(self) -> bool:
        return is_handheld(self.user_agent)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenTrust:
    """That a browser brought the key of a trust that holds. Made by sessions.trusted.prove alone:
    a row that was read in another way proves nothing."""

    browser: TrustedBrowser


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
        return is_handheld(self.user_agent)


def is_handheld(user_agent: str) -> bool:
    return "Mobi" in user_agent or "Android" in user_agent
