"""Taking a purchase back: the buyer's money, the seller's share and the platform's fee return."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from alerts import services as alerts
from alerts.items import AlertKind
from billing.errors import PurchaseNotFound, WalletRestricted
from billing.items import Bucket, EntryType, Leg, Purchase, Wallet
from billing.repository import (
    PURCHASE_LABEL,
    LedgerRepository,
    PurchaseRepository,
    WalletRepository,
    is_key_part,
)
from billing.services.postings import Moved, credited, transaction, until_written
from billing.services.wallet import get_wallet, require_configured
from core.actor import Actor
from core.money import format_money
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact

_wallets = WalletRepository()
_ledger = LedgerRepository()
_purchases = PurchaseRepository()


def reverse_purchase(
    *,
    buyer_sub: str,
    reference: str,
    joined: Sequence[Write],
    actor: Actor,
    reversed_for: str = "",
    only_if: Callable[[Purchase, Wallet], bool] = lambda purchase, wallet: True,
) -> bool:
    """Undo what buy() did, once, and tell both; False when it was undone before, or not `only_if`.

    `joined` takes back what was given for it, in the same transaction; when one of its conditions
    fails, TransactionCancelled is raised and nothing moved. What the buyer owes is paid back
    first. The seller's earnings may become negative: the next sales make up for it.
    `reversed_for` names the cause (a dispute's or a refund's id). `only_if` is asked of the
    purchase and the buyer's wallet as they are when it is written. Raises PurchaseNotFound,
    WalletRestricted (the wallet has another currency by now), WalletBusy.
    """
    require_configured()
    if not is_key_part(reference):
        raise PurchaseNotFound

    def attempt() -> bool:
        purchase, wallet = gather(
            lambda: _purchases.find(buyer_sub, reference), lambda: get_wallet(buyer_sub)
        )
        if purchase is None:
            raise PurchaseNotFound
        if purchase.reversed_at or not only_if(purchase, wallet):
            return False
        _reverse(replace(purchase, reversed_for=reversed_for), wallet, joined, actor)
        return True

    return until_written(attempt)


def _reverse(purchase: Purchase, wallet: Wallet, joined: Sequence[Write], actor: Actor) -> None:
    if wallet.currency != purchase.currency:
        raise WalletRestricted
    new = credited(wallet, purchase.price)
    undone = transaction(
        txn=f"{purchase.txn}.reversed",
        ref=purchase.reference,
        old=wallet,
        new=new,
        kind=EntryType.PURCHASE_REVERSED,
        others=_others(purchase),
        actor_sub=actor.user_sub or "",
    )
    writes = [
        _purchases.reversing(purchase),
        _wallets.changing(wallet, new),
        *_ledger.adding(undone),
        *_notices(purchase),
        *joined,
    ]
    if purchase.share:
        writes.append(_purchases.taking_earnings(purchase))
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(PURCHASE_LABEL):  # undone meanwhile, and with it what is joined
            raise Moved from error
        raise


def _others(purchase: Purchase) -> tuple[Leg, Leg]:
    share = Leg(
        bucket=Bucket.EARN,
        amount=-purchase.share,
        type=EntryType.SALE_REVERSED,
        user_sub=purchase.seller_sub,
    )
    return share, Leg(bucket=Bucket.FEES, amount=-purchase.fee, type=EntryType.FEE_REVERSED)


def _notices(purchase: Purchase) -> list[Write]:
    told = (
        (purchase.buyer_sub, AlertKind.PURCHASE_REVERSED, purchase.price),
        (purchase.seller_sub, AlertKind.SALE_REVERSED, purchase.share),
    )
    return [
        write
        for user_sub, kind, amount in told
        for write in alerts.alert_writes(
            user_sub=user_sub,
            kind=kind,
            context={
                "amount": format_money(amount, purchase.currency),
                "reference": purchase.reference,
            },
        )
    ]
