"""Ending keys for good, and taking that back within the hour."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from alerts import services as alerts
from alerts.items import AlertKind
from apikeys.errors import KeyChanged, KeyEnded, UndoRefused
from apikeys.items import ApiKey, EndReason, KeyState
from apikeys.repository import ApiKeyRepository
from apikeys.services.keys import require_room
from apikeys.services.settling import CHANGES, LOOKS, change_writes, settle, written
from apikeys.services.telling import few, log, told
from core import clock, ids
from core.actor import Actor
from core.errors import Invalid
from core.scopes import Scope
from dynamo.table import Write
from sessions.device import place_of

AT_ONCE = 50
MOST_DAYS = 3650
MOST_NAMED = 5

_keys = ApiKeyRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which living keys. They have to be all that is given; nothing given means all of them.

    `unused_days`: one that was never used counts from its creation.
    """

    unused_days: int | None = None
    created_before: datetime | None = None
    scope: Scope | None = None

    def has(self, key: ApiKey, now: datetime) -> bool:
        if not key.is_living_at(now):
            return False
        if self.unused_days is not None:
            used = key.last_used_at or key.created_at
            if used > now - timedelta(days=self.unused_days):
                return False
        if self.created_before is not None and key.created_at >= self.created_before:
            return False
        return self.scope is None or self.scope in key.scopes


def revoke_key(*, user_sub: str, key_id: str, actor: Actor) -> ApiKey:
    """From the next call on it is refused. Revoking twice is once. Raises KeyNotFound."""

    def step(key: ApiKey) -> list[Write]:
        if key.state is KeyState.REVOKED:
            return []
        revoking = _keys.revoking(key, at=clock.now(), reason=EndReason.OWNER)
        return [revoking, *told(key, AlertKind.APIKEY_REVOKED, actor)]

    key, changed = settle(user_sub, key_id, step)
    if changed:
        log("api key revoked", key, actor)
    return key


def undo_revoke(*, user_sub: str, key_id: str, actor: Actor) -> ApiKey:
    """The key is what it was before, disabled if it was that. Twice is once. The door has asked for
    a step-up.

    Only for an hour, and only what its owner revoked by hand: see UndoRefused. Raises KeyNotFound,
    KeyEnded when it has expired meanwhile, KeyLimitReached, KeyChanged, RateLimited.
    """

    def step(key: ApiKey) -> list[Write]:
        now = clock.now()
        if key.state is not KeyState.REVOKED:
            return []
        if not key.can_return_at(now) or key.revoked_from is None:
            raise UndoRefused
        back = replace(
            key,
            state=key.revoked_from,
            revoked_at=None,
            revoked_from=None,
            end_reason=None,
            changed_at=now,
        )
        if not back.is_living_at(now):
            raise KeyEnded
        require_room(user_sub)
        return change_writes(key, back, AlertKind.APIKEY_RESTORED, actor)

    key, changed = settle(user_sub, key_id, step, limit=CHANGES)
    if changed:
        log("api key restored", key, actor)
    return key


def revoke_keys(
    *,
    user_sub: str,
    actor: Actor,
    key_ids: Collection[str] | None = None,
    wanted: Filter | None = None,
) -> list[tuple[str, bool]]:
    """Either those of these ids, 1 to 50, or the living ones that the filter has; one alert tells
    of all. Each id with whether it is revoked now: an unknown id, and one of somebody else's key,
    is not.

    All of up to 50 at once or none. A key that is used at this very moment is not one that is
    unused. A key that was made within the last moments may be missing from what a filter finds.
    Raises Invalid, KeyChanged.
    """
    if key_ids is not None and wanted is None:
        named = _checked_ids(key_ids)
        owned = _owned(user_sub, filter(ids.is_id, named))
        _revoke_all(user_sub, owned, None, actor)
        mine = {key.key_id for key in owned}
        return [(key_id, key_id in mine) for key_id in named]
    if key_ids is None and wanted is not None:
        found = find_keys(user_sub=user_sub, wanted=wanted)
        starts = range(0, len(found), AT_ONCE)
        groups = [found[start : start + AT_ONCE] for start in starts]
        done = [_revoke_all(user_sub, group, wanted, actor) for group in groups]
        return [(key_id, True) for group in done for key_id in group]
    raise Invalid(errors={"key_ids": [_("Give either the ids of keys or a filter.")]})


def find_keys(*, user_sub: str, wanted: Filter) -> list[ApiKey]:
    """The living ones that the filter has, the newest first. Raises Invalid."""
    _check_filter(wanted)
    now = clock.now()
    return [key for key in _keys.all_of(user_sub) if wanted.has(key, now)]


def _revoke_all(
    user_sub: str, found: list[ApiKey], wanted: Filter | None, actor: Actor
) -> list[str]:
    """The ids of those that this call revoked. Whatever was changed at the same moment is looked at
    anew, and the rest is tried again without what is not meant any more."""
    for _look in range(LOOKS):
        now = clock.now()
        todo = [key for key in found if _is_meant(key, wanted, now)]
        if not todo or _revoked(todo, wanted, actor, now):
            return [key.key_id for key in todo]
        found = _owned(user_sub, [key.key_id for key in found])
    raise KeyChanged


def _revoked(todo: list[ApiKey], wanted: Filter | None, actor: Actor, now: datetime) -> bool:
    if_unused = wanted is not None and wanted.unused_days is not None
    told_all = alerts.alert_writes(
        user_sub=todo[0].user_sub,
        kind=AlertKind.APIKEYS_REVOKED,
        context={"keys": few([key.name for key in todo], MOST_NAMED), **place_of(actor)},
    )
    revoking = [
        _keys.revoking(key, at=now, reason=EndReason.OWNER, if_unused=if_unused) for key in todo
    ]
    if not written([*revoking, *told_all]):
        return False
    for key in todo:
        log("api key revoked", key, actor)
    return True


def _is_meant(key: ApiKey, wanted: Filter | None, now: datetime) -> bool:
    return wanted.has(key, now) if wanted else key.state is not KeyState.REVOKED


def _owned(user_sub: str, key_ids: Iterable[str]) -> list[ApiKey]:
    return [key for key in _keys.find_all(key_ids) if key.user_sub == user_sub]


def _checked_ids(key_ids: Collection[str]) -> list[str]:
    """Each once, in their order. What is no id at all is nobody's key, and is not asked for."""
    named = list(dict.fromkeys(key_ids))
    if not 1 <= len(named) <= AT_ONCE:
        raise Invalid(errors={"key_ids": [_("Give 1 to %(most)d keys.") % {"most": AT_ONCE}]})
    return named


def _check_filter(wanted: Filter) -> None:
    days = wanted.unused_days
    if days is not None and not 1 <= days <= MOST_DAYS:
        text = _("Give a number of days from 1 to %(most)d.") % {"most": MOST_DAYS}
        raise Invalid(errors={"unused_days": [text]})
