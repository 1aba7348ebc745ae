"""What one staff member asks for and another one decides: the two-person rule.

What it does is its kind's (accounts.services.approval_kinds). The writes of a kind join the
transaction of the decision, so they happen once, however many decide at once.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.errors import (
    ApprovalClosed,
    ApprovalNotFound,
    ApprovalOutdated,
    NotStaff,
    OwnApproval,
    StaffFactorNeeded,
)
from accounts.items import Approval, ApprovalState
from accounts.repository import APPROVAL_LABEL, ApprovalRepository
from accounts.services.approval_kinds import kind_of, label_of
from accounts.services.notices import notice_writes
from alerts.items import AlertKind
from core import clock, ids
from core.actor import Actor
from core.errors import Invalid
from core.ratelimit import Limit, hit
from dynamo import cursor
from dynamo.deadlines import pause
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from mfa import services as mfa
from users import mfa_reset as accounts
from users.models import User

OPEN_FOR = timedelta(days=7)
PAGE = 20
REASON_LENGTH = 500
PER_STAFF = Limit(name="approval_request", times=30, seconds=86_400)
STAFF_LABEL = "staff"
TRIES = 5
_EVENTS = {
    ApprovalState.APPROVED: "approval granted",
    ApprovalState.REFUSED: "approval refused",
}

logger = logging.getLogger(__name__)
_approvals = ApprovalRepository()


def request_approval(
    *,
    kind: str,
    subject: str,
    reason: str,
    requester: User,
    facts: Mapping[str, str] | None = None,
    breaks_glass: bool = False,
    at_once: bool = False,
    approval_id: str = "",
    actor: Actor,
) -> Approval:
    """Open for seven days; the person it is about is told, and so is a requester whom a command
    names. `subject` is a user_sub. With an `approval_id` (a ULID) of the caller's a repeat gives
    the request that was made.

    `breaks_glass`: done at once by the requester alone, and recorded as such. The door of a page
    never offers that. `at_once`: the same within the limit of the kind, by somebody with a second
    factor. Raises Invalid (reason), NotStaff, OwnApproval, ApprovalKindUnknown, StaffFactorNeeded,
    RateLimited, and what the handler raises.
    """
    text = _clean_reason(reason)
    if requester.user_sub == subject:
        raise OwnApproval
    if at_once and not (kind_of(kind).with_limit and mfa.are_enough(requester, requester.factors)):
        raise StaffFactorNeeded
    hit(PER_STAFF, requester.user_sub)
    alone = breaks_glass or at_once
    approval = _new(kind, subject, text, requester, facts or {}, approval_id, alone)
    return _add(replace(approval, breaks_glass=breaks_glass), requester, actor)


def list_approvals(
    *, staff: User, after: str = "", only_open: bool = True
) -> tuple[list[Approval], str]:
    """A page, newest first, and the cursor of the next one ("" at the end).

    Raises CursorForged and CursorExpired.
    """
    scope = f"{staff.user_sub}:approvals:{'open' if only_open else 'all'}"
    start = cursor.decode(after, scope=scope) if after else None
    oldest = ids.first_id_of(clock.now() - OPEN_FOR) if only_open else ""
    found, following = _approvals.page(limit=PAGE, start=start, first_id=oldest)
    return found, cursor.encode(following, scope=scope) if following else ""


def get_approval(approval_id: str) -> Approval:
    """Raises ApprovalNotFound."""
    found = _approvals.find(approval_id) if ids.is_id(approval_id) else None
    if found is None:
        raise ApprovalNotFound
    return found


def approve(*, approval_id: str, reason: str, staff: User, actor: Actor) -> Approval:
    """Do it, once. The door has asked for step-up.

    Raises ApprovalNotFound, StaffFactorNeeded, OwnApproval, NotStaff, ApprovalClosed,
    ApprovalKindUnknown, Invalid (reason), and what the handler raises; then it stays open.
    """
    return _decide(approval_id, ApprovalState.APPROVED, reason, staff, actor)


def refuse(*, approval_id: str, reason: str, staff: User, actor: Actor) -> Approval:
    """Nothing is done, for good. Raises as approve() does."""
    return _decide(approval_id, ApprovalState.REFUSED, reason, staff, actor)


def _decide(
    approval_id: str, state: ApprovalState, reason: str, staff: User, actor: Actor
) -> Approval:
    approval = get_approval(approval_id)
    if not mfa.are_enough(staff, staff.factors):
        raise StaffFactorNeeded
    if staff.user_sub in (approval.requester, approval.subject):
        raise OwnApproval
    text, handler, now = _clean_reason(reason), kind_of(approval.kind).handler, clock.now()
    if approval.state_at(now) is not ApprovalState.OPEN:
        raise ApprovalClosed
    does = handler.approved if state is ApprovalState.APPROVED else handler.refused
    deciding = _approvals.deciding(approval, state, by=staff.user_sub, reason=text, at=now)
    decided = replace(approval, state=state, decided_by=staff.user_sub, decided_at=now)
    try:
        _write(lambda: [deciding, _staff(staff), *does(decided)])
    except ApprovalOutdated as error:
        if get_approval(approval_id).state_at(now) is not ApprovalState.OPEN:
            raise ApprovalClosed from error  # another one decided it at this moment
        raise
    except TransactionCancelled as error:
        raise _refusal(error) from error
    logger.warning(_EVENTS[state], extra=_told(approval, staff, actor))
    return get_approval(approval_id)


def _add(approval: Approval, requester: User, actor: Actor) -> Approval:
    if stored := _approvals.find(approval.approval_id):
        return _repeated(approval, stored)
    handler = kind_of(approval.kind).handler
    does = handler.asked if approval.state is ApprovalState.OPEN else handler.approved
    told = _tell_requester(approval, actor)
    try:
        _write(lambda: [_staff(requester), *_approvals.adding(approval), *does(approval), *told])
    except TransactionCancelled as error:
        if error.failed(APPROVAL_LABEL):
            return _repeated(approval, get_approval(approval.approval_id))
        raise NotStaff if error.failed(STAFF_LABEL) else ApprovalOutdated from error
    if approval.breaks_glass:
        logger.error("approval broke the glass", extra=_told(approval, requester, actor))
    else:
        logger.warning("approval requested", extra=_told(approval, requester, actor))
    return approval


def _write(writes: Callable[[], list[Write]]) -> None:
    """Made anew while what they were made from moves: a wallet is written all the time."""
    for number in range(TRIES):
        try:
            transact(writes())
        except TransactionCancelled as error:
            final = {APPROVAL_LABEL, STAFF_LABEL}.intersection(error.labels)
            if final or number == TRIES - 1:
                raise
            pause(number)
        else:
            return


def _repeated(wanted: Approval, stored: Approval) -> Approval:
    """Raises ApprovalOutdated when the one that has this id asks for something else."""
    same = ("kind", "subject", "facts", "requester")
    if any(getattr(stored, name) != getattr(wanted, name) for name in same):
        raise ApprovalOutdated
    return stored


def _refusal(error: TransactionCancelled) -> Exception:
    if error.failed(APPROVAL_LABEL):
        return ApprovalClosed()
    return NotStaff() if error.failed(STAFF_LABEL) else ApprovalOutdated()


def _new(
    kind: str,
    subject: str,
    reason: str,
    requester: User,
    facts: Mapping[str, str],
    approval_id: str,
    alone: bool,
) -> Approval:
    now = clock.now()
    return Approval(
        approval_id=approval_id or ids.new_id(),
        kind=kind,
        subject=subject,
        facts=facts,
        reason=reason,
        requester=requester.user_sub,
        asked_at=now,
        open_until=now + OPEN_FOR,
        state=ApprovalState.APPROVED if alone else ApprovalState.OPEN,
        decided_by=requester.user_sub if alone else "",
        decided_at=now if alone else None,
    )


def _tell_requester(approval: Approval, actor: Actor) -> list[Write]:
    """Whose name was used where no session proves that it was them."""
    if actor.user_sub == approval.requester:
        return []
    alone = approval.breaks_glass
    kind = AlertKind.STAFF_GLASS_BROKEN if alone else AlertKind.STAFF_REQUEST_MADE
    context = {"what": str(label_of(approval.kind))}
    return notice_writes(user_sub=approval.requester, kind=kind, context=context)


def _staff(user: User) -> Write:
    return accounts.check_staff_write(user.user_sub, label=STAFF_LABEL)


def _clean_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not text:
        raise Invalid(errors={"reason": [_("Say why.")]})
    if len(text) > REASON_LENGTH:
        raise Invalid(errors={"reason": [_("At most 500 characters.")]})
    return text


def _told(approval: Approval, staff: User, actor: Actor) -> dict[str, str]:
    return {
        "approval_id": approval.approval_id,
        "kind": approval.kind,
        "user_sub": approval.subject,
        "actor": actor.user_sub or staff.user_sub,  # a command's has nobody
    }
