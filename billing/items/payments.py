"""Money asked for at a provider, and saved ways to pay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from billing.items.names import MethodStatus, PaymentKind, PaymentStatus, ProviderName

AUTHENTICATION_REQUIRED = "authentication_required"  # in every provider's reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money asked for at a provider. `provider_ids` are its names for it: session, intent …

    `return_path` is where the person wanted to go next, "" for nowhere; `failure_code` is the
    provider's, "" while there is none; of an open payment it says what its owner must do.
    `payment_method_id` is the saved one that a CHARGE uses.
    `refunded` came back to the payer, `reserved` is held for refunds that are under way,
    `disputed` is what open or lost disputes took, `lost` the part of it that is gone for good.
    `fee` is the provider's, None until it is known. `settled_at` is by our clock, `moved_at` by the
    provider's, None where its books can be read around any time. `owner_is_gone`: the account was
    erased, and the row is kept as books must be.
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
    moved_at: datetime | None = None
    failure_code: str = ""
    provider_ids: Mapping[str, str] = field(default_factory=dict)
    save_method: bool = False
    return_path: str = ""
    payment_method_id: str = ""
    refunded: int = 0
    reserved: int = 0
    disputed: int = 0
    lost: int = 0
    fee: int | None = None
    owner_is_gone: bool = False

    @property
    def is_open(self) -> bool:
        """Its end is not known yet."""
        return self.status in OPEN_STATUSES

    @property
    def is_unpaid(self) -> bool:
        """Nothing says that it was paid, and no page for it was lost with an answer."""
        has_page = self.status is PaymentStatus.UNKNOWN and "session" in self.provider_ids
        return self.status is PaymentStatus.CREATED or has_page

    @property
    def needs_its_owner(self) -> bool:
        """The bank wants to ask them, on the provider's page, before it pays. A charge that was
        declined there still waits."""
        is_asked = self.failure_code == AUTHENTICATION_REQUIRED or self.kind is PaymentKind.CHARGE
        return self.is_open and bool(self.failure_code) and is_asked

    @property
    def was_declined(self) -> bool:
        """On the provider's page, where its owner may still pay it in another way."""
        is_decline = self.failure_code not in ("", AUTHENTICATION_REQUIRED)
        return self.is_unpaid and is_decline

    @property
    def is_being_checked(self) -> bool:
        """It may have been paid. Only a page of the provider waits until its owner comes."""
        waits = self.needs_its_owner or (self.kind is PaymentKind.TOP_UP and self.is_unpaid)
        return self.status in (PaymentStatus.CREATED, PaymentStatus.UNKNOWN) and not waits

    @property
    def is_settled(self) -> bool:
        """Its money arrived, whatever became of it since."""
        return self.status in SETTLED_STATUSES

    @property
    def standing(self) -> PaymentStatus:
        """What a payment is by what became of its money: its status, from its amounts alone."""
        if not self.is_settled:
            return self.status
        if self.still_disputed:
            return PaymentStatus.DISPUTED
        if self.lost:
            return PaymentStatus.CHARGED_BACK
        if self.refunded >= self.amount:
            return PaymentStatus.REFUNDED
        return PaymentStatus.PARTIALLY_REFUNDED if self.refunded else PaymentStatus.SETTLED

    @property
    def still_disputed(self) -> int:
        return max(0, self.disputed - self.lost)

    @property
    def refundable(self) -> int:
        if self.standing not in REFUNDABLE_STATUSES:
            return 0
        return max(0, self.amount - self.refunded - self.reserved - self.disputed)


SETTLED_STATUSES = frozenset(
    {
        PaymentStatus.SETTLED,
        PaymentStatus.PARTIALLY_REFUNDED,
        PaymentStatus.REFUNDED,
        PaymentStatus.DISPUTED,
        PaymentStatus.CHARGED_BACK,
    }
)
REFUNDABLE_STATUSES = frozenset({PaymentStatus.SETTLED, PaymentStatus.PARTIALLY_REFUNDED})
OPEN_STATUSES = frozenset({PaymentStatus.CREATED, PaymentStatus.PROCESSING, PaymentStatus.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """What a provider says of a payment that succeeded, fetched from it: never a webhook's body.

    `provider_ids` become the payment's; each is also a reference row that finds the payment.
    `moved_at` is the payment's.
    """

    amount: int
    currency: str
    livemode: bool
    provider_ids: Mapping[str, str] = field(default_factory=dict)
    moved_at: datetime | None = None


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
class PaymentPage:
    """Newest first; `next_cursor` is "" at the end."""

    items: list[Payment]
    next_cursor: str
