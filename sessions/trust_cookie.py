"""The cookie of a trusted browser: the keys of the accounts that trust it, the newest first.

One cookie for all of them, because a name for each would tell who uses the browser.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sessions import keys
from sessions.trusted import LIFETIME

MOST = 4  # people who share a browser; each one is read at a sign-in
_NAME: Final = "__Host-trusted" if settings.SECURE else "trusted"
_BETWEEN = "."


def trust_keys_of(request: HttpRequest) -> tuple[str, ...]:
    """Only what we could have made; nothing else is ever looked up."""
    found = request.COOKIES.get(_NAME, "").split(_BETWEEN)[:MOST]
    return tuple(key for key in found if keys.is_key(key))


def remember_trust(request: HttpRequest, response: HttpResponse, key: str) -> None:
    """Always a new key: whoever read an older one in this browser gains nothing by it."""
    kept = [key, *trust_keys_of(request)][:MOST]
    response.set_cookie(
        _NAME,
        _BETWEEN.join(kept),
        max_age=LIFETIME,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
