"""What accounts leave in a browser: the signed-in session, the attempt of a sign-up, and the
random cookie by which an account knows the browser again."""

from typing import Final

from django.conf import settings
from django.contrib.auth import login as start_session
from django.http import HttpRequest, HttpResponse

from accounts.services import devices, history
from accounts.services.proofs import LIFETIME
from core.actor import actor_of
from sessions import services as sessions
from users.items import KnownBrowser
from users.models import User

_NAME: Final = "__Host-sign_up" if settings.SECURE else "sign_up"
_SALT: Final = "accounts.sign_up"
_DEVICE: Final = "__Host-device" if settings.SECURE else "device"


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


def device_of(request: HttpRequest) -> str:
    """The device cookie; empty when there is none that we could have made."""
    found = request.COOKIES.get(_DEVICE, "")
    return found if devices.is_device(found) else ""


def sign_in(
    request: HttpRequest,
    user: User,
    *,
    remember: bool,
    methods: list[str],
    response: HttpResponse,
    browser: KnownBrowser | None = None,
) -> None:
    """Start the signed-in session: a new key, and what the sessions page shows of it.

    Notes the sign-in in the history; `response` leaves the device cookie. `browser` is what
    check_sign_in found.
    """
    actor = actor_of(request)
    device = history.record_sign_in(
        user, device=device_of(request), browser=browser, methods=methods, actor=actor
    )
    start_session(request, user)
    lifetime = "staff" if user.is_staff else "remembered" if remember else "standard"
    sessions.describe_sign_in(
        request.session,
        actor=actor,
        methods=methods,
        lifetime=lifetime,
        epoch=user.session_epoch,
    )
    response.set_cookie(
        _DEVICE,
        device,
        max_age=devices.LIFETIME,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
