"""Which accounts have no second factor that counts, for whoever runs the site."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mfa.services import policy
from users import factors as accounts
from users.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprotected:
    """`due_at`: when it is stopped; None = nobody asks it for a factor, or no day is fixed yet.
    `is_stopped`: it is already."""

    user_sub: str
    email: str
    handle: str
    is_staff: bool
    created_at: datetime
    due_at: datetime | None
    is_stopped: bool


def list_without_factor(
    *, staff_only: bool = False, due_before: datetime | None = None
) -> Iterator[Unprotected]:
    """Active accounts, in no order, while the table is read. With `due_before` those that are
    stopped before that moment, or are so already. It scans: for commands only."""
    for user in accounts.scan_accounts():
        if not user.is_active or policy.are_enough(user, user.factors):
            continue
        found = _unprotected(user)
        soon = due_before is None or found.is_stopped or _is_before(found.due_at, due_before)
        if soon and (user.is_staff or not staff_only):
            yield found


def _unprotected(user: User) -> Unprotected:
    return Unprotected(
        user_sub=user.user_sub,
        email=user.email,
        handle=user.handle,
        is_staff=user.is_staff,
        created_at=user.created_at,
        due_at=policy.due_of(user),
        is_stopped=policy.is_stopped(user),
    )


def _is_before(due: datetime | None, moment: datetime) -> bool:
    return due is not None and due < moment
