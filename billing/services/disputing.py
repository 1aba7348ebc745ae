"""What a provider says of a dispute, in whatever order it is told: every step of it once.

    none, inquiry -> open    the money was taken: what is left of it in the wallet is held
    open -> lost             it is gone: what was held with it, and what is missing becomes debt
    open -> open -> lost     a part of it is back, and the rest is gone
    open -> won              it is back
    lost -> won              the provider decided once more
    none -> inquiry -> closed   a question; no money moves

A dispute that is over when it is first heard of takes each step on its way there. While one is
open the wallet is restricted: they are counted in the wallet itself, because that is written with
every step anyway, and a count by query could be older than the wallet beside it.
"""

import logging
from dataclasses import replace

from billing.errors import DisputeNotFound, EventTooEarly, PaymentMismatch
from billing.items import Dispute, DisputePage, DisputeStatus, Payment
from billing.providers.messages import DisputeReport
from billing.repository import DISPUTE_LABEL, PAYMENT_LABEL, DisputeRepository
from billing.services import dispute_steps as steps
from billing.services import settling
from billing.services.comparing import compare_with_payment
from billing.services.payments import get_owned_payment
from billing.services.postings import until_written
from billing.services.wallet import get_wallet, require_configured
from core import clock, ids
from dynamo import cursor as cursors
from dynamo.gather import gather

PAGE = 50
_SCOPE = "staff:disputes"

logger = logging.getLogger("billing")
_disputes = DisputeRepository()


def apply_dispute_report(*, payment: Payment, report: DisputeReport) -> Dispute:
    """The dispute as it is afterwards; the same report twice does nothing more, and one that was
    fetched before the last one does nothing.

    Raises EventTooEarly while the payment is not settled or another dispute has its money, and
    PaymentMismatch, when nothing moved but the person was told.
    """
    require_configured()
    with settling.telling_of_mismatch(payment, "dispute does not fit"):
        compare_with_payment(payment, report)
        while True:
            dispute, done = until_written(
                lambda: _step(payment, report), guards=(DISPUTE_LABEL, PAYMENT_LABEL)
            )
            if done:
                return dispute


def get_dispute(user_sub: str, payment_id: str, dispute_id: str) -> Dispute:
    """Consistent. Raises DisputeNotFound."""
    require_configured()
    known = all(map(ids.is_id, (user_sub, payment_id, dispute_id)))
    dispute = _disputes.find(user_sub, payment_id, dispute_id) if known else None
    if dispute is None:
        raise DisputeNotFound
    return dispute


def list_disputes(payment: Payment) -> list[Dispute]:
    """Oldest first."""
    require_configured()
    return _disputes.list_of(payment)


def open_disputes(cursor: str = "") -> DisputePage:
    """Everybody's that are not over, for staff: what must be answered first comes first.

    Raises CursorForged, CursorExpired.
    """
    require_configured()
    start = cursors.decode(cursor, scope=_SCOPE) if cursor else None
    disputes, following = _disputes.page_of_pending(limit=PAGE, start=start)
    next_cursor = cursors.encode(following, scope=_SCOPE) if following else ""
    return DisputePage(items=disputes, next_cursor=next_cursor)


def standing_of(now: DisputeStatus | None, report: DisputeReport) -> DisputeStatus:
    """Where it stands, in our words: open is what has taken money."""
    if has_money(now):
        gone = report.status is DisputeStatus.CLOSED and not report.taken
        return DisputeStatus.WON if gone else report.status
    if report.taken:
        over = report.status in (DisputeStatus.WON, DisputeStatus.LOST)
        return report.status if over else DisputeStatus.OPEN
    over = report.status not in (DisputeStatus.INQUIRY, DisputeStatus.OPEN)
    return DisputeStatus.CLOSED if over else DisputeStatus.INQUIRY


def has_money(status: DisputeStatus | None) -> bool:
    """Whether money moved for it, back again or not."""
    return status in (DisputeStatus.OPEN, DisputeStatus.WON, DisputeStatus.LOST)


