"""Wallets, and the ledger that proves them.

Signs: what the site owes or earned is positive (wallets, earnings, fees), what it owns is
negative (money at the provider), so the legs of every transaction add up to zero.
"""

from dataclasses import dataclass
from datetime import datetime

from billing.items.names import Bucket, EntryType, ProviderName, WalletStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A person's money. A version of 0: nothing was ever written, everything is 0.

    `debt` is positive when the person owes; `open_disputes` restrict it while there is one;
    `last_us` is the time of the newest ledger entry in microseconds since 1970.
    """

    user_sub: str
    currency: str
    available: int = 0
    held: int = 0
    debt: int = 0
    status: WalletStatus = WalletStatus.ACTIVE
    version: int = 0
    last_us: int = 0
    open_disputes: int = 0
    created_at: datetime | None = None

    @property
    def is_spendable(self) -> bool:
        return self.status is WalletStatus.ACTIVE and not self.debt


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One line of a transaction; without a `user_sub` it is the platform's, of a provider or not.

    `after` as in LedgerEntry.
    """

    bucket: Bucket
    amount: int
    type: EntryType
    user_sub: str = ""
    provider: ProviderName | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What is written to the ledger at once. Raises ValueError unless its legs add up to zero.

    `user_sub` is whose action or money it was; `actor_sub` is "" when nobody signed in did it.
    """

    txn: str
    at: datetime
    currency: str
    user_sub: str
    ref: str
    actor_sub: str
    legs: tuple[Leg, ...]

    def __post_init__(self) -> None:
        total = sum(leg.amount for leg in self.legs)
        if not self.legs or total or not all(leg.amount for leg in self.legs):
            raise ValueError(f"the legs of {self.txn} are not a transaction: they add to {total}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One leg of a transaction as its owner sees it.

    `amount` is signed; `after` is the bucket's balance right after it, None for earnings, which
    are added up instead. A debt counts as negative: it grows by negative amounts.
    `ref` is a payment's id or the reference of a purchase.
    """

    ts: datetime
    id: str
    txn: str
    leg: int
    bucket: Bucket
    amount: int
    after: int | None
    currency: str
    type: EntryType
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A purchase that was paid: `price` = `share` of the seller + `fee` of the platform."""

    txn: str
    buyer_sub: str
    seller_sub: str
    reference: str
    price: int
    share: int
    fee: int
    currency: str
    available: int  # what the buyer has left
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What is kept of a receipt. `reversed_for` names why it was taken back: a dispute, a
    refund, or ""."""

    txn: str
    buyer_sub: str
    seller_sub: str
    reference: str
    price: int
    share: int
    fee: int
    currency: str
    created_at: datetime
    reversed_at: datetime | None = None
    reversed_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """`pending` is negative when more was taken back than earned since."""

    user_sub: str
    currency: str
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """Newest first; `next_cursor` is "" at the end."""

    items: list[LedgerEntry]
    next_cursor: str
