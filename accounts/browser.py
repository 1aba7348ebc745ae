"""What accounts leave in a browser: the signed-in session, the attempt of a sign-up, and the
random cookie by which an account knows the browser again."""

from typing import Final

from django.conf import settings
from django.contrib.auth import login as start_session
from django.http import HttpRequest, HttpResponse

from accounts.errors import SecondStepMissing, SignInExpired
from accounts.items import WaitingSignIn
from accounts.services import devices, history, second_step
from accounts.services.proofs import LIFETIME
from accounts.services.step_up import confirm_methods
from core.actor import actor_of
from mfa.items import Method
from sessions import services as sessions
from users.items import KnownBrowser
from users.models import User

_NAME: Final = "__Host-sign_up" if settings.SECURE else "sign_up"
_SALT: Final = "accounts.sign_up"
_DEVICE: Final = "__Host-device" if settings.SECURE else "device"
_WAITING: Final = "__Host-second_step" if settings.SECURE else "second_step"
_SECOND: Final = frozenset(map(str, Method))


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


def remember_waiting(response: HttpResponse, waiting: WaitingSignIn) -> None:
    response.set_cookie(
        _WAITING,
        second_step.seal(waiting),
        max_age=second_step.LIFETIME,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def waiting_of(request: HttpRequest) -> WaitingSignIn:
    """The sign-in whose password was right in this browser. Raises SignInExpired."""
    sealed = request.COOKIES.get(_WAITING, "")
    if not sealed:
        raise SignInExpired
    return second_step.opened(sealed)


def forget_waiting(response: HttpResponse) -> None:
    response.delete_cookie(_WAITING, samesite="Lax")


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
    check_sign_in found. A factor that step-up would not take leaves no fresh mark. Raises
    SecondStepMissing: no door signs in without a factor that is on.
    """
    if user.factors and not _SECOND.intersection(methods):
        raise SecondStepMissing
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
        is_fresh=not user.factors or not set(methods).isdisjoint(confirm_methods(user)),
    )
    response.set_cookie(
        _DEVICE,
        device,
        max_age=devices.LIFETIME,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
