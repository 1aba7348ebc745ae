"""Giving a key other rights, another end or another name, and turning it off for a while."""

from dataclasses import replace

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from alerts.items import AlertKind
from apikeys.items import ApiKey, KeyState
from apikeys.services.checking import KeyChanges, applied, checked
from apikeys.services.expiring import jobs_after
from apikeys.services.keys import get_owned_key
from apikeys.services.settling import (
    CHANGES,
    change_writes,
    require_living,
    require_version,
    settle,
    write_once,
)
from apikeys.services.telling import few, log, moment_text
from core import clock
from core.actor import Actor
from core.ratelimit import hit
from dynamo.table import Write

LONGEST = 450  # characters of what an alert says was changed; it holds 500


def edit_key(
    *, user_sub: str, key_id: str, version: int, actor: Actor, changes: KeyChanges
) -> ApiKey:
    """`version`: of the key that the person looked at. What is as it was already is not written,
    and a new name or description alone raises no alert. The door has asked for a step-up.

    Raises KeyNotFound, Invalid, KeyEnded, KeyChanged, RateLimited.
    """
    before = get_owned_key(user_sub, key_id)
    wanted = checked(changes)
    require_version(before, version)
    now = clock.now()
    after = applied(before, wanted, now)
    if after == before:
        return before
    hit(CHANGES, user_sub)
    said = _difference(before, after)
    if said:
        after = replace(after, changed_at=now)
    kind = AlertKind.APIKEY_CHANGED if said else None
    text = Truncator("; ".join(said)).chars(LONGEST)
    writes = change_writes(before, after, kind, actor, changes=text)
    changed = write_once(before, after, [*writes, *jobs_after(before, after)])
    log("api key changed", changed, actor)
    return changed


def disable_key(*, user_sub: str, key_id: str, actor: Actor) -> ApiKey:
    """From the next call on it is refused, until it is enabled. Twice is once.

    Raises KeyNotFound, KeyEnded, KeyChanged.
    """

    def step(key: ApiKey) -> list[Write]:
        require_living(key)
        if key.state is KeyState.DISABLED:
            return []
        off = replace(key, state=KeyState.DISABLED)
        return change_writes(key, off, AlertKind.APIKEY_DISABLED, actor)

    key, changed = settle(user_sub, key_id, step)
    if changed:
        log("api key disabled", key, actor)
    return key


def enable_key(*, user_sub: str, key_id: str, actor: Actor) -> ApiKey:
    """Twice is once. The door has asked for a step-up.

    Raises KeyNotFound, KeyEnded, KeyChanged, RateLimited.
    """

    def step(key: ApiKey) -> list[Write]:
        require_living(key)
        if key.state is KeyState.ACTIVE:
            return []
        on = replace(key, state=KeyState.ACTIVE, changed_at=clock.now())
        return change_writes(key, on, AlertKind.APIKEY_ENABLED, actor)

    key, changed = settle(user_sub, key_id, step, limit=CHANGES)
    if changed:
        log("api key enabled", key, actor)
    return key


def _difference(before: ApiKey, after: ApiKey) -> list[str]:
    """What its owner hears; nothing when only words were changed."""
    said = [
        *_scopes(_("scopes added"), after, before),
        *_scopes(_("scopes removed"), before, after),
    ]
    if after.allowed_networks != before.allowed_networks:
        said.append(_("networks: %(all)s") % {"all": _networks(after)})
    if after.calls_per_minute != before.calls_per_minute:
        pace = after.calls_per_minute or settings.API_KEYS_CALLS_PER_MINUTE
        said.append(_("calls per minute: %(number)d") % {"number": pace})
    if after.expires_at != before.expires_at:
        end = moment_text(after.expires_at) if after.expires_at else _("never")
        said.append(_("expires: %(end)s") % {"end": end})
    if said and after.name != before.name:
        said.append(_("name: %(name)s") % {"name": after.name})
    return said


def _scopes(what: str, one: ApiKey, other: ApiKey) -> list[str]:
    """Of the one, those that the other lacks."""
    names = ", ".join(sorted(one.scopes - other.scopes))
    return [f"{what}: {names}"] if names else []


def _networks(key: ApiKey) -> str:
    return few(list(key.allowed_networks)) if key.allowed_networks else _("everywhere")
