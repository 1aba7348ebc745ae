"""What the table of API keys holds. Nothing here knows a secret, only its digest."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.scopes import Scope

UNDO_WITHIN = timedelta(minutes=60)


class KeyState(StrEnum):
    """As stored."""

    ACTIVE = "active"
    DISABLED = "disabled"
    REVOKED = "revoked"


class KeyStatus(StrEnum):
    """As its owner sees it at a moment."""

    ACTIVE = "active"
    DISABLED = "disabled"
    EXPIRED = "expired"
    REVOKED = "revoked"


class EndReason(StrEnum):
    """Why a key ended before its time."""

    OWNER = "owner"  # revoked by hand; the only one that can be undone
    NOT_ME = "not_me"  # made or changed since what its owner said was not them
    LEAKED = "leaked"  # somebody reported its secret
    IDLE = "idle"  # expired because nobody used it for a year


class Outcome(StrEnum):
    """How a call ended that was made with the right secret."""

    OK = "ok"
    REFUSED = "refused"  # 401 and 403: revoked, from another address, without the scope
    RATE_LIMITED = "rate_limited"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"


class RotationStart(StrEnum):
    """When a new secret takes over."""

    NOW = "now"
    FIRST_USE = "first_use"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The HMAC of a secret, and which pepper made it."""

    pepper: str
    secret_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousSecret:
    """The one before the last rotation. It works before `until`, so never past the key's end.

    `told_at`: when its owner was last told that it is still in use.
    """

    digest: Digest
    hint: str
    until: datetime
    last_used_at: datetime | None = None
    last_used_ip: str = ""
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSecret:
    """One that takes over at its first use; the one in use then lives on for `overlap`."""

    digest: Digest
    hint: str
    overlap: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUsage:
    """The calls of one day (UTC), by Outcome."""

    day: date
    ok: int = 0
    refused: int = 0
    rate_limited: int = 0
    client_error: int = 0
    server_error: int = 0

    @property
    def total(self) -> int:
        return self.ok + self.failed

    @property
    def failed(self) -> int:
        return self.refused + self.rate_limited + self.client_error + self.server_error


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """`hint` is what may be shown of the key; `expires_at` None = never. `version` counts changes
    of what the key may do, so that whoever holds an older copy of the row notices.

    `allowed_networks`: CIDRs from which it works; none = from everywhere. `calls_per_minute` None
    = the site's limit. `tat` is the theoretical arrival time of GCRA, in microseconds since 1970.
    `seen_networks`: hashes of where it was used from. `changed_at`: when it last got a new secret,
    other rights, or was brought back; whatever an intruder would do to it.
    """

    key_id: str
    user_sub: str
    name: str
    hint: str
    scopes: frozenset[Scope]
    digest: Digest
    created_at: datetime
    description: str = ""
    allowed_networks: tuple[str, ...] = ()
    calls_per_minute: int | None = None
    tat: int = 0
    expires_at: datetime | None = None
    previous: PreviousSecret | None = None
    pending: PendingSecret | None = None
    last_used_at: datetime | None = None
    last_used_ip: str = ""
    last_used_client: str = ""
    seen_networks: frozenset[str] = field(default_factory=frozenset)
    changed_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_from: KeyState | None = None
    end_reason: EndReason | None = None
    state: KeyState = KeyState.ACTIVE
    version: int = 1

    @property
    def sorted_scopes(self) -> list[Scope]:
        return sorted(self.scopes)

    def status_at(self, now: datetime) -> KeyStatus:
        if self.state is KeyState.REVOKED:
            return KeyStatus.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return KeyStatus.EXPIRED
        return KeyStatus(self.state)

    def is_living_at(self, now: datetime) -> bool:
        """It works, or would once it is enabled."""
        return self.status_at(now) in (KeyStatus.ACTIVE, KeyStatus.DISABLED)

    def previous_at(self, now: datetime) -> PreviousSecret | None:
        """The former secret while it still works."""
        return self.previous if self.previous and self.previous.until > now else None

    def can_return_at(self, now: datetime) -> bool:
        """Its owner revoked it by hand, less than an hour ago."""
        by_hand = self.state is KeyState.REVOKED and self.end_reason is EndReason.OWNER
        return by_hand and self.revoked_at is not None and now < self.revoked_at + UNDO_WITHIN

    def replaced_at(self, now: datetime, overlap: timedelta) -> PreviousSecret | None:
        """What is left of the secret in use when another one takes over: it works for `overlap`
        more and never outlives the key; nothing without an overlap."""
        if not overlap:
            return None
        until = now + overlap
        until = until if self.expires_at is None else min(until, self.expires_at)
        # To the second, as it is stored.
        return PreviousSecret(
            digest=self.digest, hint=self.hint, until=until.replace(microsecond=0)
        )

    def is_rotating_at(self, now: datetime) -> bool:
        """Two secrets exist: one more would have no place."""
        return self.pending is not None or self.previous_at(now) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A key that was made a moment ago. `secret` is the whole text to send; nothing stores it."""

    key: ApiKey
    secret: str
