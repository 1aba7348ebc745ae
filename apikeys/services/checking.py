"""What a key may be given: every rule of its fields, once, for making and for editing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apikeys.items import ApiKey
from apikeys.services.cidrs import canonical_list
from core import clock
from core.errors import Invalid
from core.scopes import SCOPES, Scope
from users.texts import clean_display_name, clean_lines

EXPIRIES = (7, 30, 60, 90, 180, 365)  # days; None = never
DESCRIPTION_LENGTH = 200
_SHOWN = 50  # characters of what was sent that an error repeats


class Keep(Enum):
    """The value of a field that stays as it is, for None says something of its own."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChanges:
    """`allowed_networks`: none = everywhere. `calls_per_minute` None = the site's limit.
    `expires_in_days`, one of EXPIRIES, counts from now; None = never."""

    name: str | Keep = KEEP
    description: str | Keep = KEEP
    scopes: Collection[str] | Keep = KEEP
    allowed_networks: Collection[str] | Keep = KEEP
    calls_per_minute: int | Keep | None = KEEP
    expires_in_days: int | Keep | None = KEEP


def checked(changes: KeyChanges) -> KeyChanges:
    """In the form that is stored. Raises Invalid, with the errors of all fields."""
    clean: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field in fields(changes):
        value = getattr(changes, field.name)
        if value is KEEP:
            continue
        try:
            clean[field.name] = _CHECKS[field.name](value)
        except ValidationError as error:
            errors[field.name] = list(error.messages)
    if errors:
        raise Invalid(errors=errors)
    return replace(changes, **clean)


def replaced(key: ApiKey, changes: KeyChanges, now: datetime) -> list[str]:
    """The fields of which a key would lose the value that it has. Raises Invalid."""
    after = applied(key, checked(changes), now)
    names = {field.name: field.name for field in fields(changes)} | {
        "expires_in_days": "expires_at"
    }
    return [name for name, of in names.items() if getattr(after, of) != getattr(key, of)]


def applied(key: ApiKey, changes: KeyChanges, now: datetime) -> ApiKey:
    """The key with changes that were checked. A former secret never outlives the key."""
    given = {
        field.name: value
        for field in fields(changes)
        if (value := getattr(changes, field.name)) is not KEEP
    }
    if "expires_in_days" in given:
        given["expires_at"] = _end(now, given.pop("expires_in_days"))
    after = replace(key, **given)
    end, previous = after.expires_at, after.previous
    if previous is not None and end is not None and end < previous.until:
        after = replace(after, previous=replace(previous, until=end))
    return after


def _end(now: datetime, days: int | None) -> datetime | None:
    """To the second, as it is stored."""
    return None if days is None else clock.from_epoch(clock.epoch(now + timedelta(days=days)))


def _name(text: str) -> str:
    clean = clean_display_name(text)
    if not clean:
        raise ValidationError(_("Give the key a name."))
    return clean


def _description(text: str) -> str:
    return clean_lines(text, most=DESCRIPTION_LENGTH)


def _scopes(names: Collection[str]) -> frozenset[Scope]:
    unknown = sorted(set(names) - set(SCOPES))
    if unknown:
        raise ValidationError(_("There is no scope %(name)s.") % {"name": unknown[0][:_SHOWN]})
    if not names:
        raise ValidationError(_("Choose at least one. A key without a scope could do nothing."))
    return frozenset(SCOPES[name] for name in names)


def _networks(texts: Collection[str]) -> tuple[str, ...]:
    return canonical_list(list(texts))


def _pace(number: int | None) -> int | None:
    most: int = settings.API_KEYS_CALLS_PER_MINUTE
    if number is not None and not 1 <= number <= most:
        raise ValidationError(
            _("Give a number from 1 to %(most)d, or leave it empty for the limit of this site.")
            % {"most": most}
        )
    return number


def _days(number: int | None) -> int | None:
    if number is not None and number not in EXPIRIES:
        choices = ", ".join(map(str, EXPIRIES))
        raise ValidationError(_("Choose one of %(days)s.") % {"days": choices})
    return number


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "description": _description,
    "scopes": _scopes,
    "allowed_networks": _networks,
    "calls_per_minute": _pace,
    "expires_in_days": _days,
}