def _step(payment: Payment, report: DisputeReport) -> tuple[Dispute, bool]:
    """One transaction at most; whether it was the last one."""
    dispute_id = _id_of(payment, report)
    read, wallet, stored = gather(
        lambda: get_owned_payment(payment.user_sub, payment.payment_intent_id),
        lambda: get_wallet(payment.user_sub),
        lambda: _disputes.find(payment.user_sub, payment.payment_intent_id, dispute_id),
    )
    if not read.is_settled:
        raise EventTooEarly
    dispute = stored or _new_dispute(read, report)
    now = stored.status if stored else None
    following = _following(now, report)
    if following is None:
        return _told_again(dispute, report), True
    if (now, following) == _LOSES and report.amount < dispute.amount:
        left = steps.next_of(replace(dispute, amount=report.amount), DisputeStatus.OPEN)
        back = dispute.amount - report.amount
        return steps.give_back(read, wallet, dispute=left, back=back, fee=report.fee), False
    if has_money(now):
        _compare_amount(dispute, report)
    known = replace(dispute, due_at=report.due_at, reason=report.reason, amount=report.amount)
    changed = steps.next_of(known, following) if stored else replace(known, status=following)
    written = steps.take(read, wallet, before=now, dispute=changed, fee=report.fee)
    return written, following is standing_of(now, report)


def _told_again(dispute: Dispute, report: DisputeReport) -> Dispute:
    """Nothing happened; but what it costs or until when it can be answered may be new."""
    if dispute.status is DisputeStatus.WON and report.status is DisputeStatus.LOST:
        logger.error("dispute lost after it was won", extra={"dispute_id": dispute.dispute_id})
    if dispute.status is not report.status:
        return dispute
    if dispute.status is DisputeStatus.LOST and report.amount < dispute.amount:
        _compare_amount(dispute, report)  # a part came back after the end: a person decides
    fee = report.fee if has_money(dispute.status) else dispute.fee
    if (dispute.due_at, dispute.fee) == (report.due_at, fee):
        return dispute
    told = replace(steps.next_of(dispute, dispute.status), due_at=report.due_at)
    return steps.note(told, fee=fee)


def _following(now: DisputeStatus | None, report: DisputeReport) -> DisputeStatus | None:
    """The next step from here, None when this report asks for none."""
    wanted = standing_of(now, report)
    if wanted is now:
        return None
    if has_money(now):
        return wanted if (now, wanted) in _AFTER_THE_MONEY else None
    if wanted in (DisputeStatus.OPEN, DisputeStatus.WON, DisputeStatus.LOST):
        return DisputeStatus.OPEN
    return wanted if (now, wanted) in _WITHOUT_MONEY else None


_LOSES = (DisputeStatus.OPEN, DisputeStatus.LOST)
_AFTER_THE_MONEY = {
    (DisputeStatus.OPEN, DisputeStatus.WON),
    _LOSES,
    (DisputeStatus.LOST, DisputeStatus.WON),
}
_WITHOUT_MONEY = {
    (None, DisputeStatus.INQUIRY),
    (None, DisputeStatus.CLOSED),
    (DisputeStatus.INQUIRY, DisputeStatus.CLOSED),
}


def _new_dispute(payment: Payment, report: DisputeReport) -> Dispute:
    now = clock.now()
    return Dispute(
        dispute_id=_id_of(payment, report),
        payment_intent_id=payment.payment_intent_id,
        user_sub=payment.user_sub,
        provider=payment.provider,
        provider_ref=report.ref,
        amount=report.amount,
        currency=report.currency,
        status=DisputeStatus.INQUIRY,
        reason=report.reason,
        held=0,
        fee=0,
        created_at=now,
        updated_at=now,
        due_at=report.due_at,
        moved_at=report.moved_at,
    )


def _id_of(payment: Payment, report: DisputeReport) -> str:
    """The same for the same one, whichever report of it comes first."""
    return ids.id_of(payment.created_at, f"dispute:{payment.provider}:{report.ref}")


def _compare_amount(dispute: Dispute, report: DisputeReport) -> None:
    """Money moved for it: another amount would not take back what was booked."""
    if report.amount != dispute.amount:
        raise PaymentMismatch({"amount": report.amount})
