"""What an operator may do to an account from the command line."""

import logging

from accounts.errors import AlreadySo
from accounts.services.notices import notice_writes
from alerts.items import AlertKind
from core import ids
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.table import transact
from sessions import services as sessions
from users import services as users
from users.errors import UserNotFound
from users.models import User

logger = logging.getLogger(__name__)


def find_account(name: str) -> User:
    """By email address, handle or user_sub. Raises UserNotFound."""
    text = name.strip()
    user = users.find_user(text) if ids.is_id(text) else users.find_by_login(text)
    if user is None:
        raise UserNotFound
    return user


def set_active(*, user_sub: str, active: bool, actor: Actor) -> None:
    """Disable an account, which ends all its sessions at once, or enable it again.

    The person is told. Ended sessions stay ended when it is enabled. Raises UserNotFound;
    AlreadySo.
    """
    users.get_user(user_sub)
    kind = AlertKind.ACCOUNT_ENABLED if active else AlertKind.ACCOUNT_DISABLED
    writes = users.set_active_writes(user_sub, active=active)
    try:
        transact([*writes, *notice_writes(user_sub=user_sub, kind=kind, actor=actor)])
    except TransactionCancelled as error:
        raise AlreadySo from error
    event = "account enabled" if active else "account disabled"
    logger.warning(event, extra={"user_sub": user_sub, "actor": actor.user_sub or "system"})


def end_sessions(*, user_sub: str, actor: Actor) -> int:
    """End every session of the account and tell the person; returns how many were live.

    Raises UserNotFound.
    """
    found = len(sessions.list_sessions(user_sub=user_sub, current_key=None))
    notice = notice_writes(user_sub=user_sub, kind=AlertKind.SESSIONS_ENDED, actor=actor)
    sessions.end_all_sessions(user_sub=user_sub, actor=actor, joined=notice)
    return found
