"""What staff ask for: refunds and corrections, under the two-person rule.

A refund up to REFUND_APPROVAL_ABOVE, counted with what went back of the payment before, is done at
once by one staff member with a second factor; everything else waits for another one. All of it is
a request of accounts.services.approvals, whose id names the refund or the correction, so that a
form sent twice does it once. The money moves in the transaction of the decision.
"""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.errors import ApprovalOutdated
from accounts.items import Approval
from accounts.services.approvals import request_approval
from alerts import services as alerts
from alerts.items import AlertKind
from billing.errors import NotRefundable
from billing.items import Payment
from billing.services.adjusting import adjustment_writes
from billing.services.payments import get_owned_payment
from billing.services.refunding import refund_writes
from billing.services.wallet import get_wallet
from core.actor import Actor
from core.money import format_money
from dynamo.table import Write
from users.models import User

REFUND, ADJUSTMENT = "refund", "balance_adjustment"
YES, NO = "yes", "no"


def needs_second(payment: Payment, amount: int) -> bool:
    """Whether another staff member must approve a refund of `amount`: many small ones count as
    the one that they are."""
    total = payment.refunded + payment.reserved + amount
    return bool(total > settings.REFUND_APPROVAL_ABOVE)


def alone_left(payment: Payment) -> int:
    """What one staff member may still refund of it without another one."""
    limit: int = settings.REFUND_APPROVAL_ABOVE
    return min(payment.refundable, max(0, limit - payment.refunded - payment.reserved))


def ask_refund(
    *,
    payment: Payment,
    amount: int | None,
    reason: str,
    requester: User,
    breaks_glass: bool = False,
    approval_id: str = "",
    actor: Actor,
) -> Approval:
    """Refund `amount`, None for all that is left, or ask another staff member for it.

    The request says which it was: approved or open. With an `approval_id` (a ULID) a repeat does
    nothing more. Raises as request_approval() and request_refund() do.
    """
    wanted = payment.refundable if amount is None else amount
    if amount is None and not wanted:
        raise NotRefundable(errors={"amount": [_most(payment)]})
    return request_approval(
        kind=REFUND,
        subject=payment.user_sub,
        reason=reason,
        requester=requester,
        facts={
            "payment_id": payment.payment_intent_id,
            "amount": str(wanted),
            "currency": payment.currency,
        },
        breaks_glass=breaks_glass,
        at_once=not (breaks_glass or needs_second(payment, wanted)),
        approval_id=approval_id,
        actor=actor,
    )


def ask_adjustment(
    *,
    user_sub: str,
    amount: int,
    reason: str,
    requester: User,
    writes_off: bool = False,
    into_debt: bool = False,
    breaks_glass: bool = False,
    approval_id: str = "",
    actor: Actor,
) -> Approval:
    """Ask another staff member to add `amount` to a wallet, or to take it out when it is negative;
    with `writes_off`, to give up that much of a debt.

    Raises as request_approval() and adjust() or write_off() do.
    """
    return request_approval(
        kind=ADJUSTMENT,
        subject=user_sub,
        reason=reason,
        requester=requester,
        facts={
            "amount": str(amount),
            "currency": get_wallet(user_sub).currency,
            "writes_off": YES if writes_off else NO,
            "into_debt": YES if into_debt else NO,
        },
        breaks_glass=breaks_glass,
        approval_id=approval_id,
        actor=actor,
    )


def refund_details(approval: Approval) -> list[tuple[str | Promise, str]]:
    return [(_("Amount"), _amount(approval)), (_("Payment"), approval.facts["payment_id"])]


def refund_asked(approval: Approval) -> list[Write]:
    _refund(approval)  # what cannot be done now is not asked for
    return _told(approval, AlertKind.REFUND_REQUESTED)


def refund_approved(approval: Approval) -> list[Write]:
    """Raises ApprovalOutdated for one staff member alone above the limit, and as
    request_refund() does."""
    writes = _refund(approval)
    if approval.decided_by == approval.requester and not approval.breaks_glass:
        # Read after what the writes were made from: what moves since then makes them fail.
        payment = get_owned_payment(approval.subject, approval.facts["payment_id"])
        if needs_second(payment, int(approval.facts["amount"])):
            raise ApprovalOutdated
    return writes


def adjustment_details(approval: Approval) -> list[tuple[str | Promise, str]]:
    effect = _("Balance")
    if approval.facts["writes_off"] == YES:
        effect = _("Debt to give up")
    elif approval.facts["into_debt"] == YES:
        effect = _("Balance, also into debt")
    return [(effect, _amount(approval))]


def adjustment_asked(approval: Approval) -> list[Write]:
    _adjustment(approval)
    return _told(approval, AlertKind.BALANCE_ADJUSTMENT_ASKED)


def adjustment_approved(approval: Approval) -> list[Write]:
    """Raises as adjust() and write_off() do."""
    return _adjustment(approval)


def _refund(approval: Approval) -> list[Write]:
    payment_id = approval.facts["payment_id"]
    try:
        _held, writes = refund_writes(
            user_sub=approval.subject,
            payment_id=payment_id,
            refund_id=approval.approval_id,
            amount=int(approval.facts["amount"]),
            reason=approval.reason,
            actor=Actor(approval.requester),
        )
    except NotRefundable as error:
        payment = get_owned_payment(approval.subject, payment_id)
        raise NotRefundable(errors={"amount": [_most(payment)]}) from error
    return writes


def _most(payment: Payment) -> str:
    if not payment.refundable:
        return _("Nothing of it can be refunded: it is not settled, is disputed or went back.")
    left = format_money(payment.refundable, payment.currency)
    return _("At most %(left)s of it can be refunded.") % {"left": left}


def _adjustment(approval: Approval) -> list[Write]:
    alone = approval.decided_by == approval.requester
    return adjustment_writes(
        user_sub=approval.subject,
        amount=int(approval.facts["amount"]),
        reason=approval.reason,
        actor=Actor(approval.requester),
        approver_sub="" if alone else approval.decided_by,
        adjustment_id=approval.approval_id,
        writes_off=approval.facts["writes_off"] == YES,
        into_debt=approval.facts["into_debt"] == YES,
    )


def _amount(approval: Approval) -> str:
    return format_money(int(approval.facts["amount"]), approval.facts["currency"])


def _told(approval: Approval, kind: AlertKind) -> list[Write]:
    context = {"amount": _amount(approval)}
    return alerts.alert_writes(user_sub=approval.subject, kind=kind, context=context)
