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
from core.actor import Actor, actor_of
from dynamo.table import Write
from mfa import services as mfa
from mfa.items import Method
from sessions import services as sessions
from sessions import trusted
from sessions.items import ProvenTrust
from sessions.keys import new_key
from sessions.trust_cookie import remember_trust
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
    trust: ProvenTrust | None = None,
    trust_browser: bool = False,
) -> None:
    """Start the signed-in session: a new key, and what the sessions page shows of it.

    Notes the sign-in in the history; `response` leaves the device cookie. `browser` and `trust`
    are what check_sign_in found: a trust takes the place of the factor, and is asked again by the
    transaction that notes the sign-in. `trust_browser`: this browser skips the second step
    from now on. A factor that step-up would not take leaves no fresh mark. Raises
    SecondStepMissing: no door signs in without a factor that is on; SignInExpired.
    """
    actor, joined = actor_of(request), list[Write]()
    if user.factors and _SECOND.isdisjoint(methods):
        joined = _skipping(user, trust, actor)
        methods = [*methods, trusted.METHOD]
    elif user.factors and trust_browser:
        joined = _trusting(request, response, user, actor)
    mfa.begin_grace(user)
    device = history.record_sign_in(
        user,
        device=device_of(request),
        browser=browser,
        methods=methods,
        actor=actor,
        joined=joined,
    )
    _start(request, user, remember=remember, methods=methods, actor=actor)
    _remember_device(response, device)


def _start(
    request: HttpRequest, user: User, *, remember: bool, methods: list[str], actor: Actor
) -> None:
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


def _skipping(user: User, trust: ProvenTrust | None, actor: Actor) -> list[Write]:
    """Raises SecondStepMissing."""
    if trust is None or not trusted.proves(trust, user):
        raise SecondStepMissing
    return trusted.use_writes(trust, user, actor=actor)


def _trusting(
    request: HttpRequest, response: HttpResponse, user: User, actor: Actor
) -> list[Write]:
    key = new_key()
    remember_trust(request, response, key)
    return trusted.trust_writes(user, key, actor=actor)


def _remember_device(response: HttpResponse, device: str) -> None:
    response.set_cookie(
        _DEVICE,
        device,
        max_age=devices.LIFETIME,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
