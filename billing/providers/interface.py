"""What every payment provider offers, and the facts that go in and out.

Nothing here knows a provider: its own names, statuses and identifiers end at its adapter.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise

from billing.items import DisputeStatus, MethodFacts, PaymentFacts, ProviderName


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Where the person goes on, and the provider's name of what waits there."""

    url: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a provider learns of somebody; `customer` is its own name of them, empty at first."""

    user_sub: str
    email: str
    name: str
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """`created_at` is the payment's: the same top-up asked again is the same request."""

    payment_id: str
    person: Person
    amount: int
    currency: str
    save_method: bool
    created_at: datetime
    return_url: str
    cancel_url: str


class Outcome(StrEnum):
    """How far a payment is at its provider."""

    OPEN = "open"  # the person has not paid yet, and still can
    PROCESSING = "processing"  # paid; the money is on its way
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"  # given up or expired; it can no longer be paid


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReport:
    """A payment as the provider tells it when asked.

    `payment_id` and `user_sub` are ours, handed over at the start and kept by the provider;
    `customer` is its name of the person, "" when it names none.
    """

    outcome: Outcome
    payment_id: str
    user_sub: str
    customer: str
    facts: PaymentFacts
    failure_code: str = ""
    method: MethodFacts | None = None  # only one that may be used again
    fee: int | None = None  # what the provider kept, once it knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Of a saved method while its owner waits elsewhere: `payment_id` and `method_ref` name it."""

    payment_id: str
    person: Person
    method_ref: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """`payment_refs` are the provider's ids of the payment, by kind."""

    refund_id: str
    payment_id: str
    user_sub: str
    payment_refs: Mapping[str, str]
    amount: int
    currency: str
    reason: str


class RefundOutcome(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReport:
    """`refund_id` is ours, "" for one that was made in the provider's dashboard; `payment_ref` is
    an id of the payment that its reference row finds."""

    ref: str
    payment_ref: str
    outcome: RefundOutcome
    amount: int
    currency: str
    livemode: bool
    refund_id: str = ""
    failure_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeReport:
    """`taken` says whether the provider took the money (an inquiry has not); `fee` what it kept."""

    ref: str
    payment_ref: str
    status: DisputeStatus
    amount: int
    currency: str
    livemode: bool
    reason: str
    taken: bool
    fee: int = 0
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMethod:
    """The result of a visit that saved a way to pay."""

    user_sub: str
    customer: str
    method: MethodFacts


class EventKind(StrEnum):
    PAYMENT = "payment"
    SAVED_METHOD = "saved_method"
    REFUND = "refund"
    DISPUTE = "dispute"
    METHOD = "method"  # a saved way to pay was changed or removed there
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A webhook whose signature holds. Only names: what they stand for is fetched afresh."""

    id: str
    type: str
    kind: EventKind
    livemode: bool
    ref: str = ""  # the object it tells of


class Provider(Protocol):
    """An adapter. Every call may raise ProviderRefused and NoAnswer; those that take a person
    raise NotThere about "customer" for one that the provider no longer knows."""

    @property
    def name(self) -> ProviderName: ...

    @property
    def label(self) -> str | Promise: ...

    @property
    def enabled(self) -> bool: ...

    @property
    def why_not(self) -> str | Promise:
        """Why it is off, for operators; empty when it is on."""

    @property
    def livemode(self) -> bool:
        """Whether its money is real."""

    def create_customer(self, person: Person) -> str:
        """The provider's name of them; asked twice it is the same. A person who comes with a
        `customer` gets another one in its place."""

    def start_top_up(self, top_up: TopUp) -> Redirect: ...

    def cancel_top_up(self, ref: str) -> None:
        """From now on it cannot be paid. Done already, or paid already, is no error."""

    def start_save_method(
        self, person: Person, *, currency: str, return_url: str, cancel_url: str
    ) -> Redirect: ...

    def fetch_payment(self, ref: str) -> PaymentReport | None:
        """None when `ref` names no payment that was started here. Raises NotThere."""

    def fetch_saved_method(self, ref: str) -> SavedMethod | None:
        """None when the visit `ref` saved nothing (yet)."""

    def find_payment(self, payment_id: str, customer: str) -> PaymentReport | None:
        """Asks for what a call without an answer may have made; None when nothing is there. A
        visit that can still be paid counts as there."""

    def charge(self, charge: Charge) -> PaymentReport:
        """Charge a saved method now. The same `payment_id` is the same charge.

        FAILED with a failure_code for a decline; `authentication_required` when its owner must
        confirm it at the provider. Raises NoAnswer: it may have happened.
        """

    def refund(self, order: RefundOrder) -> RefundReport:
        """The same `refund_id` is the same refund. Raises ProviderRefused (nothing happened),
        NoAnswer (it may have)."""

    def fetch_refund(self, ref: str) -> RefundReport | None:
        """None when `ref` is no refund's name. Raises NotThere."""

    def find_refund(self, order: RefundOrder) -> RefundReport | None:
        """Asks for what a call without an answer may have made."""

    def fetch_dispute(self, ref: str) -> DisputeReport | None:
        """None when `ref` is no dispute's name. Raises NotThere."""

    def fetch_method(self, provider_ref: str) -> MethodFacts | None:
        """None when it is no longer there, or no longer the customer's."""

    def missed_events(self, since: datetime) -> Iterator[Event]:
        """What the provider tells again when asked, oldest first; as far back as it keeps it."""

    def dashboard_url(self, ref: str) -> str:
        """Where staff see it at the provider; empty when there is no such page."""

    def detach(self, provider_ref: str) -> None:
        """Forget a saved way to pay. Gone already is no error."""

    def parse_event(self, headers: Mapping[str, str], body: bytes) -> Event:
        """`headers` as Django gives them. Raises BadSignature, MalformedEvent."""
