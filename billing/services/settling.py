"""The end of a payment: its money is in the wallet exactly once, or it failed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from alerts.items import AlertKind
from billing.errors import PaymentMismatch, PaymentNotFound, ReferenceTaken
from billing.items import (
    Bucket,
    EntryType,
    Leg,
    Payment,
    PaymentFacts,
    PaymentStatus,
    Transaction,
    Wallet,
)
from billing.repository import (
    PAYMENT_LABEL,
    REFERENCE_LABEL,
    LedgerRepository,
    PaymentRepository,
    WalletRepository,
    to_payment,
)
from billing.services import fees
from billing.services.notices import notice
from billing.services.payments import INTENT, get_owned_payment, new_references
from billing.services.postings import credited, moment_of, until_written, wallet_legs
from billing.services.wallet import get_wallet, require_configured
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.table import transact

logger = logging.getLogger("billing")
_payments = PaymentRepository()
_wallets = WalletRepository()
_ledger = LedgerRepository()


def settle_payment(
    *, payment: Payment, facts: PaymentFacts, actor: Actor, fee: int | None = None
) -> bool:
    """Credit the wallet, write the ledger, tell the person: all in one transaction.

    `fee`: the provider's, if it said so; else a job asks for it. False when it was settled before.
    Raises PaymentMismatch when amount, currency or mode are not what was asked for, or it was
    paid a second time (nothing moved), ReferenceTaken, PaymentNotFound, WalletBusy.
    """
    require_configured()
    compare_facts(payment, facts)
    try:
        until_written(lambda: _settle(payment, facts, actor, fee))
    except TransactionCancelled as error:
        if error.failed(PAYMENT_LABEL):
            stored = _unsettled(error, facts)
            if stored is None:
                return False
            if stored.is_open == payment.is_open:
                raise
            return settle_payment(payment=stored, facts=facts, actor=actor, fee=fee)
        if error.failed(REFERENCE_LABEL):
            raise ReferenceTaken from error
        raise
    return True


def fail_payment(*, payment: Payment, failure_code: str, actor: Actor) -> bool:
    """Note that no money came and tell the person; False when it had ended already.

    Raises PaymentNotFound.
    """
    require_configured()
    failing = _payments.marking(payment, PaymentStatus.FAILED, failure_code=failure_code)
    try:
        transact([failing, *notice(payment, AlertKind.PAYMENT_FAILED)])
    except TransactionCancelled as error:
        if not error.failed(PAYMENT_LABEL):
            raise
        get_owned_payment(payment.user_sub, payment.payment_intent_id)
        return False
    return True


@contextmanager
def telling_of_mismatch(payment: Payment, event: str) -> Iterator[None]:
    """Around what a provider's report does to it: no money moves by one that does not fit, which
    operators and its owner are told of."""
    try:
        yield
    except (PaymentMismatch, ReferenceTaken):
        logger.error(event, extra={"payment_id": payment.payment_intent_id})
        _tell_of_mismatch(payment)
        raise


def _tell_of_mismatch(payment: Payment) -> None:
    """Once."""
    with suppress(TransactionCancelled):  # told before, or there is no such payment
        transact(
            [
                _payments.noting_mismatch(payment),
                *notice(payment, AlertKind.PAYMENT_MISMATCH),
            ]
        )


def compare_facts(payment: Payment, facts: PaymentFacts) -> None:
    """Raises PaymentMismatch when amount, currency or mode are not what was asked for."""
    wrong = {
        name: getattr(facts, name)
        for name in ("amount", "currency", "livemode")
        if getattr(facts, name) != getattr(payment, name)
    }
    if wrong:
        raise PaymentMismatch(wrong)


def _settle(payment: Payment, facts: PaymentFacts, actor: Actor, fee: int | None) -> None:
    wallet = get_wallet(payment.user_sub)
    if wallet.currency != payment.currency:
        raise PaymentMismatch({"wallet currency": wallet.currency, "paid": payment.currency})
    new = credited(wallet, payment.amount)
    references = new_references(payment, facts.provider_ids)
    came = AlertKind.PAYMENT_SUCCEEDED if payment.is_open else AlertKind.PAYMENT_LATE
    transact(
        [
            # At the wallet's time: what is bought with the money is later, whatever clocks say.
            _payments.settling(payment, facts, at=moment_of(new), fee=fee),
            _wallets.changing(wallet, new),
            *_ledger.adding(_transaction(payment, wallet, new, actor, fee or 0)),
            *_payments.referring(payment, references.values()),
            *notice(payment, came),
            *([] if fee is not None else fees.fee_job(payment, facts)),
        ]
    )


def _transaction(
    payment: Payment, wallet: Wallet, new: Wallet, actor: Actor, fee: int
) -> Transaction:
    """Named for the payment: its clearing leg, whose key has no clock in it, exists once."""
    clearing = Leg(
        bucket=Bucket.CLEARING,
        amount=-payment.amount,
        type=EntryType.TOP_UP,
        provider=payment.provider,
    )
    wallet_side = wallet_legs(wallet, new, EntryType.TOP_UP)
    return Transaction(
        txn=payment.payment_intent_id,
        at=moment_of(new),
        currency=payment.currency,
        user_sub=payment.user_sub,
        ref=payment.payment_intent_id,
        actor_sub=actor.user_sub or "",
        legs=(clearing, *wallet_side, *fees.fee_legs(payment, fee)),
    )


def _unsettled(error: TransactionCancelled, facts: PaymentFacts) -> Payment | None:
    """The payment as it is stored, None for one that is settled; raises what is wrong with it."""
    item = error.item(PAYMENT_LABEL)
    if item is None:
        raise PaymentNotFound from error
    stored = to_payment(item)
    compare_facts(stored, facts)
    if not stored.is_settled:
        return stored
    known, told = (ids.get(INTENT) for ids in (stored.provider_ids, facts.provider_ids))
    if known and told and known != told:
        raise PaymentMismatch({INTENT: told})  # other money, of which nothing is in the wallet
    return None
