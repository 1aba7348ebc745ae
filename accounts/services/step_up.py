"""Proving again, inside a session, that it is you: what core.stepup asks for."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.errors import WrongPassword
from accounts.services import mfa_reset
from accounts.services.notices import notice_writes
from alerts.items import AlertKind
from core import clock, ids, lockout
from core.actor import Actor
from core.lockout import Lockout
from dynamo.table import transact
from mfa import services as mfa
from mfa.errors import MethodNotOn, WrongFactorCode
from mfa.items import Method
from sessions import services as sessions
from users import services as users
from users.models import User

if TYPE_CHECKING:
    from sessions.backends.dynamodb import SessionStore

PER_USER = Lockout(name="step_up")
CHALLENGE_KEY = "step_up_challenge"  # of the session: the code that was sent for it
CHALLENGE_LIFETIME = timedelta(minutes=10)


def confirm_methods(user: User) -> tuple[Method, ...]:
    """What the account asks for: its strongest factor, or a recovery code; empty = its password.

    A weaker factor is no way round the strongest one, and a password is none round a factor.
    """
    strongest = mfa.strongest_of(user)
    return tuple(dict.fromkeys((strongest, Method.RECOVERY))) if strongest else ()


def confirm_person(
    *,
    user: User,
    session: "SessionStore",
    actor: Actor,
    password: str = "",
    method: Method | None = None,
    device_id: str = "",
    code: str = "",
) -> None:
    """Mark the session as fresh, under a new key.

    By the password, or by `method` (and the device that the code went to) and its `code` for an
    account with a second factor. Raises WrongPassword, WrongFactorCode, MethodNotOn, RateLimited.
    """
    allowed = confirm_methods(user)
    if not allowed:
        check_own_password(user=user, password=password, field="password", actor=actor)
    else:
        method = method or allowed[0]
        if method not in allowed:
            raise MethodNotOn
        _check_factor(user, method, device_id, code, session, actor)
        mfa_reset.stop_if_running(user, actor=actor)
    session.pop(CHALLENGE_KEY, None)
    sessions.renew_sign_in(session)


def send_confirm_code(
    *,
    user: User,
    method: Method | None,
    session: "SessionStore",
    actor: Actor,
    device_id: str = "",
) -> None:
    """Without a method the strongest one. Raises MethodNotOn, RateLimited."""
    allowed = confirm_methods(user)
    method = method or (allowed[0] if allowed else None)
    if method is None or method not in allowed:
        raise MethodNotOn
    found = session.get(CHALLENGE_KEY) or {}
    if not found or clock.parse(found["at"]) + CHALLENGE_LIFETIME <= clock.now():
        found = {"id": ids.new_id(), "at": clock.text(clock.now())}
        session[CHALLENGE_KEY] = found
    mfa.send_code(
        user=user, method=method, device_id=device_id, challenge_id=found["id"], actor=actor
    )


def _check_factor(
    user: User,
    method: Method,
    device_id: str,
    code: str,
    session: "SessionStore",
    actor: Actor,
) -> None:
    challenge = (session.get(CHALLENGE_KEY) or {}).get("id") or ids.new_id()
    try:
        mfa.verify(
            user=user,
            method=method,
            device_id=device_id,
            code=code,
            challenge_id=challenge,
            actor=actor,
        )
    except WrongFactorCode as error:
        if mfa.is_last_free(error.tries):
            transact(
                notice_writes(user_sub=user.user_sub, kind=AlertKind.STEP_UP_FAILED, actor=actor)
            )
        raise


def check_own_password(*, user: User, password: str, field: str, actor: Actor) -> None:
    """For every door that asks a signed-in person for it.

    The budget is the person's, over all their sessions and all such doors: only somebody inside
    one can use it up, and a second door gives no second budget. Raises WrongPassword, at that
    field of the door's form; RateLimited.
    """
    tries = lockout.count(PER_USER, user.user_sub)
    if not users.check_user_password(user, password):
        if tries == PER_USER.free:
            notice = notice_writes(
                user_sub=user.user_sub, kind=AlertKind.STEP_UP_FAILED, actor=actor
            )
            transact(notice)
        raise WrongPassword(errors={field: [_("That is not your password.")]})
    lockout.clear(PER_USER, user.user_sub)
