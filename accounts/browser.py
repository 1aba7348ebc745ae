"""What accounts leave in a browser besides the session: the attempt of a pending sign-up."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.services.sign_up import LIFETIME

_NAME: Final = "__Host-sign_up" if settings.SECURE else "sign_up"
_SALT: Final = "accounts.sign_up"


def remember_sign_up(response: HttpResponse, attempt: str) -> None:
    response.set_signed_cookie(
        _NAME,
        attempt,
        salt=_SALT,
        max_age=LIFETIME,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def began_sign_up(request: HttpRequest, attempt: str) -> bool:
    """Whether this browser began that sign-up."""
    found = request.get_signed_cookie(_NAME, default="", salt=_SALT, max_age=LIFETIME)
    return bool(found) and found == attempt


def forget_sign_up(response: HttpResponse) -> None:
    response.delete_cookie(_NAME, samesite="Lax")
