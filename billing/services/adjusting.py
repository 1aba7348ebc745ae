"""Corrections by staff. They take effect at once: who may ask, and who approves, is decided
before."""

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
    wanted = _wanted(user_sub, amount, reason, actor, approver_sub, adjustment_id)
    return _written(wanted, _Adjusting(amount, into_debt=into_debt))


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
    wanted = _wanted(user_sub, amount, reason, actor, approver_sub, adjustment_id)
    return _written(wanted, _WritingOff(amount))


def adjustment_writes(
    *,
    user_sub: str,
    amount: int,
    reason: str,
    actor: Actor,
    approver_sub: str,
    adjustment_id: str,
    writes_off: bool,
    into_debt: bool,
) -> list[Write]:
    """adjust() or write_off() to join; nothing when it was made already. Raises as they do.

    The writes fail when the wallet is no longer as it was read here.
    """
    wanted = _wanted(user_sub, amount, reason, actor, approver_sub, adjustment_id)
    change = _WritingOff(amount) if writes_off else _Adjusting(amount, into_debt=into_debt)
    return until_written(lambda: _writes(wanted, change))[1]


class _Adjusting:
    kind, bucket = EntryType.ADJUSTMENT, Bucket.ADJUSTMENTS

    def __init__(self, amount: int, *, into_debt: bool) -> None:
        if not amount:
            raise InvalidAmount(errors={"amount": [_("Say how much, above or below zero.")]})
        self._amount, self._into_debt = amount, into_debt

    def __call__(self, wallet: Wallet) -> Wallet:
        if self._amount > 0:
            return credited(wallet, self._amount)
        if wallet.available < -self._amount and not self._into_debt:
            raise InsufficientFunds(available=wallet.available, price=-self._amount)
        return debited(wallet, -self._amount)


class _WritingOff:
    kind, bucket = EntryType.WRITE_OFF, Bucket.BAD_DEBT

    def __init__(self, amount: int) -> None:
        if amount < 1:
            raise InvalidAmount(errors={"amount": [_("Say how much, above zero.")]})
        self._amount = amount

    def __call__(self, wallet: Wallet) -> Wallet:
        if wallet.debt < self._amount:
            raise InvalidAmount(errors={"amount": [_("The wallet owes less than that.")]})
        return moved(wallet, debt=-self._amount)


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


def _written(wanted: Adjustment, change: _Adjusting | _WritingOff) -> Adjustment:
    def write() -> Adjustment:
        adjustment, writes = _writes(wanted, change)
        if writes:
            transact(writes)
        return adjustment

    return until_written(write, guards=(ADJUSTMENT_LABEL,))


def _writes(wanted: Adjustment, change: _Adjusting | _WritingOff) -> tuple[Adjustment, list[Write]]:
    known, wallet = gather(
        lambda: _adjustments.find(wanted.user_sub, wanted.adjustment_id),
        lambda: get_wallet(wanted.user_sub),
    )
    if known:
        return known, []
    try:
        new = change(wallet)
    except (InsufficientFunds, InvalidAmount):  # made between these reads, it left too little
        known = _adjustments.find(wanted.user_sub, wanted.adjustment_id)
        if known:
            return known, []
        raise
    adjustment = replace(wanted, currency=wallet.currency)
    booked = transaction(
        txn=adjustment.adjustment_id,
        ref=adjustment.adjustment_id,
        old=wallet,
        new=new,
        kind=change.kind,
        others=(Leg(bucket=change.bucket, amount=-adjustment.amount, type=change.kind),),
        actor_sub=adjustment.requester_sub,
    )
    return adjustment, [
        _adjustments.adding(adjustment),
        _wallets.changing(wallet, new),
        *_ledger.adding(booked),
        *_notice(adjustment),
    ]


def _notice(adjustment: Adjustment) -> list[Write]:
    context = {
        "amount": format_money(adjustment.amount, adjustment.currency),
        "reason": adjustment.reason,
    }
    return alerts.alert_writes(
        user_sub=adjustment.user_sub, kind=AlertKind.BALANCE_ADJUSTED, context=context
    )
