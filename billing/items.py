"""What the billing table holds. Money is an integer in the currency's minor unit.

Signs: what the site owes or earned is positive (wallets, earnings, fees), what it owns is
negative (money at the provider), so the legs of every transaction add up to zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ProviderName(StrEnum):
    STRIPE = "stripe"
    PAYPAL = "paypal"
    CCBILL = "ccbill"

    @property
    def label(self) -> str:
        """As it writes itself."""
        return _LABELS[self]


_LABELS = {"stripe": "Stripe", "paypal": "PayPal", "ccbill": "CCBill"}


class WalletStatus(StrEnum):
    ACTIVE = "active"
    RESTRICTED = "restricted"  # money comes in, none is spent


class PaymentKind(StrEnum):
    TOP_UP = "topup"


class PaymentStatus(StrEnum):
    CREATED = "created"  # asked for; the person is at the provider, or never came back
    PROCESSING = "processing"  # paid, the provider is not sure yet
    UNKNOWN = "unknown"  # the provider did not answer
    SETTLED = "settled"  # the money is in the wallet
    FAILED = "failed"
    CANCELED = "canceled"


class MethodStatus(StrEnum):
    ACTIVE = "active"
    DETACHED = "detached"


class InboxStatus(StrEnum):
    """What became of a webhook."""

    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"  # not ours, or of a kind that nothing here needs
    REFUSED = "refused"  # genuine, but not what was asked for
    FAILED = "failed"  # the next delivery tries again


class Bucket(StrEnum):
    """What a leg moves: a part of a wallet, a seller's earnings, or the platform's own side."""

    AVAILABLE = "available"
    HELD = "held"
    DEBT = "debt"
    EARN = "earn"
    CLEARING = "clearing"  # money at a payment provider
    FEES = "fees"  # what the platform earned


class EntryType(StrEnum):
    TOP_UP = "topup"
    PURCHASE = "purchase"
    SALE = "sale"
    FEE = "fee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wallet:
    """A person's money. A version of 0: nothing was ever written, everything is 0.

    `debt` is positive when the person owes; `last_us` is the time of the newest ledger entry in
    microseconds since 1970.
    """

    user_sub: str
    currency: str
    available: int = 0
    held: int = 0
    debt: int = 0
    status: WalletStatus = WalletStatus.ACTIVE
    version: int = 0
    last_us: int = 0
    created_at: datetime | None = None

    @property
    def is_spendable(self) -> bool:
        return self.status is WalletStatus.ACTIVE and not self.debt


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money asked for at a provider. `provider_ids` are its names for it: session, intent …

    `return_path` is where the person wanted to go next, "" for nowhere; `failure_code` is the
    provider's, "" while there is none.
    """

    payment_intent_id: str
    user_sub: str
    provider: ProviderName
    kind: PaymentKind
    amount: int
    currency: str
    status: PaymentStatus
    livemode: bool
    created_at: datetime
    updated_at: datetime
    settled_at: datetime | None = None
    failure_code: str = ""
    provider_ids: Mapping[str, str] = field(default_factory=dict)
    save_method: bool = False
    return_path: str = ""

    @property
    def is_open(self) -> bool:
        """Its end is not known yet."""
        return self.status in OPEN_STATUSES

    @property
    def is_settled(self) -> bool:
        return self.status is PaymentStatus.SETTLED


OPEN_STATUSES = frozenset({PaymentStatus.CREATED, PaymentStatus.PROCESSING, PaymentStatus.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """What a provider says of a payment that succeeded, fetched from it: never a webhook's body.

    `provider_ids` become the payment's; each is also a reference row that finds the payment.
    """

    amount: int
    currency: str
    livemode: bool
    provider_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts:
    """A saved card or account as its provider describes it; `provider_ref` is its id there."""

    provider_ref: str
    type: str
    brand: str
    last4: str
    exp_month: int = 0
    exp_year: int = 0
    livemode: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethod:
    payment_method_id: str
    user_sub: str
    provider: ProviderName
    type: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    provider_ref: str
    livemode: bool
    status: MethodStatus
    created_at: datetime
    is_default: bool = False  # kept in BillingSettings, filled in by services

    def is_expired(self, today: datetime) -> bool:
        """Cards are good until the end of their month; what has no date never expires."""
        if not self.exp_year:
            return False
        return (self.exp_year, self.exp_month) < (today.year, today.month)


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingSettings:
    """`customers` are the person's ids at the providers, by provider."""

    user_sub: str
    default_pm: str = ""
    customers: Mapping[str, str] = field(default_factory=dict)


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
class Earnings:
    user_sub: str
    currency: str
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """Newest first; `next_cursor` is "" at the end."""

    items: list[LedgerEntry]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPage:
    """Newest first; `next_cursor` is "" at the end."""

    items: list[Payment]
    next_cursor: str
