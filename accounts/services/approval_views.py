"""A request as staff get to see it, on a page and in the API: with names where there are any."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.items import Approval, ApprovalState
from accounts.services.approval_kinds import details_of, label_of
from core import clock
from users import services as users
from users.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """`subject_name` and the others are handles; ids where the account is gone or disabled.

    `may_decide`: whether it is open, and nobody's own. `details`: name and value of what else it
    is about.
    """

    approval: Approval
    label: str
    state: ApprovalState
    subject_name: str
    requester_name: str
    decided_by_name: str
    may_decide: bool
    details: list[tuple[str, str]]


def views_of(approvals: Iterable[Approval], *, staff: User) -> list[ApprovalView]:
    found = list(approvals)
    people = {sub for each in found for sub in (each.subject, each.requester, each.decided_by)}
    handles = {sub: f"@{each.handle}" for sub, each in users.get_profiles(people).items()}
    return [_view(each, handles, staff) for each in found]


def _view(approval: Approval, handles: dict[str, str], staff: User) -> ApprovalView:
    state = approval.state_at(clock.now())
    own = staff.user_sub in (approval.requester, approval.subject)
    return ApprovalView(
        approval=approval,
        label=str(label_of(approval.kind)),
        state=state,
        subject_name=handles.get(approval.subject, approval.subject),
        requester_name=handles.get(approval.requester, approval.requester),
        decided_by_name=handles.get(approval.decided_by, approval.decided_by),
        may_decide=state is ApprovalState.OPEN and not own,
        details=[(str(name), value) for name, value in details_of(approval)],
    )
