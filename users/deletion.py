"""The end of an account: a date, a way back until then, and what nobody can take back."""

from datetime import datetime

from dynamo.table import Write
from users.deletion_repository import DeletionRepository

_accounts = DeletionRepository()


def set_delete_after_write(user_sub: str, moment: datetime) -> Write:
    """Fails under ACCOUNT_LABEL when a date is set already, or the account is disabled."""
    return _accounts.setting_delete_after(user_sub, moment)


def clear_delete_after_write(user_sub: str) -> Write:
    """Fails under ACCOUNT_LABEL when no date is set, or the erasure has begun."""
    return _accounts.clearing_delete_after(user_sub)


def close(user_sub: str, *, delete_after: datetime) -> None:
    """The point of no return: signs the person out everywhere and lets nobody in.

    Repeating it does no harm. Raises ConditionFailed when the date is another one by now.
    """
    _accounts.close(user_sub, delete_after=delete_after)
