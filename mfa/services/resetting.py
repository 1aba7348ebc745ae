"""Taking every second factor from somebody who lost them all.

That no kind of factor is on is the switch: one write of the account's own row. The rows go in the
same transaction as far as they fit, and a job removes what is left, but never what was set up
after the switch. Who may do this, and when, is the business of accounts.
"""

from datetime import datetime

from core import clock
from dynamo.table import Write
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind
from mfa.items import FACTORS
from mfa.repository import RecoveryRepository
from mfa.services.devices import DEVICES
from users import mfa_reset as accounts
from users.models import User

MOST_REMOVED = 80  # of the 100 writes of a transaction; the limits of devices and codes allow 23

_recovery = RecoveryRepository()


def reset_writes(user: User) -> list[Write]:
    """Every factor and recovery code goes; sessions and trusted browsers end.

    Fails under users.ACCOUNT_LABEL when anything that moves the trust epoch came first.
    """
    switched_at = clock.text(clock.now())
    leftovers = jobs.enqueue_write(
        JobKind.MFA_LEFTOVERS,
        ids={"user_sub": user.user_sub, "before": switched_at},
        lane=Lane.BULK,
    )
    return [accounts.switch_write(user), *_removing(user.user_sub), leftovers]


def remove_leftovers(*, user_sub: str, before: datetime) -> None:
    """What was there at the switch and is there still; repeating it does no harm."""
    for method in FACTORS:
        DEVICES[method].remove_older(user_sub, before)
    _recovery.remove_older(user_sub, before)


def _removing(user_sub: str) -> list[Write]:
    devices = [
        DEVICES[method].removing(device)
        for method in FACTORS
        for device in DEVICES[method].list_of(user_sub)
        if device.confirmed_at
    ]
    codes = _recovery.removing(user_sub, _recovery.hashes_of(user_sub))
    return [*devices, *codes][:MOST_REMOVED]
