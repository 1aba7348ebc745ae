"""What the table of API keys holds. Nothing here knows a secret, only its digest."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.scopes import Scope


class KeyState(StrEnum):
    """As stored."""

    ACTIVE = "active"
    REVOKED = "revoked"


class KeyStatus(StrEnum):
    """As its owner sees it at a moment."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The HMAC of a secret, and which pepper made it."""

    pepper: str
    secret_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """`hint` is what may be shown of the key; `expires_at` None = never. `version` counts changes
    of what the key may do, so that whoever holds an older copy of the row notices."""

    key_id: str
    user_sub: str
    name: str
    hint: str
    scopes: frozenset[Scope]
    digest: Digest
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    last_used_ip: str = ""
    revoked_at: datetime | None = None
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
        return KeyStatus.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A key that was made a moment ago. `secret` is the whole text to send; nothing stores it."""

    key: ApiKey
    secret: str
