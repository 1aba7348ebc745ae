"""What the text messages of the whole site may cost: so many an hour and a day, in fixed shares.

Half of SMS_PER_HOUR and of SMS_PER_DAY is for codes to confirmed phones, a quarter for codes to
numbers that somebody only says are theirs, a quarter for alerts. No use can spend another's share:
whoever causes alerts, or makes up accounts and numbers, locks nobody out of signing in, and whoever
signs in and out silences no alert. A share that is not used is not lent; the sum never exceeds the
budget (docs/adr/0028-text-messages-have-one-budget.md).
"""

import logging
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import clock, ratelimit
from core.errors import RateLimited
from core.ratelimit import Limit

PARTS = 4  # a budget below this cannot be shared out
_WINDOWS = {"SMS_PER_HOUR": 3600, "SMS_PER_DAY": 86_400}

logger = logging.getLogger("core.sms")


class Use(StrEnum):
    SIGN_IN = "sign_in"  # codes to a phone that was confirmed
    SET_UP = "set_up"  # codes to a number that waits for its first code
    ALERT = "alert"  # alerts, and the last call to a phone that loses them


class SmsBudgetSpent(RateLimited):
    code = "sms_budget_spent"
    message = _(
        "This site cannot send more text messages right now. Use another way, if you have one."
    )


def book(use: Use) -> None:
    """Count one message before it is sent. Raises SmsBudgetSpent, and counts nothing then."""
    booked: list[Limit] = []
    for name, limit in _limits(use).items():
        try:
            ratelimit.hit(limit, use)
        except RateLimited as error:
            for other in booked:
                ratelimit.give_back(other, use)
            _alarm(name, use, error.retry_after)
            raise SmsBudgetSpent(retry_after=error.retry_after) from None
        booked.append(limit)


def give_back(use: Use) -> None:
    """One that was counted and that nobody took."""
    for limit in _limits(use).values():
        ratelimit.give_back(limit, use)


def _limits(use: Use) -> dict[str, Limit]:
    return {
        name: Limit(f"sms.{name.lower()}", times=_share(getattr(settings, name), use), seconds=long)
        for name, long in _WINDOWS.items()
    }


def _share(budget: int, use: Use) -> int:
    part = budget // PARTS
    return budget - 2 * part if use is Use.SIGN_IN else part


def _alarm(name: str, use: Use, seconds_left: int) -> None:
    """One line for each window of each share, not one a message."""
    ends = clock.now() + timedelta(seconds=seconds_left)
    window = f"{name}:{use}:{clock.epoch(ends)}"
    try:
        ratelimit.spend("sms.alarm", window, times=1, ends=ends)
    except RateLimited:
        return
    logger.error("sms budget reached", extra={"budget": name, "share": str(use)})
