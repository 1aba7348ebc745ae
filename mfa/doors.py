"""What pages and API share: who asks, for which factor."""

from typing import Any

from django.http import HttpRequest

from core.actor import actor_of
from mfa import services
from mfa.errors import DeviceNotFound
from mfa.items import FACTORS, Method
from sessions import services as sessions
from sessions.current import session_of
from sessions.errors import SessionsChanging
from users.models import User


def start(user: User, kind: Method, typed: dict[str, Any], request: HttpRequest) -> str:
    actor = actor_of(request)
    if kind is Method.TOTP:
        return services.start_totp(user=user, **typed, actor=actor).device_id
    if kind is Method.SMS:
        return services.start_sms(user=user, **typed, actor=actor).device_id
    return services.start_email(user=user, **typed, actor=actor).device_id


def confirm(
    user: User, kind: Method, device_id: str, code: str, request: HttpRequest
) -> tuple[str, ...]:
    actor = actor_of(request)
    if kind is Method.TOTP:
        return services.confirm_totp(user=user, device_id=device_id, code=code, actor=actor)
    return services.confirm_sent(
        user=user, method=kind, device_id=device_id, code=code, actor=actor
    )


def end_others(request: HttpRequest) -> bool:
    """After a change of factors. False when it could not be done just now: the change is done,
    and what it answers must be shown. Raises SessionEnded."""
    try:
        sessions.end_other_sessions(
            user_sub=person(request).user_sub,
            request_session=session_of(request),
            actor=actor_of(request),
        )
    except SessionsChanging:
        return False
    return True


def factor(text: str) -> Method:
    """Raises DeviceNotFound for what is no factor."""
    found = next((method for method in FACTORS if method == text), None)
    if found is None:
        raise DeviceNotFound
    return found


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
