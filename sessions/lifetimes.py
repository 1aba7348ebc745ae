"""When a session ends: an idle and an absolute end for each kind of sign-in."""

from datetime import timedelta

from django.conf import settings

from sessions.items import Lifetime


def idle_time(lifetime: Lifetime) -> timedelta:
    idle, _ = settings.SESSION_LIFETIMES[lifetime]
    return idle


def absolute_time(lifetime: Lifetime) -> timedelta:
    _, absolute = settings.SESSION_LIFETIMES[lifetime]
    return absolute


def ends_with_browser(lifetime: Lifetime) -> bool:
    """Only a remembered sign-in has a cookie that outlives the browser."""
    return lifetime is not Lifetime.REMEMBERED
