"""What a key's row says to a call, as a pure calculation. Each refusal has its one place here."""

from dataclasses import dataclass, field
from datetime import datetime

from apikeys.calls import Quota
from apikeys.errors import (
    AddressNotAllowed,
    KeyDisabled,
    KeyExpired,
    KeyLeaked,
    KeyRefused,
    KeyRevoked,
    ScopeMissing,
)
from apikeys.items import ApiKey, EndReason, KeyStatus
from apikeys.services.matching import Slot, slot_of
from apikeys.services.networks import is_allowed
from apikeys.texts import ParsedKey
from core.errors import ApplicationError
from core.scopes import ANY_KEY, KeyNotAllowed, Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`needs` is what a key must have for what is called; `ip` is empty when it is unknown."""

    sent: ParsedKey = field(repr=False)
    needs: Need
    ip: str
    user_agent: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """By this copy of the row the call may go on, with this secret of the key."""

    key: ApiKey
    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """`key` and `slot` are there when the secret matched: only then may the reason be told.

    `quota` is there when it was the limit that refused.
    """

    error: ApplicationError
    key: ApiKey | None = None
    slot: Slot | None = None
    quota: Quota | None = None


def judge(call: Call, key: ApiKey | None) -> Passed | Refused:
    slot = slot_of(call.sent, key, call.at)
    if key is None or slot is None:
        return Refused(error=KeyRefused())
    error = _of_state(key, call.at) or _of_address(key, call.ip) or _of_scope(key, call.needs)
    return Refused(error=error, key=key, slot=slot) if error else Passed(key=key, slot=slot)


def _of_state(key: ApiKey, now: datetime) -> ApplicationError | None:
    match key.status_at(now):
        case KeyStatus.REVOKED:
            return KeyLeaked() if key.end_reason is EndReason.LEAKED else KeyRevoked()
        case KeyStatus.EXPIRED:
            return KeyExpired()
        case KeyStatus.DISABLED:
            return KeyDisabled()
        case KeyStatus.ACTIVE:
            return None


def _of_address(key: ApiKey, ip: str) -> ApplicationError | None:
    return None if is_allowed(ip, key.allowed_networks) else AddressNotAllowed()


def _of_scope(key: ApiKey, needs: Need) -> ApplicationError | None:
    if needs is None:
        return KeyNotAllowed()
    if needs is ANY_KEY or needs in key.scopes:
        return None
    return ScopeMissing(needs)
