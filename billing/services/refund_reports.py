"""What a provider says of a refund, ours or one of its dashboard: every step of it once.

    none      -> succeeded            made in the dashboard: what is missing becomes debt, and a
                                      job takes back what was bought with it
    pending   -> succeeded | failed   what was held leaves the wallet, or comes back
    succeeded -> reversed             the provider could not deliver it after all
    failed    -> succeeded            we had given it up, the provider had not

What a provider ended stays so: a report that was fetched earlier and comes later changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace

from alerts.items import AlertKind
from billing.errors import EventTooEarly, PaymentMismatch, RefundNotFound
from billing.items import Bucket, EntryType, Leg, Payment, Refund, RefundStatus, Wallet
from billing.providers.messages import RefundOutcome, RefundReport
from billing.repository import (
    PAYMENT_LABEL,
    REFUND_LABEL,
    LedgerRepository,
    PaymentRepository,
    RefundRepository,
    WalletRepository,
)
from billing.services import settling
from billing.services.comparing import compare_with_payment
from billing.services.notices import notice
from billing.services.payments import get_owned_payment
from billing.services.postings import credited, debited, moved, transaction, until_written
from billing.services.wallet import get_wallet, require_configured
from core import clock, ids
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind

_GUARDS = (PAYMENT_LABEL, REFUND_LABEL)
_OPEN = (RefundStatus.PENDING, RefundStatus.UNKNOWN)
USED_UP = "used_up"

_payments = PaymentRepository()
_refunds = RefundRepository()
_wallets = WalletRepository()
_ledger = LedgerRepository()


def apply_refund_report(*, payment: Payment, report: RefundReport) -> Refund | None:
    """The refund as it is afterwards, None for one that is not made yet and not ours; the same
    report twice does nothing more.

    Raises EventTooEarly while the payment is not settled or a refund of ours is in the way, and
    PaymentMismatch, when nothing moved but the person was told.
    """
    require_configured()
    with settling.telling_of_mismatch(payment, "refund does not fit"):
        compare_with_payment(payment, report)
        return until_written(lambda: _apply(payment, report), guards=_GUARDS)


def release(payment: Payment, refund_id: str, *, failure_code: str) -> Refund:
    """The provider refused and made nothing: what was held is back in the wallet."""

    def attempt() -> Refund:
        read, wallet, refund = _read(payment, refund_id)
        if refund is None:
            raise RefundNotFound
        if not refund.is_open:
            return refund
        return _fail(read, wallet, refund, failure_code=failure_code)

    return until_written(attempt, guards=_GUARDS)


def note_silence(refund: Refund, *, again: bool = False) -> bool:
    """It may be made, without a word of its provider; `again`: also one of which that is known.
    False when there was nothing to note, or it has changed since it was read."""
    if not again and (refund.status is not RefundStatus.PENDING or refund.provider_ref):
        return False
    try:
        transact([_refunds.putting(_next(refund, status=RefundStatus.UNKNOWN))])
    except TransactionCancelled as error:
        if not error.failed(REFUND_LABEL):
            raise
        return False
    return True


def _apply(payment: Payment, report: RefundReport) -> Refund | None:
    known = _known(payment, report)
    read, wallet, refund = _read(payment, known.refund_id if known else _id_of(payment, report))
    if not read.is_settled:
        raise EventTooEarly
    if refund is None:
        return _appear(read, wallet, report)
    if not report.refund_id and refund.provider_ref not in ("", report.ref):
        return _apply(payment, report)  # chosen by its amount, and named by another one since
    _compare_refund(refund, report)
    step = _STEPS.get((refund.status, report.outcome))
    if step is None or (refund.provider_ref and step in (_wait, _succeed_late)):
        return refund  # its provider has said so before
    told = replace(refund, provider_ref=report.ref, moved_at=report.moved_at)
    return step(read, wallet, told, report.failure_code)


def _known(payment: Payment, report: RefundReport) -> Refund | None:
    """By the provider's id before ours, which somebody could change in its dashboard; where it
    keeps none of ours, one of that amount that is under way: what it took on before what it may
    not have heard of, the oldest first."""
    refunds = _refunds.list_of(payment)
    by_ref = [each for each in refunds if report.ref and each.provider_ref == report.ref]
    by_id = [each for each in refunds if each.refund_id == report.refund_id]
    nameless = [
        each
        for each in refunds
        if report.is_unnamed
        and each.is_open
        and not each.provider_ref
        and each.amount == report.amount
    ]
    nameless.sort(key=lambda each: (not each.is_taken_on, _is_unasked(each), each.created_at))
    return next(iter([*by_ref, *by_id, *nameless]), None)


def _read(payment: Payment, refund_id: str) -> tuple[Payment, Wallet, Refund | None]:
    return gather(
        lambda: get_owned_payment(payment.user_sub, payment.payment_intent_id),
        lambda: get_wallet(payment.user_sub),
        lambda: _refunds.find(payment.user_sub, payment.payment_intent_id, refund_id),
    )


def _appear(payment: Payment, wallet: Wallet, report: RefundReport) -> Refund | None:
    """Made in the provider's dashboard."""
    if report.outcome is RefundOutcome.PENDING:
        return None
    failed = report.outcome is RefundOutcome.FAILED
    now = clock.now()
    refund = Refund(
        refund_id=_id_of(payment, report),
        payment_intent_id=payment.payment_intent_id,
        user_sub=payment.user_sub,
        provider=payment.provider,
        provider_ref=report.ref,
        amount=report.amount,
        currency=report.currency,
        status=RefundStatus.FAILED if failed else RefundStatus.SUCCEEDED,
        reason="",
        actor_sub="",
        failure_code=report.failure_code,
        created_at=now,
        updated_at=now,
        moved_at=report.moved_at,
    )
    if failed:  # kept, so that an older word of success does not count
        transact([_refunds.putting(refund)])
        return refund
    if report.is_unnamed and (impossible := _impossible(payment, report)):
        release(payment, impossible.refund_id, failure_code=USED_UP)
        return _apply(payment, report)
    return _take(payment, wallet, refund)


