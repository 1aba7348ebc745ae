"""Requests of staff, and those who decide them."""

from accounts.services import approvals, staff_resets
from core.actor import Actor
from tests.alerts.people import listed
from tests.mfa.people import again

DESK = Actor(user_sub=None)
REASON = "Called back on the number in the contract"


def ask(subject, requester):
    return staff_resets.request_mfa_reset(
        user=again(subject),
        reason=REASON,
        requester=requester,
        actor=Actor(requester.user_sub),
    )


def approve(approval, by, reason="It is them"):
    return approvals.approve(
        approval_id=approval.approval_id, reason=reason, staff=again(by), actor=DESK
    )


def refuse(approval, by):
    return approvals.refuse(
        approval_id=approval.approval_id, reason="No proof", staff=again(by), actor=DESK
    )


def state_of(approval):
    return approvals.get_approval(approval.approval_id).state


def kinds(user):
    return [alert.kind for alert in listed(user)]
