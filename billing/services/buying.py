"""Paying somebody from the wallet, with whatever the caller gives for it in one transaction."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from billing.checks import WHOLE_BPS
from billing.errors import (
    AlreadyPurchased,
    InsufficientFunds,
    InvalidAmount,
    SelfPurchase,
    WalletRestricted,
)
from billing.items import Bucket, Earnings, EntryType, Leg, Receipt, Transaction, Wallet
from billing.repository import (
    PURCHASE_LABEL,
    LedgerRepository,
    PurchaseRepository,
    WalletRepository,
    is_key_part,
)
from billing.services.postings import moment_of, moved, transaction, until_written
from billing.services.wallet import get_wallet, require_configured
from core import ids
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact

_wallets = WalletRepository()
_ledger = LedgerRepository()
_purchases = PurchaseRepository()


def buy(
    *,
    buyer_sub: str,
    seller_sub: str,
    price: int,
    reference: str,
    joined: Sequence[Write],
    actor: Actor,
    wallet: Wallet | None = None,
) -> Receipt:
    """Pay `price` from the buyer's wallet to the seller, less the platform's fee.

    `joined` is written in the same transaction (any table); when one of its conditions fails,
    TransactionCancelled is raised and nothing was charged: look at `.failed(label)`.
    `reference` names what is bought (printable ASCII without "#"), opaque to billing: a buyer
    pays once for each. `wallet`: the buyer's, if the caller read it beside its own reads; the
    first try then begins with it.
    Raises InsufficientFunds, WalletRestricted, SelfPurchase, AlreadyPurchased, InvalidAmount,
    WalletBusy, BillingNotConfigured.
    """
    require_configured()
    if buyer_sub == seller_sub:
        raise SelfPurchase
    if price < 1:
        raise InvalidAmount(errors={"price": [_("A price is more than zero.")]})
    if not is_key_part(reference) or not ids.is_id(seller_sub):
        raise ValueError("a purchase has a reference and a seller with an account")
    read = iter([wallet] if wallet else [])
    try:
        return until_written(
            lambda: _buy(
                next(read, None) or get_wallet(buyer_sub),
                seller_sub,
                price,
                reference,
                joined,
                actor,
            ),
        )
    except TransactionCancelled as error:
        mine = {write.label for write in joined}
        if error.failed(PURCHASE_LABEL) and not mine & {*error.labels}:
            raise AlreadyPurchased from error
        raise


def share_of(price: int) -> int:
    """What a seller gets of a price that is paid now: the platform's fee is taken off, rounded
    down."""
    fee: int = price * settings.PLATFORM_FEE_BPS // WHOLE_BPS
    return price - fee


def earnings_of(user_sub: str) -> Earnings:
    """What a seller earned and was not paid out yet. Raises BillingNotConfigured."""
    require_configured()
    return Earnings(
        user_sub=user_sub,
        currency=settings.BILLING_CURRENCY,
        pending=_purchases.pending_of(user_sub),
    )


def _buy(
    wallet: Wallet,
    seller_sub: str,
    price: int,
    reference: str,
    joined: Sequence[Write],
    actor: Actor,
) -> Receipt:
    _check_spendable(wallet, price, reference)
    new = moved(wallet, available=-price)
    receipt = _receipt(new, seller_sub, price, reference)
    writes = [
        _wallets.changing(wallet, new, spent=price),
        *_ledger.adding(_transaction(receipt, wallet, new, actor)),
        _purchases.adding(receipt),
        *joined,
    ]
    transact([*writes, _purchases.adding_earnings(receipt)] if receipt.share else writes)
    return receipt


def _check_spendable(wallet: Wallet, price: int, reference: str) -> None:
    if wallet.available >= price and _is_usable(wallet):
        return
    if _purchases.exists(wallet.user_sub, reference):
        raise AlreadyPurchased  # perhaps with the very money that is missing now
    if not _is_usable(wallet):
        raise WalletRestricted
    raise InsufficientFunds(available=wallet.available, price=price)


def _is_usable(wallet: Wallet) -> bool:
    """Two currencies are never added up."""
    return wallet.is_spendable and wallet.currency == settings.BILLING_CURRENCY


def _receipt(new: Wallet, seller_sub: str, price: int, reference: str) -> Receipt:
    share = share_of(price)
    return Receipt(
        txn=ids.new_id(),
        buyer_sub=new.user_sub,
        seller_sub=seller_sub,
        reference=reference,
        price=price,
        share=share,
        fee=price - share,
        currency=new.currency,
        available=new.available,
        created_at=moment_of(new),
    )


def _transaction(receipt: Receipt, wallet: Wallet, new: Wallet, actor: Actor) -> Transaction:
    share = Leg(
        bucket=Bucket.EARN,
        amount=receipt.share,
        type=EntryType.SALE,
        user_sub=receipt.seller_sub,
    )
    fee = Leg(bucket=Bucket.FEES, amount=receipt.fee, type=EntryType.FEE)
    return transaction(
        txn=receipt.txn,
        ref=receipt.reference,
        old=wallet,
        new=new,
        kind=EntryType.PURCHASE,
        others=(share, fee),
        actor_sub=actor.user_sub or "",
    )
