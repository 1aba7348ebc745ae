"""What its owner might improve about a living key."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apikeys.items import ApiKey
from core.scopes import Scope

UNUSED_FOR = timedelta(days=90)
NEVER_USED_FOR = timedelta(days=30)
SOON = timedelta(days=14)
MANY_NETWORKS = 10


class Hint(StrEnum):
    """In the order of how soon to look at them."""

    EXPIRES_SOON = "expires_soon"
    OLD_SECRET_IN_USE = "old_secret_in_use"  # noqa: S105
    NEW_SECRET_UNUSED = "new_secret_unused"  # noqa: S105
    IDLE = "idle"
    NEVER_EXPIRES = "never_expires"
    EVERY_SCOPE = "every_scope"
    MANY_NETWORKS = "many_networks"


HINT_TEXTS: Mapping[Hint, str | Promise] = {
    Hint.EXPIRES_SOON: _("It expires within two weeks. Rotate it, or give it a later end."),
    Hint.OLD_SECRET_IN_USE: _("A program still uses the old secret, which is about to end."),
    Hint.NEW_SECRET_UNUSED: _("Nothing has used the new secret yet."),
    Hint.IDLE: _("Nothing uses it. Revoke it if you do not need it."),
    Hint.NEVER_EXPIRES: _("It never expires. Give it an end, so that a lost key is lost for good."),
    Hint.EVERY_SCOPE: _("It may do everything. Leave it what its program needs."),
    Hint.MANY_NETWORKS: _("It is used from many networks. Name those from which it may be used."),
}


def hints_of(key: ApiKey, now: datetime) -> list[Hint]:
    """None for a key that has ended."""
    if not key.is_living_at(now):
        return []
    previous = key.previous_at(now)
    found = {
        Hint.EXPIRES_SOON: key.expires_at is not None and key.expires_at <= now + SOON,
        Hint.OLD_SECRET_IN_USE: previous is not None and previous.last_used_at is not None,
        Hint.NEW_SECRET_UNUSED: key.pending is not None,
        Hint.IDLE: _is_idle(key, now),
        Hint.NEVER_EXPIRES: key.expires_at is None,
        Hint.EVERY_SCOPE: key.scopes == frozenset(Scope),
        Hint.MANY_NETWORKS: not key.allowed_networks and len(key.seen_networks) >= MANY_NETWORKS,
    }
    return [hint for hint in Hint if found[hint]]


def _is_idle(key: ApiKey, now: datetime) -> bool:
    if key.last_used_at is None:
        return key.created_at <= now - NEVER_USED_FOR
    return key.last_used_at <= now - UNUSED_FOR
