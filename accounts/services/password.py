"""Changing one's password, by the old one."""

from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.errors import PasswordChanging
from accounts.services.notices import notice_writes
from accounts.services.step_up import check_own_password
from alerts.items import AlertKind
from core import stepup
from core.actor import Actor
from core.errors import Invalid
from core.ratelimit import Limit, hit
from dynamo.errors import TransactionCancelled
from dynamo.table import transact
from sessions import services as sessions
from sessions.errors import SessionsChanging
from users import services as users
from users.models import User
from users.passwords import StrengthValidator

if TYPE_CHECKING:
    from sessions.backends.dynamodb import SessionStore

PER_USER = Limit(name="change_password", times=5, seconds=60)  # django-allauth


def change_password(
    *,
    user: User,
    current_password: str,
    new_password: str,
    end_others: bool,
    session: "SessionStore",
    actor: Actor,
) -> None:
    """The new password holds at once; trusted browsers stop being trusted, the owner is told.

    An account with a second factor asks for it first (step-up): the password alone takes nothing
    over. This session gets a new key; `end_others` ends every other one in the same transaction.
    Raises ReauthenticationRequired, WrongPassword, Invalid, RateLimited, SessionEnded;
    PasswordChanging when another change was faster.
    """
    if user.factors:
        stepup.require(session)
    hit(PER_USER, user.user_sub)
    check_own_password(user=user, password=current_password, field="current_password", actor=actor)
    _check_new(new_password, user)
    notice = notice_writes(user_sub=user.user_sub, kind=AlertKind.PASSWORD_CHANGED, actor=actor)
    set_password = partial(
        users.set_password_writes,
        user.user_sub,
        old_hash=user.password,
        new_hash=users.hash_password(new_password),
    )
    try:
        if end_others:
            sessions.end_other_sessions(
                user_sub=user.user_sub,
                request_session=session,
                actor=actor,
                bump=lambda old: [*set_password(ends_sessions=True, old_epoch=old), *notice],
            )
        else:
            transact([*set_password(), *notice])
    except SessionsChanging as error:
        raise PasswordChanging from error
    except TransactionCancelled as error:
        if error.failed(users.ACCOUNT_LABEL):
            raise PasswordChanging from error
        raise
    if user.factors:
        session.cycle_key()  # no fresh mark: what was proved here is the password
    else:
        sessions.renew_sign_in(session)


def _check_new(password: str, user: User) -> None:
    """Raises Invalid: the rules of sign-up, the person's own words included, and not the old."""
    try:
        StrengthValidator().validate(password, user)
    except ValidationError as error:
        raise Invalid(errors={"new_password": list(error.messages)}) from error
    if users.password_matches(password, user.password):
        raise Invalid(errors={"new_password": [_("This is your password already.")]})
