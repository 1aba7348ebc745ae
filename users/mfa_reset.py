"""Taking every second factor from an account: the wait before it, and the switch itself."""

from datetime import datetime

from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Table, Write
from users.factor_repository import unmoved
from users.models import User
from users.repository import ACCOUNT_LABEL, SCHEMA, account_key


def begin_write(user: User, *, due: datetime) -> Write:
    """A wait runs until `due`. Fails under ACCOUNT_LABEL when the account was changed since it
    was read, or is disabled."""
    update = (
        _stamped().set("mfa_reset_due", clock.text(due)).set("mfa_reset_epoch", user.trust_epoch)
    )
    return _updating(user, update)


def end_write(user_sub: str, *, due: datetime) -> Write:
    """That wait runs no more. Fails under ACCOUNT_LABEL when it is another one by now."""
    update = _stamped().remove("mfa_reset_due").remove("mfa_reset_epoch")
    return Table(SCHEMA).updating(
        account_key(user_sub),
        update,
        condition=attr("mfa_reset_due").eq(clock.text(due)),
        label=ACCOUNT_LABEL,
    )


def switch_write(user: User) -> Write:
    """No factor counts any more; every session and every trusted browser ends.

    Fails under ACCOUNT_LABEL when anything that moves the trust epoch came first, or the account
    is disabled.
    """
    update = (
        _stamped()
        .set("factors", [])
        .remove("preferred_factor")
        .set("factors_reset_at", clock.text(clock.now()))
        .increment("trust_epoch", 1)
        .increment("session_epoch", 1)
        .remove("mfa_reset_due")
        .remove("mfa_reset_epoch")
    )
    return _updating(user, update)


def check_staff_write(user_sub: str, *, label: str) -> Write:
    """Fails under `label` unless it is an active staff member's account."""
    is_staff = attr("is_staff").eq(True) & attr("is_active").eq(True)
    return Table(SCHEMA).checking(account_key(user_sub), is_staff, label=label)


def _updating(user: User, update: Update) -> Write:
    return Table(SCHEMA).updating(
        account_key(user.user_sub), update, condition=unmoved(user), label=ACCOUNT_LABEL
    )


def _stamped() -> Update:
    return Update().set("updated_at", clock.text(clock.now()))
