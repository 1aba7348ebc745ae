"""Time zones by their IANA names: the one place that reads a name, and lists them."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings

_NOT_PLACES = ("Etc/", "SystemV/", "US/")


def find(name: str) -> ZoneInfo | None:
    """None for a name that is not in the IANA list: also for a path and for a folder of it."""
    return ZoneInfo(name) if name in _known() else None


def zone_of(name: str) -> ZoneInfo:
    """As find(); the site's own for none, and for one that is no longer in the list."""
    return find(name) or ZoneInfo(settings.TIME_ZONE)


@cache
def names() -> tuple[str, ...]:
    """Those that one chooses from: UTC, then the places."""
    places = (name for name in _known() if "/" in name and not name.startswith(_NOT_PLACES))
    return ("UTC", *sorted(places))


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
