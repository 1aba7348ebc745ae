"""What a provider keeps of a payment: it says so with the settlement, or is asked later."""

from datetime import timedelta

from billing import providers
from billing.items import Bucket, EntryType, Leg, Payment, PaymentFacts, Transaction
from billing.providers.errors import NoAnswer, ProviderNotEnabled, ProviderRefused
from billing.repository import PAYMENT_LABEL, LedgerRepository, PaymentRepository
from billing.services.payments import AFTER_THE_CALL, asking_refs, told_of
from core import clock
from dynamo.deadlines import new_deadline
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind

FIRST_ASKED = timedelta(minutes=10)

_payments = PaymentRepository()
_ledger = LedgerRepository()


def fee_legs(payment: Payment, fee: int) -> tuple[Leg, ...]:
    """Less money at the provider, and what it cost; none for a fee of nothing."""
    if not fee:
        return ()
    kind = EntryType.PROVIDER_FEE
    return (
        Leg(bucket=Bucket.CLEARING, amount=fee, type=kind, provider=payment.provider),
        Leg(bucket=Bucket.PROVIDER_FEES, amount=-fee, type=kind, provider=payment.provider),
    )


def fee_job(payment: Payment, facts: PaymentFacts) -> list[Write]:
    """Asks for the fee once it is known; joins the settlement. None where nobody can be asked."""
    known = asking_refs({**payment.provider_ids, **facts.provider_ids})
    return [fee_write(payment, due_in=FIRST_ASKED)] if known else []


def fee_write(payment: Payment, *, due_in: timedelta, asked: int = 0) -> Write:
    told = {"user_sub": payment.user_sub, "payment_id": payment.payment_intent_id}
    return jobs.enqueue_write(
        JobKind.PAYMENT_FEE,
        ids={**told, "asked": str(asked)},
        due=clock.now() + due_in,
        lane=Lane.BULK,
    )


def note_fee(*, payment: Payment, fee: int) -> bool:
    """Book the fee of a settled payment, once; False when it was noted before.

    Raises ValueError for a fee below zero.
    """
    if fee < 0:
        raise ValueError("a provider's fee is not negative")
    writes = [_payments.noting_fee(payment, fee)]
    if fee:
        writes += _ledger.adding(_transaction(payment, fee))
    try:
        transact(writes)
    except TransactionCancelled as error:
        if not error.failed(PAYMENT_LABEL):
            raise
        return False
    return True


def ask_fee(*, user_sub: str, payment_id: str) -> Payment | None:
    """The payment, if its fee is still not known after asking the provider."""
    payment = _payments.find(user_sub, payment_id)
    if payment is None or not payment.is_settled or payment.fee is not None:
        return None
    try:
        provider = providers.get_provider(payment.provider)
        report = told_of(provider, payment)
    except (ProviderNotEnabled, ProviderRefused, NoAnswer):
        return payment
    if report is None or report.fee is None or report.payment_id != payment_id:
        return payment
    with new_deadline(AFTER_THE_CALL):
        note_fee(payment=payment, fee=report.fee)
    return None


def _transaction(payment: Payment, fee: int) -> Transaction:
    """No clock in the keys of its legs: it exists once."""
    return Transaction(
        txn=f"{payment.payment_intent_id}.fee",
        at=clock.now(),
        currency=payment.currency,
        user_sub=payment.user_sub,
        ref=payment.payment_intent_id,
        actor_sub="",
        legs=fee_legs(payment, fee),
    )
