"""What of a change of preferences makes sense; every refusal names its field."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from alerts.errors import AlertMandatory
from alerts.items import (
    ALWAYS_ON,
    MODES,
    UNMUTABLE,
    Category,
    Channel,
    DigestTime,
    Mode,
    Preferences,
    QuietHours,
)
from core import time_zones
from core.errors import Invalid

LONGEST_MUTE = timedelta(days=90)
MOST_SEVERE = 100

Errors = dict[str, list[str]]


def checked(old: Preferences, changes: Mapping[str, Any], *, now: datetime) -> Preferences:
    """`old` with the changes. Raises Invalid with every field that is wrong; AlertMandatory."""
    errors: Errors = {}
    choices = _choices(old, changes.get("choices", {}), errors)
    least = _min_severity(changes.get("min_severity", {}), errors)
    _check_time_zone(changes.get("time_zone", ""), errors)
    _check_quiet(changes.get("quiet"), errors)
    _check_digest(changes.get("digest", old.digest), errors)
    _check_mute(changes.get("mute_until"), errors, now)
    if errors:
        raise Invalid(errors=errors)
    merged = {
        category: {**old.choices.get(category, {}), **choices.get(category, {})}
        for category in Category
    }
    rest = {
        name: changes[name]
        for name in ("time_zone", "quiet", "digest", "mute_until")
        if name in changes
    }
    return replace(old, choices=merged, min_severity={**old.min_severity, **least}, **rest)


def _choices(
    old: Preferences, sent: Mapping[str, Mapping[str, str]], errors: Errors
) -> dict[Category, dict[Channel, Mode]]:
    wanted: dict[Category, dict[Channel, Mode]] = {}
    for category, channels in sent.items():
        for channel, mode in channels.items():
            field = f"choices.{category}.{channel}"
            if category not in set(Category) or channel not in set(Channel):
                errors[field] = [_("There is no such choice.")]
            elif mode not in MODES[Channel(channel)]:
                modes = ", ".join(MODES[Channel(channel)])
                errors[field] = [_("Choose one of: %(modes)s.") % {"modes": modes}]
            elif _is_muting(Category(category), Channel(channel), Mode(mode)):
                raise AlertMandatory(errors={field: [AlertMandatory.message]})
            elif channel == Channel.SMS and mode != Mode.OFF and not _has_sms(old, category):
                errors[field] = [_("Choose a confirmed phone for alerts first.")]
            else:
                wanted.setdefault(Category(category), {})[Channel(channel)] = Mode(mode)
    return wanted


def _is_muting(category: Category, channel: Channel, mode: Mode) -> bool:
    return category in ALWAYS_ON and channel in UNMUTABLE and mode is not Mode.NOW


def _has_sms(old: Preferences, category: str) -> bool:
    """A choice that stays as it was is no new one, though the phone is gone meanwhile."""
    return old.phone is not None or old.wants(Category(category), Channel.SMS)


def _min_severity(sent: Mapping[str, int], errors: Errors) -> dict[Channel, int]:
    wanted = {}
    for channel, least in sent.items():
        field = f"min_severity.{channel}"
        if channel not in set(Channel):
            errors[field] = [_("There is no such channel.")]
        elif not 0 <= least <= MOST_SEVERE:
            errors[field] = [_("Choose a number from 0 to 100.")]
        else:
            wanted[Channel(channel)] = least
    return wanted


def _check_time_zone(name: str, errors: Errors) -> None:
    if name and time_zones.find(name) is None:
        errors["time_zone"] = [_("There is no such time zone. Write it like Europe/Berlin.")]


def _check_quiet(quiet: QuietHours | None, errors: Errors) -> None:
    if quiet is None:
        return
    if quiet.start == quiet.end:
        errors["quiet.end"] = [_("Choose another time than the start.")]
    if not quiet.days:
        errors["quiet.days"] = [_("Choose at least one day, or turn quiet hours off.")]
    elif not quiet.days <= set(range(7)):
        errors["quiet.days"] = [_("Choose days from 0, Monday, to 6, Sunday.")]


def _check_digest(digest: DigestTime, errors: Errors) -> None:
    if not 0 <= digest.hour <= 23:
        errors["digest.hour"] = [_("Choose an hour from 0 to 23.")]
    if not 0 <= digest.weekday <= 6:
        errors["digest.weekday"] = [_("Choose a day from 0, Monday, to 6, Sunday.")]


def _check_mute(until: datetime | None, errors: Errors, now: datetime) -> None:
    if until is not None and not now < until <= now + LONGEST_MUTE:
        errors["mute_until"] = [_("Choose a time that is to come, at most 90 days from now.")]
