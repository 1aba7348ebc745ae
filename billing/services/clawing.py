"""What was bought with money that a lost dispute or a refund took is taken back, newest first.

An app that sells says how the thing itself is taken back; its references begin with its word:

    @clawing.reverser("post")
    def take_back(purchase: Purchase) -> Sequence[Write]: ...
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from billing.errors import PaymentNotFound
from billing.items import DisputeStatus, Payment, Purchase, RefundStatus
from billing.repository import PurchaseRepository
from billing.services.disputing import get_dispute
from billing.services.payments import get_owned_payment
from billing.services.refunding import get_refund
from billing.services.reversing import reverse_purchase
from billing.services.wallet import get_wallet
from core.actor import Actor
from dynamo.table import Write

Reverser = Callable[[Purchase], Sequence[Write]]

logger = logging.getLogger("billing")
_purchases = PurchaseRepository()
_reversers: dict[str, Reverser] = {}


def reverser(word: str) -> Callable[[Reverser], Reverser]:
    """Registers how purchases with references `<word>:…` are taken back: its writes join the
    transaction that moves the money. The purchase it is given says in `reversed_for` why.
    ValueError for a second one."""

    def register(function: Reverser) -> Reverser:
        if word in _reversers:
            raise ValueError(f"{word!r} has a reverser already")
        _reversers[word] = function
        return function

    return register


def claw_back(*, user_sub: str, payment_id: str, dispute_id: str) -> int:
    """Reverse purchases made since the payment, newest first, until their prices cover what its
    lost dispute left as debt, or nothing is owed; how many. A repeat goes on where one broke off.

    What nobody can take back (no reverser) stays bought. Raises DisputeNotFound, PaymentNotFound,
    WalletBusy, and TransactionCancelled when the thing refuses.
    """
    dispute = get_dispute(user_sub, payment_id, dispute_id)
    if dispute.status is not DisputeStatus.LOST:
        return 0
    return _cover(user_sub, payment_id, cause=dispute_id, deficit=dispute.deficit)


def claw_back_refund(*, user_sub: str, payment_id: str, refund_id: str) -> int:
    """Likewise for a refund of money that was spent, which no dispute but its provider made.
    Raises RefundNotFound, and what claw_back() raises."""
    refund = get_refund(user_sub, payment_id, refund_id)
    if refund.status is not RefundStatus.SUCCEEDED:
        return 0
    return _cover(user_sub, payment_id, cause=refund_id, deficit=refund.deficit)


def _cover(user_sub: str, payment_id: str, *, cause: str, deficit: int) -> int:
    payment = get_owned_payment(user_sub, payment_id)
    candidates, covered = _bought_with(payment, cause)
    reversed_now = 0
    for purchase in candidates:
        if covered >= deficit or not get_wallet(user_sub).debt:
            break
        if _take_back(purchase, cause):
            covered += purchase.price
            reversed_now += 1
    return reversed_now


def _bought_with(payment: Payment, cause: str) -> tuple[list[Purchase], int]:
    """Newest first, and what was taken back for this cause before."""
    if payment.settled_at is None:
        raise PaymentNotFound
    found, covered = [], 0
    for purchase in _purchases.all_of(payment.user_sub):
        if purchase.reversed_for == cause:
            covered += purchase.price
        elif purchase.reversed_at is None and purchase.created_at >= payment.settled_at:
            found.append(purchase)
    return sorted(found, key=lambda each: each.created_at, reverse=True), covered


def _take_back(purchase: Purchase, cause: str) -> bool:
    taking = _reversers.get(purchase.reference.partition(":")[0])
    if taking is None:
        logger.error("no reverser", extra={"txn": purchase.txn})
        return False
    return reverse_purchase(
        buyer_sub=purchase.buyer_sub,
        reference=purchase.reference,
        joined=taking(replace(purchase, reversed_for=cause)),
        actor=Actor(None),
        reversed_for=cause,
        only_if=lambda found, wallet: found.txn == purchase.txn and wallet.debt > 0,
    )
