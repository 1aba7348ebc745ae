"""The transactions of a dispute: both sides of every step, with its guard."""

from dataclasses import replace

from django.utils.translation import gettext as _

from alerts.items import AlertKind
from billing.errors import EventTooEarly, PaymentMismatch
from billing.items import (
    Bucket,
    Dispute,
    DisputeStatus,
    EntryType,
    Leg,
    Payment,
    Transaction,
    Wallet,
    WalletStatus,
)
from billing.repository import (
    DisputeRepository,
    LedgerRepository,
    PaymentRepository,
    WalletRepository,
)
from billing.services.notices import notice
from billing.services.postings import Moved, credited, debited, moved, transaction
from core import clock
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind

_payments = PaymentRepository()
_disputes = DisputeRepository()
_wallets = WalletRepository()
_ledger = LedgerRepository()


def next_of(dispute: Dispute, status: DisputeStatus) -> Dispute:
    return replace(dispute, status=status, version=dispute.version + 1, updated_at=clock.now())


def take(
    payment: Payment,
    wallet: Wallet,
    *,
    before: DisputeStatus | None,
    dispute: Dispute,
    fee: int,
) -> Dispute:
    """Write the step to `dispute` from a row in the state `before`; the row as it is then."""
    match dispute.status:
        case DisputeStatus.OPEN:
            return _open(payment, wallet, dispute, fee)
        case DisputeStatus.LOST:
            return _lose(payment, wallet, dispute, fee)
        case DisputeStatus.WON if before is DisputeStatus.LOST:
            return _win_after_all(payment, wallet, dispute, fee)
        case DisputeStatus.WON:
            return _win(payment, wallet, dispute, fee)
        case _:
            transact([_disputes.putting(dispute)])
            return dispute


def give_back(
    payment: Payment, wallet: Wallet, *, dispute: Dispute, back: int, fee: int
) -> Dispute:
    """`back` of an open one came back: `dispute` as it is about the rest, still with what was held
    for all of it. It is as if the rest had been taken alone."""
    held = min(dispute.held, dispute.amount)
    released = dispute.held - held
    return _write(
        payment,
        replace(payment, disputed=payment.disputed - back),
        wallet,
        credited(wallet, released, released=released),
        replace(dispute, held=held),
        EntryType.DISPUTE_WON,
        clearing=-back,
        receivable=back,
        fee=fee,
        also=[],
    )


def note(dispute: Dispute, *, fee: int) -> Dispute:
    """Nothing changed but the provider's fee, or until when it can be answered."""
    legs, noted = _fee_legs(dispute, fee), replace(dispute, fee=fee)
    writes = [_disputes.putting(noted)]
    if legs:
        booked = Transaction(
            txn=_txn(dispute),
            at=clock.now(),
            currency=dispute.currency,
            user_sub=dispute.user_sub,
            ref=dispute.payment_intent_id,
            actor_sub="",
            legs=legs,
        )
        writes += _ledger.adding(booked)
    transact(writes)
    return noted


def _open(payment: Payment, wallet: Wallet, dispute: Dispute, fee: int) -> Dispute:
    """What is there of the money is held; the rest is nobody's debt before it is lost.

    Raises PaymentMismatch where a payment would be lost twice, and EventTooEarly where another one
    about the same money has to end first."""
    if payment.lost + dispute.amount > payment.amount:
        raise PaymentMismatch({"disputed": payment.lost + dispute.amount})
    if payment.disputed + dispute.amount > payment.amount:
        raise EventTooEarly
    held = min(wallet.available, dispute.amount)
    return _write(
        payment,
        replace(payment, disputed=payment.disputed + dispute.amount),
        wallet,
        _counted(moved(wallet, available=-held, held=held), +1),
        replace(dispute, held=held),
        EntryType.DISPUTE,
        clearing=dispute.amount,
        receivable=-dispute.amount,
        fee=fee,
        also=notice(dispute, AlertKind.DISPUTE_OPENED),
    )


