"""Who must have a second factor, from when on, and what that stops.

The variable MFA_REQUIRED decides: staff at once, everybody else from a day on that is fixed at
their first sign-in under `all` and never moves. All of it is answered from the account's own row.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.formats import date_format

from alerts import services as alerts
from alerts.items import AlertKind
from core import clock
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind
from mfa.errors import FactorRequired
from mfa.items import Method, Required
from users import factors as accounts
from users import services as users
from users.models import User

MOST_DAYS = 90
NOTICE = timedelta(days=3)  # how long before the day its owner hears of it again


def must_have(user: User) -> bool:
    """Whether the account may not be without a second factor for good."""
    required: str = settings.MFA_REQUIRED
    return required != Required.OFF if user.is_staff else required == Required.ALL


def are_enough(user: User, factors: Collection[str]) -> bool:
    """Whether these count as a second factor: for staff a mailbox is none."""
    return bool(set(factors) - {Method.EMAIL} if user.is_staff else factors)


def due_of(user: User) -> datetime | None:
    """When somebody who must have a factor, and has none, is stopped; None: nobody asks for one,
    or no day is fixed yet. Staff have no day: see is_stopped()."""
    if user.is_staff or not must_have(user) or are_enough(user, user.factors):
        return None
    return user.mfa_due_at if settings.MFA_GRACE_DAYS else clock.now()


def is_stopped(user: User) -> bool:
    """Whether the account gets nothing until it has a second factor that counts."""
    if user.is_staff:
        return must_have(user) and not are_enough(user, user.factors)
    due = due_of(user)
    return due is not None and due <= clock.now()


def require_factor(user: User) -> None:
    """Raises FactorRequired."""
    if is_stopped(user):
        raise FactorRequired


def begin_grace(user: User) -> None:
    """At a sign-in: fix the day, tell its owner, and remind them before it; once for each account.

    Without a call for whoever has a day, a factor or no need of one.
    """
    needs_day = must_have(user) and not user.is_staff and not are_enough(user, user.factors)
    if not needs_day or user.mfa_due_at is not None or not settings.MFA_GRACE_DAYS:
        return
    due = _last_moment(clock.now() + timedelta(days=settings.MFA_GRACE_DAYS))
    writes = [
        accounts.set_mfa_due_write(user.user_sub, due),
        *_told(user, AlertKind.MFA_REQUIRED, due),
    ]
    if due - NOTICE > clock.now():
        writes.append(_reminder(user, due))
    try:
        transact(writes)
    except TransactionCancelled as error:
        if not error.failed(users.ACCOUNT_LABEL):  # else another sign-in fixed it at this moment
            raise


def remind(user_sub: str) -> list[Write]:
    """What the reminder's job writes: the alert; itself again when the day is further off than it
    thought; nothing for whoever has a factor by now, or need not have one any more."""
    user = users.find_user(user_sub)
    due = due_of(user) if user and user.is_active else None
    if user is None or due is None or due <= clock.now():
        return []
    if due - NOTICE > clock.now():
        return [_reminder(user, due)]
    return _told(user, AlertKind.MFA_DUE_SOON, due)


def _last_moment(day: datetime) -> datetime:
    """Of that day: it is named without a time of day, so all of it is still theirs."""
    return day.replace(hour=23, minute=59, second=59, microsecond=0)


def _told(user: User, kind: AlertKind, due: datetime) -> list[Write]:
    day = {"day": date_format(due, "j F Y")}
    return alerts.alert_writes(user_sub=user.user_sub, kind=kind, context=day)


def _reminder(user: User, due: datetime) -> Write:
    ids = {"user_sub": user.user_sub}
    return jobs.enqueue_write(JobKind.MFA_REMINDER, ids=ids, due=due - NOTICE, lane=Lane.BULK)
