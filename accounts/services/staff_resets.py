"""Staff remove somebody's second factors: one asks, another approves (accounts.services.approvals).

For who cannot wait, and for staff, who have no other way. A request holds for one trust epoch of
the account: a new password, or "this was not me", makes it void.
"""

from datetime import datetime

from accounts.errors import ApprovalOutdated, NothingToReset
from accounts.items import Approval, Outcome
from accounts.repository import MfaResetRepository
from accounts.services import history
from accounts.services.approvals import request_approval
from accounts.services.mfa_reset import told_everywhere
from accounts.services.notices import NOTHING, notice_writes
from alerts.items import AlertKind
from core.actor import Actor
from dynamo.table import Write
from mfa import services as mfa
from users import services as users
from users.models import User

KIND = "mfa_reset"
NOBODY = Actor(user_sub=None)  # the history tells no person where staff sit

_resets = MfaResetRepository()


def request_mfa_reset(
    *, user: User, reason: str, requester: User, breaks_glass: bool = False, actor: Actor
) -> Approval:
    """Raises NothingToReset, and as request_approval() does."""
    if not user.factors:
        raise NothingToReset
    return request_approval(
        kind=KIND,
        subject=user.user_sub,
        reason=reason,
        requester=requester,
        facts={"trust_epoch": str(user.trust_epoch)},
        breaks_glass=breaks_glass,
        actor=actor,
    )


def asked_writes(approval: Approval) -> list[Write]:
    user = users.get_user(approval.subject)
    return told_everywhere(user, AlertKind.MFA_RESET_REQUESTED, NOTHING, None)


def approved_writes(approval: Approval) -> list[Write]:
    """Raises ApprovalOutdated once the account changed, UserNotFound."""
    user = users.get_user(approval.subject)
    if str(user.trust_epoch) != approval.facts["trust_epoch"] or not user.is_active:
        raise ApprovalOutdated
    if _used_since(user, approval.asked_at):
        raise ApprovalOutdated
    running = _resets.find(user.user_sub)
    return [
        *mfa.reset_writes(user),
        *([_resets.removing(running)] if running else []),
        history.trace_write(user.user_sub, Outcome.MFA_RESET_BY_STAFF, NOBODY),
        *told_everywhere(user, AlertKind.MFA_RESET_BY_STAFF, NOTHING, None),
    ]


def _used_since(user: User, moment: datetime) -> bool:
    """A factor that is used is not lost."""
    used = (device.last_used_at for device in mfa.overview(user).devices)
    return any(at is not None and at > moment for at in used)


def refused_writes(approval: Approval) -> list[Write]:
    if users.find_user(approval.subject) is None:
        return []
    return notice_writes(user_sub=approval.subject, kind=AlertKind.MFA_RESET_REFUSED)