def _lose(payment: Payment, wallet: Wallet, dispute: Dispute, fee: int) -> Dispute:
    new = debited(wallet, dispute.amount, released=dispute.held)
    deficit = new.debt - wallet.debt
    also = notice(
        dispute, AlertKind.DISPUTE_CLOSED, outcome=_("the payment was taken back for good")
    )
    if deficit:
        also.append(_claw_back(dispute))
    return _write(
        payment,
        replace(payment, lost=payment.lost + dispute.amount),
        wallet,
        _counted(new, -1),
        replace(dispute, held=0, deficit=deficit),
        EntryType.DISPUTE_LOST,
        receivable=dispute.amount,
        fee=fee,
        also=also,
    )


def _win(payment: Payment, wallet: Wallet, dispute: Dispute, fee: int) -> Dispute:
    return _write(
        payment,
        replace(payment, disputed=payment.disputed - dispute.amount),
        wallet,
        _counted(credited(wallet, dispute.held, released=dispute.held), -1),
        replace(dispute, held=0),
        EntryType.DISPUTE_WON,
        clearing=-dispute.amount,
        receivable=dispute.amount,
        fee=fee,
        also=notice(dispute, AlertKind.DISPUTE_CLOSED, outcome=_("the payment stands")),
    )


def _win_after_all(payment: Payment, wallet: Wallet, dispute: Dispute, fee: int) -> Dispute:
    """What was lost was booked as the person's loss, so all of it is theirs again."""
    return _write(
        payment,
        replace(
            payment,
            disputed=payment.disputed - dispute.amount,
            lost=payment.lost - dispute.amount,
        ),
        wallet,
        credited(wallet, dispute.amount),
        replace(dispute, deficit=0),
        EntryType.DISPUTE_WON,
        clearing=-dispute.amount,
        fee=fee,
        also=notice(dispute, AlertKind.DISPUTE_CLOSED, outcome=_("the payment stands")),
    )


def _write(
    payment: Payment,
    changed: Payment,
    wallet: Wallet,
    new: Wallet,
    dispute: Dispute,
    kind: EntryType,
    *,
    fee: int,
    also: list[Write],
    clearing: int = 0,
    receivable: int = 0,
) -> Dispute:
    provider, written = payment.provider, replace(dispute, fee=fee)
    others = (
        Leg(bucket=Bucket.CLEARING, amount=clearing, type=kind, provider=provider),
        Leg(bucket=Bucket.DISPUTES, amount=receivable, type=kind, provider=provider),
        *_fee_legs(dispute, fee),
    )
    step = transaction(
        txn=_txn(dispute),
        ref=payment.payment_intent_id,
        old=wallet,
        new=new,
        kind=kind,
        others=others,
    )
    transact(
        [
            _payments.moving(payment, changed),
            _disputes.putting(written),
            _wallets.changing(wallet, new),
            *_ledger.adding(step),
            *also,
        ]
    )
    return written


def _fee_legs(dispute: Dispute, fee: int) -> tuple[Leg, ...]:
    """What it costs more, or less, than was booked so far."""
    more, provider = fee - dispute.fee, dispute.provider
    if not more:
        return ()
    kind = EntryType.DISPUTE_FEE
    return (
        Leg(bucket=Bucket.CLEARING, amount=more, type=kind, provider=provider),
        Leg(bucket=Bucket.DISPUTE_FEES, amount=-more, type=kind, provider=provider),
    )


def _counted(wallet: Wallet, change: int) -> Wallet:
    """Restricted while a dispute is open. Raises Moved."""
    count = wallet.open_disputes + change
    if count < 0:
        raise Moved
    status = WalletStatus.RESTRICTED if count else WalletStatus.ACTIVE
    return replace(wallet, open_disputes=count, status=status)


def _txn(dispute: Dispute) -> str:
    """One for every step: the platform's keys have no clock in them."""
    return f"{dispute.dispute_id}.{dispute.version}"


def _claw_back(dispute: Dispute) -> Write:
    told = {
        "user_sub": dispute.user_sub,
        "payment_id": dispute.payment_intent_id,
        "dispute_id": dispute.dispute_id,
    }
    return jobs.enqueue_write(JobKind.CLAW_BACK, ids=told, lane=Lane.BULK)