def _impossible(payment: Payment, report: RefundReport) -> Refund | None:
    """One of ours that was surely not made, as so much went without it: one that nobody asked for
    yet, or that is too much beside what the provider took on. One that keeps our names says so when
    it is asked for it; another one is no longer asked, as it might be the one that went."""
    gone = payment.refunded + report.amount
    if gone > payment.amount or gone + payment.reserved <= payment.amount:
        return None
    ours = [each for each in _refunds.list_of(payment) if each.is_open and not each.provider_ref]
    left = payment.amount - gone - sum(each.amount for each in ours if each.is_taken_on)
    surely = [
        each for each in ours if not each.is_taken_on and (_is_unasked(each) or each.amount > left)
    ]
    return max(surely, key=lambda each: (_is_unasked(each), each.created_at), default=None)


def _is_unasked(refund: Refund) -> bool:
    return refund.status is RefundStatus.PENDING and not refund.is_taken_on


def _take(payment: Payment, wallet: Wallet, refund: Refund) -> Refund:
    """Money that went without being held: from the wallet, and what is missing is owed."""
    if payment.refunded + refund.amount > payment.amount:
        raise PaymentMismatch({"refunded": payment.refunded + refund.amount})
    if payment.refunded + payment.reserved + refund.amount > payment.amount:
        raise EventTooEarly  # one of ours cannot succeed any more: its end comes first
    changed = replace(payment, refunded=payment.refunded + refund.amount)
    new = debited(wallet, refund.amount)
    taken = replace(refund, deficit=new.debt - wallet.debt)
    _write(payment, changed, wallet, new, taken, EntryType.REFUND, AlertKind.REFUND_ISSUED)
    return taken


def _succeed(payment: Payment, wallet: Wallet, refund: Refund, _code: str) -> Refund:
    done = _next(refund, status=RefundStatus.SUCCEEDED)
    changed = replace(
        payment,
        refunded=payment.refunded + refund.amount,
        reserved=payment.reserved - refund.amount,
    )
    new = moved(wallet, held=-refund.amount)
    _write(payment, changed, wallet, new, done, EntryType.REFUND, AlertKind.REFUND_ISSUED)
    return done


