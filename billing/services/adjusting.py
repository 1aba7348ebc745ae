"""Corrections by staff. They take effect at once: who may ask, and who approves, is decided
before."""

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from alerts import services as alerts
from alerts.items import AlertKind
from billing.errors import InsufficientFunds, InvalidAmount
from billing.items import Adjustment, AdjustmentStatus, Bucket, EntryType, Leg, Wallet
from billing.repository import (
    ADJUSTMENT_LABEL,
    AdjustmentRepository,
    LedgerRepository,
    WalletRepository,
)
from billing.services.postings import credited, debited, moved, transaction, until_written
from billing.services.wallet import get_wallet, require_configured
from core import clock, ids
from core.actor import Actor
from core.errors import Invalid
from core.money import format_money
from dynamo.gather import gather
from dynamo.table import Write, transact

LEAST_REASON, LONGEST_REASON = 10, 200

_adjustments = AdjustmentRepository()
_wallets = WalletRepository()
_ledger = LedgerRepository()


def adjust(
    *,
    user_sub: str,
    amount: int,
    reason: str,
    actor: Actor,
    approver_sub: str = "",
    adjustment_id: str = "",
    into_debt: bool = False,
) -> Adjustment:
    """Add `amount` to a wallet, or take it out when it is negative, and tell the person.

    What is added pays back a debt first. More than is there is taken only `into_debt`. With an
    `adjustment_id` (a ULID) of the caller's a repeat gives the adjustment that was made. Raises
    InvalidAmount (zero), Invalid (the reason, or somebody who approves what they asked for),
    InsufficientFunds, WalletBusy.
    """
    if not amount:
        raise InvalidAmount(errors={"amount": [_("Say how much, above or below zero.")]})
    wanted = _wanted(user_sub, amount, reason, actor, approver_sub, adjustment_id)

    def change(wallet: Wallet) -> Wallet:
        if amount > 0:
            return credited(wallet, amount)
        if wallet.available < -amount and not into_debt:
            raise InsufficientFunds(available=wallet.available, price=-amount)
        return debited(wallet, -amount)

    return until_written(
        lambda: _write(wanted, EntryType.ADJUSTMENT, Bucket.ADJUSTMENTS, change),
        guards=(ADJUSTMENT_LABEL,),
    )


def write_off(
    *,
    user_sub: str,
    amount: int,
    reason: str,
    actor: Actor,
    approver_sub: str = "",
    adjustment_id: str = "",
) -> Adjustment:
    """Give up `amount` of what a person owes, and tell them; otherwise as adjust().

    Raises InvalidAmount when it is not more than zero, or more than is owed.
    """
    if amount < 1:
        raise InvalidAmount(errors={"amount": [_("Say how much, above zero.")]})
    wanted = _wanted(user_sub, amount, reason, actor, approver_sub, adjustment_id)

    def change(wallet: Wallet) -> Wallet:
        if wallet.debt < amount:
            raise InvalidAmount(errors={"amount": [_("The wallet owes less than that.")]})
        return moved(wallet, debt=-amount)

    return until_written(
        lambda: _write(wanted, EntryType.WRITE_OFF, Bucket.BAD_DEBT, change),
        guards=(ADJUSTMENT_LABEL,),
    )


def _wanted(
    user_sub: str, amount: int, reason: str, actor: Actor, approver_sub: str, adjustment_id: str
) -> Adjustment:
    require_configured()
    requester = actor.user_sub or ""
    reason = reason.strip()
    if not LEAST_REASON <= len(reason) <= LONGEST_REASON:
        limits = {"least": LEAST_REASON, "most": LONGEST_REASON}
        told = _("Say why, in %(least)s to %(most)s characters.") % limits
        raise Invalid(errors={"reason": [told]})
    if approver_sub and approver_sub == requester:
        raise Invalid(errors={"approver": [_("Somebody else must approve it.")]})
    if not ids.is_id(user_sub) or (adjustment_id and not ids.is_id(adjustment_id)):
        raise ValueError("an adjustment is of a person, and has an id of ours")
    return Adjustment(
        adjustment_id=adjustment_id or ids.new_id(),
        user_sub=user_sub,
        amount=amount,
        currency="",
        status=AdjustmentStatus.DONE,
        reason=reason,
        requester_sub=requester,
        approver_sub=approver_sub,
        created_at=clock.now(),
    )


def _write(
    wanted: Adjustment, kind: EntryType, bucket: Bucket, change: Callable[[Wallet], Wallet]
) -> Adjustment:
    known, wallet = gather(
        lambda: _adjustments.find(wanted.user_sub, wanted.adjustment_id),
        lambda: get_wallet(wanted.user_sub),
    )
    if known:
        return known
    adjustment, new = replace(wanted, currency=wallet.currency), change(wallet)
    booked = transaction(
        txn=adjustment.adjustment_id,
        ref=adjustment.adjustment_id,
        old=wallet,
        new=new,
        kind=kind,
        others=(Leg(bucket=bucket, amount=-adjustment.amount, type=kind),),
        actor_sub=adjustment.requester_sub,
    )
    transact(
        [
            _adjustments.adding(adjustment),
            _wallets.changing(wallet, new),
            *_ledger.adding(booked),
            *_notice(adjustment),
        ]
    )
    return adjustment


def _notice(adjustment: Adjustment) -> list[Write]:
    context = {
        "amount": format_money(adjustment.amount, adjustment.currency),
        "reason": adjustment.reason,
    }
    return alerts.alert_writes(
        user_sub=adjustment.user_sub, kind=AlertKind.BALANCE_ADJUSTED, context=context
    )
