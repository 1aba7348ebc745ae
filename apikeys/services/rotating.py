"""A new secret for the same key, while programs that have the old one move over."""

from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.items import AlertKind
from apikeys import texts
from apikeys.errors import KeyChanged, RotationInProgress
from apikeys.items import ApiKey, Digest, IssuedKey, PendingSecret, RotationStart
from apikeys.services.checking import KEEP, Keep, KeyChanges, applied, checked
from apikeys.services.expiring import jobs_after
from apikeys.services.keys import get_owned_key, new_text
from apikeys.services.settling import (
    change_writes,
    require_living,
    require_version,
    settle,
    write_once,
)
from apikeys.services.telling import log, moment_text
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.ratelimit import Limit, hit
from dynamo.table import Write

OVERLAPS = (0, 1, 24, 72, 168)  # hours
ROTATIONS = Limit("api-key-rotate", times=60, seconds=86_400)


def rotate_key(
    *,
    user_sub: str,
    key_id: str,
    version: int,
    overlap_hours: int,
    start: RotationStart,
    actor: Actor,
    expires_in_days: int | Keep | None = KEEP,
) -> IssuedKey:
    """The only moment at which the new secret exists. The door has asked for a step-up.

    `version`: of the key that the person looked at. The old secret works for `overlap_hours`, one
    of OVERLAPS, more: from now on, or from the first use of the new one; never longer than the
    key was to live. A new end, one of EXPIRIES or None for never, goes with a start now only.

    Raises KeyNotFound, Invalid, KeyEnded, RotationInProgress, KeyChanged, RateLimited.
    """
    before = get_owned_key(user_sub, key_id)
    wanted = _checked(overlap_hours, start, expires_in_days)
    require_living(before)
    now = clock.now()
    if before.is_rotating_at(now):
        raise RotationInProgress
    require_version(before, version)
    hit(ROTATIONS, user_sub)
    text, digest = new_text(key_id)
    fresh, end = _started(
        before, start, digest, texts.hint_of(text), timedelta(hours=overlap_hours)
    )
    after = applied(replace(fresh, changed_at=now), wanted, now)
    writes = change_writes(before, after, AlertKind.APIKEY_ROTATED, actor, end=end)
    rotated = write_once(before, after, [*writes, *jobs_after(before, after)])
    log("api key rotated", rotated, actor)
    return IssuedKey(key=rotated, secret=text)


def end_overlap(*, user_sub: str, key_id: str, actor: Actor, version: int | None = None) -> ApiKey:
    """The old secret ends at once, or the new one that nobody used yet; whichever there is beside
    the one in use. Twice is once.

    `version`: of the key that the person looked at, where they looked at it: the new secret may
    have been used since then, and what is beside it now is the old one. Raises KeyNotFound,
    KeyEnded, KeyChanged.
    """
    seen: list[bool] = []

    def step(key: ApiKey) -> list[Write]:
        require_living(key)
        if not key.is_rotating_at(clock.now()):
            return []
        is_pending = key.pending is not None
        if version is not None and key.version != version:
            raise KeyChanged
        if seen and seen[0] is not is_pending:
            raise KeyChanged  # its first use came between: now the other one would end
        seen.append(is_pending)
        alone = replace(key, previous=None, pending=None)
        said = _("the new secret, not used yet, ended") if is_pending else _("the old secret ended")
        return change_writes(key, alone, AlertKind.APIKEY_CHANGED, actor, changes=said)

    key, changed = settle(user_sub, key_id, step)
    if changed:
        log("api key overlap ended", key, actor)
    return key


def _checked(hours: int, start: RotationStart, days: int | Keep | None) -> KeyChanges:
    """Raises Invalid, with the errors of all fields."""
    errors: dict[str, list[str]] = {}
    if hours not in OVERLAPS:
        choices = ", ".join(map(str, OVERLAPS))
        errors["overlap_hours"] = [_("Choose one of %(hours)s.") % {"hours": choices}]
    if start not in tuple(RotationStart):
        errors["start"] = [_("Choose one of %(all)s.") % {"all": ", ".join(RotationStart)}]
    wanted = KeyChanges(expires_in_days=days)
    try:
        wanted = checked(wanted)
    except Invalid as error:
        errors |= error.errors
    if days is not KEEP and start != RotationStart.NOW:
        errors["expires_in_days"] = [
            _("Only a rotation that starts now sets an end. Leave it out, or edit the key.")
        ]
    if errors:
        raise Invalid(errors=errors)
    return wanted


def _started(
    key: ApiKey, start: RotationStart, digest: Digest, hint: str, overlap: timedelta
) -> tuple[ApiKey, str]:
    """The key with both secrets, and when the old one ends, in words."""
    if start == RotationStart.FIRST_USE:
        pending = PendingSecret(digest=digest, hint=hint, overlap=overlap)
        return replace(key, previous=None, pending=pending), _end_after_first_use(overlap)
    old = key.replaced_at(clock.now(), overlap)
    end = _("at %(moment)s") % {"moment": moment_text(old.until)} if old else _("at once")
    return replace(key, digest=digest, hint=hint, previous=old), end


def _end_after_first_use(overlap: timedelta) -> str:
    hours = overlap // timedelta(hours=1)
    if not hours:
        return _("when the new one is used first")
    text = ngettext(
        "%(count)d hour after the new one is used first",
        "%(count)d hours after the new one is used first",
        hours,
    )
    return text % {"count": hours}
