"""Whether a call may go on with the key it was sent with."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from apikeys import peppers, texts
from apikeys.calls import KeyCall
from apikeys.errors import (
    KeyDisabled,
    KeyExpired,
    KeyOwnerDisabled,
    KeyRefused,
    KeyRevoked,
    ScopeMissing,
)
from apikeys.items import ApiKey, Digest, KeyStatus
from apikeys.repository import ApiKeyRepository
from core import clock
from core.scopes import KeyAccess, KeyNotAllowed, Scope
from dynamo.errors import ConditionFailed, StorageError
from dynamo.gather import gather
from mfa import services as mfa
from users import services as users
from users.models import User

NOTED_EVERY = timedelta(seconds=60)

_keys = ApiKeyRepository()


def _nobody(call: KeyCall) -> None:
    return


def check_key(
    text: str, *, needs: Scope | None, ip: str, matched: Callable[[KeyCall], None] = _nobody
) -> tuple[User, KeyAccess]:
    """The key's owner and what the key may do.

    A text that is no key costs no call. Else 2 calls in 2 hops: the key, then its owner; at most
    once a minute a third beside the owner, which notes the use, puts the digest under today's
    pepper and asks again whether the key still holds. A refusal for scope notes nothing.

    `needs` is the scope of what is called, None = it is closed to keys. Raises KeyRefused and its
    kinds (the reason only to whoever has the secret), then FactorRequired where the owner must have
    a second factor first, KeyNotAllowed and ScopeMissing.
    """
    key, digest = _of_text(text)
    matched(KeyCall(key_id=key.key_id, user_sub=key.user_sub))
    may = needs is not None and needs in key.scopes
    now = clock.now()
    find_owner = partial(users.find_user, key.user_sub)
    if may and _is_due(key, now):
        owner, _ = gather(find_owner, partial(_note_use, key, digest, now, ip))
    else:
        owner = find_owner()
    if owner is None or not owner.is_active:
        raise KeyOwnerDisabled
    mfa.require_factor(owner)
    if needs is None:
        raise KeyNotAllowed
    if not may:
        raise ScopeMissing(needs)
    return owner, KeyAccess(key_id=key.key_id, scopes=key.scopes)


def _of_text(text: str) -> tuple[ApiKey, Digest]:
    """The key, and its digest by the pepper of today, which the row may not have yet."""
    parsed = texts.parse(text)
    if parsed is None:
        raise KeyRefused
    key = _keys.find(parsed.key_id)
    if not peppers.matches(parsed.key_id, parsed.secret, key.digest if key else None):
        raise KeyRefused
    assert key is not None  # nothing matches a digest that is not there
    return _usable(key), peppers.digest(parsed.key_id, parsed.secret)


def _usable(key: ApiKey) -> ApiKey:
    match key.status_at(clock.now()):
        case KeyStatus.REVOKED:
            raise KeyRevoked
        case KeyStatus.EXPIRED:
            raise KeyExpired
        case KeyStatus.DISABLED:
            raise KeyDisabled
    return key


def _is_due(key: ApiKey, now: datetime) -> bool:
    return key.last_used_at is None or key.last_used_at <= now - NOTED_EVERY


def _note_use(key: ApiKey, digest: Digest, now: datetime, ip: str) -> None:
    """Storage that does not take it is no reason to refuse: the key was just read and holds."""
    try:
        _keys.note_use(key, at=now, ip=ip, unused_since=now - NOTED_EVERY, digest=digest)
    except ConditionFailed:
        current = _keys.find(key.key_id)  # another call was faster, or it was revoked
        if current is None:
            raise KeyRefused from None
        _usable(current)
    except StorageError:
        return
