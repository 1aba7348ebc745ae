"""Proving again, inside a session, that it is you: what core.stepup asks for."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.errors import WrongPassword
from accounts.services.notices import notice_writes
from alerts.items import AlertKind
from core import lockout
from core.actor import Actor
from core.lockout import Lockout
from dynamo.table import transact
from sessions import services as sessions
from users import services as users
from users.models import User

if TYPE_CHECKING:
    from sessions.backends.dynamodb import SessionStore

PER_USER = Lockout(name="step_up")


def confirm_person(*, user: User, password: str, session: "SessionStore", actor: Actor) -> None:
    """Mark the session as fresh, under a new key. Raises WrongPassword, RateLimited."""
    check_own_password(user=user, password=password, field="password", actor=actor)
    sessions.renew_sign_in(session)


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
