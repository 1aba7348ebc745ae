"""Sending money back: it is held in the wallet first, then the provider is asked for it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from billing import providers
from billing.errors import (
    InvalidAmount,
    MoneySpent,
    NotRefundable,
    RefundNotFound,
    WalletRestricted,
)
from billing.items import EntryType, Payment, Refund, RefundStatus, Wallet
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.interface import Provider
from billing.providers.messages import RefundOrder, RefundReport
from billing.repository import (
    PAYMENT_LABEL,
    REFUND_LABEL,
    LedgerRepository,
    PaymentRepository,
    RefundRepository,
    WalletRepository,
)
from billing.services.payments import AFTER_THE_CALL, get_owned_payment
from billing.services.postings import moved, transaction, until_written
from billing.services.refund_reports import apply_refund_report, note_silence, release
from billing.services.wallet import get_wallet, require_configured
from core import clock, ids
from core.actor import Actor
from core.errors import ApplicationError, Invalid
from dynamo.deadlines import new_deadline
from dynamo.gather import gather
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.kinds import JobKind

REASON_LENGTH = 500

logger = logging.getLogger("billing")
_payments = PaymentRepository()
_refunds = RefundRepository()
_wallets = WalletRepository()
_ledger = LedgerRepository()


def request_refund(
    *,
    user_sub: str,
    payment_id: str,
    amount: int | None,
    reason: str,
    actor: Actor,
    idempotency_key: str = "",
) -> Refund:
    """Hold `amount` of a settled payment, None for all that is left of it, and ask its provider
    in a job. The same `idempotency_key` for a payment is the same refund.

    Raises PaymentNotFound, InvalidAmount, Invalid (no reason), NotRefundable (not settled,
    disputed, or less is left), MoneySpent (the wallet holds less), WalletBusy. Nothing is held
    then, and the provider is not asked.
    """
    require_configured()
    _check(amount, reason)
    payment = get_owned_payment(user_sub, payment_id)
    refund_id = _id_of(payment, idempotency_key)

    def reserve() -> Refund:
        refund, writes = _reserving(payment, refund_id, amount, reason.strip(), actor)
        if writes:
            transact(writes)
        return refund

    return until_written(reserve, guards=(PAYMENT_LABEL, REFUND_LABEL))


def refund_writes(
    *,
    user_sub: str,
    payment_id: str,
    refund_id: str,
    amount: int,
    reason: str,
    actor: Actor,
) -> tuple[Refund, list[Write]]:
    """The same to join: the refund, and what holds it; nothing for one that is held already.

    Raises as request_refund() does. The writes fail when the payment or the wallet is no longer
    as it was read here.
    """
    require_configured()
    _check(amount, reason)
    payment = get_owned_payment(user_sub, payment_id)
    return until_written(lambda: _reserving(payment, refund_id, amount, reason.strip(), actor))


def run_refund(*, refund: Refund) -> Refund:
    """Ask the provider for a refund that is held, or what became of it; the refund afterwards.

    However often it runs, the provider makes one refund. Raises NoAnswer (it may have been made:
    the refund is `unknown`, its money stays held), ProviderNotEnabled, PaymentMismatch.
    """
    refund = get_refund(refund.user_sub, refund.payment_intent_id, refund.refund_id)
    if not refund.is_open or refund.is_taken_on:  # asked again, another one might be made
        return refund
    payment = get_owned_payment(refund.user_sub, refund.payment_intent_id)
    provider = providers.get_provider(refund.provider)
    try:
        report = _ask(provider, refund, _order(refund, payment))
    except (NoAnswer, NotThere) as error:
        with new_deadline(AFTER_THE_CALL):
            note_silence(refund)
        # It was paid there: who does not see it has the keys of another account.
        raise NoAnswer from error
    except ProviderRefused as error:
        with new_deadline(AFTER_THE_CALL):
            return release(payment, refund.refund_id, failure_code=error.reason)
    with new_deadline(AFTER_THE_CALL):
        return apply_refund_report(payment=payment, report=report) or refund


def get_refund(user_sub: str, payment_id: str, refund_id: str) -> Refund:
    """Consistent. Raises RefundNotFound."""
    require_configured()
    known = all(map(ids.is_id, (user_sub, payment_id, refund_id)))
    refund = _refunds.find(user_sub, payment_id, refund_id) if known else None
    if refund is None:
        raise RefundNotFound
    return refund


def list_refunds(payment: Payment) -> list[Refund]:
    """Oldest first."""
    require_configured()
    return _refunds.list_of(payment)


def refund_call_write(refund: Refund, *, due: datetime | None = None, asked: int = 0) -> Write:
    """The job that asks the provider; `asked` counts how often that was done."""
    told = {
        "user_sub": refund.user_sub,
        "payment_id": refund.payment_intent_id,
        "refund_id": refund.refund_id,
        "asked": str(asked),
    }
    return jobs.enqueue_write(JobKind.REFUND_CALL, ids=told, due=due)


def _check(amount: int | None, reason: str) -> None:
    if amount is not None and amount < 1:
        raise InvalidAmount(errors={"amount": [_("A refund is more than zero.")]})
    if not 1 <= len(reason.strip()) <= REASON_LENGTH:
        told = _("Say why, in at most %(most)s characters.") % {"most": REASON_LENGTH}
        raise Invalid(errors={"reason": [told]})


def _reserving(
    read: Payment, refund_id: str, amount: int | None, reason: str, actor: Actor
) -> tuple[Refund, list[Write]]:
    payment, wallet, known = gather(
        lambda: get_owned_payment(read.user_sub, read.payment_intent_id),
        lambda: get_wallet(read.user_sub),
        lambda: _refunds.find(read.user_sub, read.payment_intent_id, refund_id),
    )
    wanted = payment.refundable if amount is None else amount
    refusal = _refusal(payment, wallet, wanted)
    if refusal and not known:  # held between these reads, it is what leaves too little
        known = _refunds.find(read.user_sub, read.payment_intent_id, refund_id)
    if known:
        if amount not in (None, known.amount):
            raise NotRefundable
        return known, []
    if refusal:
        raise refusal
    refund = _new_refund(payment, refund_id, wanted, reason, actor)
    new = moved(wallet, available=-wanted, held=wanted)
    held = transaction(
        txn=f"{refund_id}.{refund.version}",
        ref=payment.payment_intent_id,
        old=wallet,
        new=new,
        kind=EntryType.REFUND_HELD,
        others=(),
        actor_sub=refund.actor_sub,
    )
    return refund, [
        _payments.moving(payment, replace(payment, reserved=payment.reserved + wanted)),
        _refunds.putting(refund),
        _wallets.changing(wallet, new),
        *_ledger.adding(held),
        refund_call_write(refund),
    ]


def _refusal(payment: Payment, wallet: Wallet, wanted: int) -> ApplicationError | None:
    if not 0 < wanted <= payment.refundable:
        return NotRefundable()
    if wallet.currency != payment.currency:
        return WalletRestricted()  # two currencies are never added up
    return MoneySpent() if wallet.available < wanted else None


def _new_refund(payment: Payment, refund_id: str, amount: int, reason: str, actor: Actor) -> Refund:
    now = clock.now()
    return Refund(
        refund_id=refund_id,
        payment_intent_id=payment.payment_intent_id,
        user_sub=payment.user_sub,
        provider=payment.provider,
        amount=amount,
        currency=payment.currency,
        status=RefundStatus.PENDING,
        reason=reason,
        actor_sub=actor.user_sub or "",
        created_at=now,
        updated_at=now,
    )


def _id_of(payment: Payment, idempotency_key: str) -> str:
    if not idempotency_key:
        return ids.new_id()
    return ids.id_of(payment.created_at, f"refund:{payment.payment_intent_id}:{idempotency_key}")


def _order(refund: Refund, payment: Payment) -> RefundOrder:
    others = _refunds.list_of(payment)
    return RefundOrder(
        refund_id=refund.refund_id,
        payment_id=refund.payment_intent_id,
        user_sub=refund.user_sub,
        payment_refs=payment.provider_ids,
        amount=refund.amount,
        currency=refund.currency,
        reason=refund.reason,
        created_at=refund.created_at,
        note=lambda: _note(refund),
        before=sum(each.status is RefundStatus.SUCCEEDED for each in others),
        asked_at=refund.updated_at if refund.status is RefundStatus.UNKNOWN else None,
        is_whole=refund.amount == payment.amount,
    )


def _note(refund: Refund) -> None:
    with new_deadline(AFTER_THE_CALL):
        if not note_silence(refund, again=True):
            raise NoAnswer


def _ask(provider: Provider, refund: Refund, order: RefundOrder) -> RefundReport:
    """What was made is found before it is asked for again, and before a no is believed: the
    first call may have been the one that used the payment up."""
    known = refund.provider_ref
    if known and (found := _looked_for(lambda: provider.fetch_refund(known))):
        return found
    is_lost = refund.status is RefundStatus.UNKNOWN
    if is_lost and (found := _looked_for(lambda: provider.find_refund(order))):
        return found
    try:
        return provider.refund(order)
    except ProviderRefused:
        if found := _looked_for(lambda: provider.find_refund(order)):
            return found
        raise


def _looked_for(look: Callable[[], RefundReport | None]) -> RefundReport | None:
    """A question that is refused says nothing of the refund."""
    try:
        return look()
    except ProviderRefused as error:
        raise NoAnswer from error