def _succeed_late(payment: Payment, wallet: Wallet, refund: Refund, _code: str) -> Refund:
    return _take(payment, wallet, _next(refund, status=RefundStatus.SUCCEEDED, failure_code=""))


def _wait(_payment: Payment, _wallet: Wallet, refund: Refund, _code: str) -> Refund:
    waiting = _next(refund, status=RefundStatus.PENDING)
    transact([_refunds.putting(waiting)])
    return waiting


def _fail(payment: Payment, wallet: Wallet, refund: Refund, failure_code: str) -> Refund:
    failed = _next(refund, status=RefundStatus.FAILED, failure_code=failure_code or "failed")
    changed = replace(payment, reserved=payment.reserved - refund.amount)
    new = credited(wallet, refund.amount, released=refund.amount)
    kind = EntryType.REFUND_RELEASED
    _write(payment, changed, wallet, new, failed, kind, AlertKind.REFUND_FAILED, left=0)
    return failed


def _reverse(payment: Payment, wallet: Wallet, refund: Refund, failure_code: str) -> Refund:
    back = _next(refund, status=RefundStatus.REVERSED, failure_code=failure_code or "failed")
    back = replace(back, deficit=0)
    changed = replace(payment, refunded=payment.refunded - refund.amount)
    new = credited(wallet, refund.amount)
    kind = EntryType.REFUND_REVERSED
    _write(payment, changed, wallet, new, back, kind, AlertKind.REFUND_FAILED, left=-refund.amount)
    return back


_Step = Callable[[Payment, Wallet, Refund, str], Refund]
_STEPS: dict[tuple[RefundStatus, RefundOutcome], _Step] = {
    **{(status, RefundOutcome.SUCCEEDED): _succeed for status in _OPEN},
    **{(status, RefundOutcome.FAILED): _fail for status in _OPEN},
    **{(status, RefundOutcome.PENDING): _wait for status in _OPEN},
    (RefundStatus.SUCCEEDED, RefundOutcome.FAILED): _reverse,
    (RefundStatus.FAILED, RefundOutcome.SUCCEEDED): _succeed_late,
}


def _write(
    payment: Payment,
    changed: Payment,
    wallet: Wallet,
    new: Wallet,
    refund: Refund,
    kind: EntryType,
    alert: AlertKind,
    *,
    left: int | None = None,
) -> None:
    """One step with both sides; `left` is what left the provider, the whole refund unless said."""
    amount = refund.amount if left is None else left
    clearing = Leg(bucket=Bucket.CLEARING, amount=amount, type=kind, provider=payment.provider)
    step = transaction(
        txn=f"{refund.refund_id}.{refund.version}",
        ref=payment.payment_intent_id,
        old=wallet,
        new=new,
        kind=kind,
        others=(clearing,),
    )
    transact(
        [
            _payments.moving(payment, changed),
            _refunds.putting(refund),
            _wallets.changing(wallet, new),
            *_ledger.adding(step),
            *notice(refund, alert),
            *_claw_back(refund),
        ]
    )


def _next(refund: Refund, *, status: RefundStatus, failure_code: str | None = None) -> Refund:
    code = refund.failure_code if failure_code is None else failure_code
    return replace(
        refund,
        status=status,
        failure_code=code,
        version=refund.version + 1,
        updated_at=clock.now(),
    )


def _claw_back(refund: Refund) -> list[Write]:
    if not refund.deficit:
        return []
    told = {
        "user_sub": refund.user_sub,
        "payment_id": refund.payment_intent_id,
        "refund_id": refund.refund_id,
    }
    return [jobs.enqueue_write(JobKind.CLAW_BACK, ids=told, lane=Lane.BULK)]


def _id_of(payment: Payment, report: RefundReport) -> str:
    """Of a refund that the provider's dashboard made: the same for the same one."""
    return ids.id_of(payment.created_at, f"refund:{payment.provider}:{report.ref}")


def _compare_refund(refund: Refund, report: RefundReport) -> None:
    wrong: dict[str, object] = {}
    if report.amount != refund.amount:
        wrong["amount"] = report.amount
    if report.ref and refund.provider_ref not in ("", report.ref):
        wrong["ref"] = report.ref
    if wrong:
        raise PaymentMismatch(wrong)
