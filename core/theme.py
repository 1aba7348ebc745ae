"""The colour theme a person chose, kept in a cookie: no account and no storage is needed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

COOKIE = "__Host-theme" if settings.SECURE else "theme"
SYSTEM = "system"
THEMES = ("light", "dark", SYSTEM)
_YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(COOKIE, SYSTEM)
    return chosen if chosen in THEMES else SYSTEM


def remember(response: HttpResponseBase, theme: str) -> None:
    response.set_cookie(
        COOKIE, theme, max_age=_YEAR, secure=settings.SECURE, httponly=True, samesite="Lax"
    )
