"""The day from which on an account must have a second factor, and every account for a list."""

from collections.abc import Iterator
from datetime import datetime

from dynamo.table import Write
from users.factor_repository import FactorRepository
from users.models import User

_factors = FactorRepository()


def set_mfa_due_write(user_sub: str, moment: datetime) -> Write:
    """Fails under ACCOUNT_LABEL when a day is fixed already, or the account is disabled."""
    return _factors.setting_due(user_sub, moment)


def scan_accounts() -> Iterator[User]:
    """Every account, in no order, read page by page. It scans a table: for commands only."""
    return _factors.scan_accounts()
