"""Deleting an account: asked for, kept for 30 days in which it can be taken back, then erased."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.errors import DeletionAsked, NoDeletion
from accounts.services.notices import notice_writes
from alerts.items import AlertKind
from core import clock, personal_data
from core.actor import Actor
from core.errors import Invalid
from core.ratelimit import Limit, hit
from dynamo.errors import ConditionFailed, TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind
from sessions import services as sessions
from users import deletion as accounts
from users import services as users
from users.emails import email_key
from users.models import User

if TYPE_CHECKING:
    from sessions.backends.dynamodb import SessionStore

UNDO = timedelta(days=30)
HOLD = timedelta(days=1)  # how long an erasure waits before it asks the holders again
PER_DAY = Limit(name="deletion", times=10, seconds=86_400)

logger = logging.getLogger(__name__)


def ask_deletion(*, user: User, email: str, request_session: "SessionStore", actor: Actor) -> None:
    """Set the day of the erasure, tell the person, and end their other sessions.

    `email` is what they typed to confirm. The door has asked for step-up. Raises Invalid
    (email), DeletionAsked, RateLimited; what ends the other sessions raises after the fact.
    """
    _check_typed(user, email)
    hit(PER_DAY, user.user_sub)
    moment = clock.now() + UNDO
    writes = [
        accounts.set_delete_after_write(user.user_sub, moment),
        _job(user.user_sub, delete_after=clock.text(moment), due=clock.text(moment)),
        *notice_writes(user_sub=user.user_sub, kind=AlertKind.DELETION_ASKED, actor=actor),
    ]
    try:
        transact(writes)
    except TransactionCancelled as error:
        if not error.failed(users.ACCOUNT_LABEL):
            raise
        raise DeletionAsked from error
    _log("deletion asked", user.user_sub, actor)
    sessions.end_other_sessions(
        user_sub=user.user_sub, request_session=request_session, actor=actor
    )


def cancel_deletion(*, user: User, actor: Actor) -> None:
    """The account stays; the job of its day finds nothing to do. Raises NoDeletion."""
    writes = [
        accounts.clear_delete_after_write(user.user_sub),
        *notice_writes(user_sub=user.user_sub, kind=AlertKind.DELETION_CANCELLED, actor=actor),
    ]
    try:
        transact(writes)
    except TransactionCancelled as error:
        if not error.failed(users.ACCOUNT_LABEL):
            raise
        raise NoDeletion from error
    _log("deletion cancelled", user.user_sub, actor)


def erase_account(*, user_sub: str, delete_after: str) -> list[Write]:
    """Erase the person if that is still their date; repeating it goes on where it broke off.

    The writes ask for another try where a holder still objects.
    """
    user = users.find_user(user_sub)
    date = clock.parse(delete_after)
    if user is None or user.delete_after != date:
        return []
    if personal_data.holds(user_sub):
        logger.warning("erasure on hold", extra={"user_sub": user_sub})
        again = clock.text(clock.now() + HOLD)
        return [_job(user_sub, delete_after=delete_after, due=again)]
    try:
        accounts.close(user_sub, delete_after=date)
    except ConditionFailed:
        return []  # taken back at this moment
    personal_data.erase(user_sub)
    logger.info("account erased", extra={"user_sub": user_sub})
    return []


def _check_typed(user: User, email: str) -> None:
    try:
        same = email_key(email) == email_key(user.email)
    except ValidationError:
        same = False
    if not same:
        raise Invalid(errors={"email": [_("Type the email address of this account.")]})


def _job(user_sub: str, *, delete_after: str, due: str) -> Write:
    return jobs.enqueue_write(
        JobKind.ERASURE,
        ids={"user_sub": user_sub, "delete_after": delete_after},
        due=clock.parse(due),
        lane=Lane.BULK,
    )


def _log(event: str, user_sub: str, actor: Actor) -> None:
    logger.info(event, extra={"user_sub": user_sub, "actor": actor.user_sub or "system"})
