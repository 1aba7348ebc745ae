"""How money moves: a wallet as it will be, the legs that lead there, and one try after another."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from billing.errors import WalletBusy
from billing.items import Bucket, EntryType, Leg, Transaction, Wallet
from billing.repository import BALANCE_LABEL, LEDGER_LABEL
from core import clock
from dynamo.deadlines import pause
from dynamo.errors import TransactionCancelled

T = TypeVar("T")

TRIES = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moved(Exception):
    """What was read does not fit together: something moved in between. Read again."""


def moved(wallet: Wallet, *, available: int = 0, held: int = 0, debt: int = 0) -> Wallet:
    """The wallet after a movement. Raises Moved rather than let a part of it be negative.

    Its time is later than that of its last movement, whatever the clock says: so the order of
    the ledger's keys is the order in which it was written.
    """
    now_us = (clock.now() - _EPOCH) // _MICROSECOND
    new = replace(
        wallet,
        available=wallet.available + available,
        held=wallet.held + held,
        debt=wallet.debt + debt,
        version=wallet.version + 1,
        last_us=max(now_us, wallet.last_us + 1),
    )
    if min(new.available, new.held, new.debt) < 0:
        raise Moved
    return new


def credited(wallet: Wallet, amount: int, *, released: int = 0) -> Wallet:
    """The wallet after money came in: what is owed is paid back first. `released` is the part of
    it that was held until now."""
    repaid = min(wallet.debt, amount)
    return moved(wallet, available=amount - repaid, held=-released, debt=-repaid)


def debited(wallet: Wallet, amount: int, *, released: int = 0) -> Wallet:
    """The wallet after money went whether it was there or not: what is missing is owed.
    `released` is no longer held, and part of the amount."""
    taken = min(wallet.available, amount - released)
    owed = amount - released - taken
    return moved(wallet, available=-taken, held=-released, debt=owed)


def wallet_legs(old: Wallet, new: Wallet, kind: EntryType) -> tuple[Leg, ...]:
    """A leg for every part that changed. A debt is the site's to get, so its leg is negative
    while its balance `after` is too: legs and balances add up alike."""
    parts = (
        (Bucket.AVAILABLE, old.available, new.available),
        (Bucket.HELD, old.held, new.held),
        (Bucket.DEBT, -old.debt, -new.debt),
    )
    return tuple(
        Leg(bucket=bucket, amount=after - before, after=after, type=kind, user_sub=new.user_sub)
        for bucket, before, after in parts
        if after != before
    )


def transaction(
    *,
    txn: str,
    ref: str,
    old: Wallet,
    new: Wallet,
    kind: EntryType,
    others: Sequence[Leg],
    actor_sub: str = "",
) -> Transaction:
    """What became of a wallet, and on the other side `others`, as far as they are not zero."""
    return Transaction(
        txn=txn,
        at=moment_of(new),
        currency=new.currency,
        user_sub=new.user_sub,
        ref=ref,
        actor_sub=actor_sub,
        legs=(*wallet_legs(old, new, kind), *(leg for leg in others if leg.amount)),
    )


def moment_of(wallet: Wallet) -> datetime:
    """When its last movement was."""
    return _EPOCH + wallet.last_us * _MICROSECOND


def until_written(attempt: Callable[[], T], *, guards: Collection[str] = ()) -> T:
    """Repeat an attempt, which reads first, while other movements of the wallet come before it,
    or of what else it reads: `guards` are the labels of that. Who comes second at one step finds
    its legs written too; legs alone are no reason to try again.

    Every other refusal is passed on. Raises WalletBusy at last; then nothing was written.
    """
    reread = {BALANCE_LABEL, *guards}
    for number in range(TRIES):
        try:
            return attempt()
        except TransactionCancelled as error:
            failed = {*error.labels}
            if not failed & reread or failed - reread - {LEDGER_LABEL}:
                raise
        except Moved:
            pass
        if number < TRIES - 1:
            pause(number)
    raise WalletBusy
