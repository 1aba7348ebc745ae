"""Months of a person's books, and what a receipt says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from billing.items.names import Bucket, EntryType
from billing.items.payments import Payment
from billing.items.reversals import Refund

OWN_BUCKETS = (Bucket.AVAILABLE, Bucket.HELD, Bucket.DEBT, Bucket.EARN)
Balances = Mapping[Bucket, int]  # signed as the legs are: a debt is negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What a person's buckets held at the end of `month` (its first day)."""

    month: date
    balances: Balances


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Opening balances, plus what moved, are the closing ones. Months begin and end in UTC.

    `moved` adds up the lines by bucket and type. `is_final`: no line can come any more.
    `is_verified`: every line's balance is the sum of the lines before it, and the closing
    balances are those that the next month opened with.
    """

    user_sub: str
    month: date
    currency: str
    opening: Balances
    closing: Balances
    moved: Mapping[tuple[Bucket, EntryType], int]
    lines: int
    is_final: bool
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """Who sells, as the operator says; "" for what is not said."""

    name: str
    address: tuple[str, ...]
    tax_id: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpReceipt:
    """`refunds` are those that went through, oldest first."""

    payment: Payment
    paid_at: datetime
    refunds: tuple[Refund, ...] = ()

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)

    @property
    def total(self) -> int:
        return self.payment.amount - self.refunded
