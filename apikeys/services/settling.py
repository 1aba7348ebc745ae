"""Changing a key as it was read, and what to say when it was changed at the same moment."""

from collections.abc import Callable
from dataclasses import replace

from alerts.items import AlertKind
from apikeys.errors import KeyChanged, KeyEnded, RotationInProgress
from apikeys.items import ApiKey
from apikeys.repository import KEY_LABEL, ChangeRepository
from apikeys.services.keys import get_owned_key
from apikeys.services.telling import told
from core import clock
from core.actor import Actor
from core.ratelimit import Limit, hit
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact

LOOKS = 5  # at a key that is changed at the same moment
CHANGES = Limit("api-key-change", times=100, seconds=86_400)  # what opens; closing is never limited

Step = Callable[[ApiKey], list[Write]]

_changes = ChangeRepository()


def require_living(key: ApiKey) -> None:
    """Raises KeyEnded."""
    if not key.is_living_at(clock.now()):
        raise KeyEnded


def require_version(key: ApiKey, version: int) -> None:
    """That the person looked at what there is. Raises KeyEnded, KeyChanged."""
    require_living(key)
    if key.version != version:
        raise KeyChanged


def change_writes(
    before: ApiKey, after: ApiKey, kind: AlertKind | None, actor: Actor, **facts: str
) -> list[Write]:
    """The change and its alert, if it has one; named as it was before."""
    changing = _changes.changing(before, after, at=clock.now())
    return [changing, *(told(before, kind, actor, **facts) if kind else [])]


def write_once(before: ApiKey, after: ApiKey, writes: list[Write]) -> ApiKey:
    """A change of what the person looked at: nothing is tried again. Returns the key as it is then.

    Raises KeyNotFound, KeyEnded, RotationInProgress, KeyChanged.
    """
    if not written(writes):
        current = get_owned_key(before.user_sub, before.key_id)
        require_living(current)
        was, now = before.is_rotating_at(clock.now()), current.is_rotating_at(clock.now())
        raise RotationInProgress if now and not was else KeyChanged
    return replace(after, version=before.version + 1)


def settle(
    user_sub: str, key_id: str, step: Step, *, limit: Limit | None = None
) -> tuple[ApiKey, bool]:
    """A change that means the same whatever else happens to the key: looked at anew, and made,
    until it holds. A step without writes says that nothing is left to do.

    Returns the key, and whether this call changed it. Raises KeyNotFound, KeyChanged, RateLimited
    where there is a limit, and what the step raises.
    """
    for look in range(LOOKS):
        key = get_owned_key(user_sub, key_id)
        writes = step(key)
        if not writes:
            return key, False
        if limit and not look:
            hit(limit, user_sub)
        if written(writes):
            return get_owned_key(user_sub, key_id), True
    raise KeyChanged


def written(writes: list[Write]) -> bool:
    """False, and nothing is: a key of theirs was changed since it was read."""
    try:
        transact(writes)
    except TransactionCancelled as error:
        if not error.failed(KEY_LABEL):
            raise
        return False
    return True
