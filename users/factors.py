"""The day from which on an account must have a second factor."""

from datetime import datetime

from dynamo.table import Write
from users.factor_repository import FactorRepository

_factors = FactorRepository()


def set_mfa_due_write(user_sub: str, moment: datetime) -> Write:
    """Fails under ACCOUNT_LABEL when a day is fixed already, or the account is disabled."""
    return _factors.setting_due(user_sub, moment)
