"""The facts that go in and out of a provider's adapter, in words of the product."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from billing.items import DisputeStatus, MethodFacts, PaymentFacts

NOTHING_TOLD: Mapping[str, str] = MappingProxyType({})


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
    APPROVED = "approved"  # they agreed to pay; nothing moves before capture()
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
    doubt: str = ""  # the name of what shows that the payment it names is not the one


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Of a saved method while its owner waits elsewhere: `payment_id` and `method_ref` name it.

    `ids` are the payment's as far as they are known here, by kind. `note` keeps further ones before
    money can move by them: for a provider that remembers no name of ours. It gives those that
    count: the first one of each kind, also when another call noted it.
    """

    payment_id: str
    person: Person
    method_ref: str
    amount: int
    currency: str
    note: Callable[[Mapping[str, str]], Mapping[str, str]]
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A payment that a call without an answer may have made, between `sent_from` and `sent_until`.
    `ids` are its ids as far as they are known here, by kind; `customer` is the provider's name of
    the person."""

    payment_id: str
    user_sub: str
    customer: str
    amount: int
    currency: str
    ids: Mapping[str, str]
    sent_from: datetime
    sent_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """`payment_refs` are the provider's ids of the payment, by kind; `before` is how many refunds
    of it succeeded up to now. `asked_at`: when an earlier call may have made it. `is_whole`: of all
    that was paid. `note` keeps that it may be made from now on, for a provider that knows it by no
    name of ours; NoAnswer when another call said so first."""

    refund_id: str
    payment_id: str
    user_sub: str
    payment_refs: Mapping[str, str]
    amount: int
    currency: str
    reason: str
    created_at: datetime
    note: Callable[[], None]
    before: int = 0
    asked_at: datetime | None = None
    is_whole: bool = False


class RefundOutcome(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReport:
    """`refund_id` is ours, "" for one that was made in the provider's dashboard; `payment_ref` is
    an id of the payment that its reference row finds. `ref` is "" of one that the provider took
    on without naming it. `is_unnamed`: the provider keeps no names of ours, so that one of ours
    that is under way is known by its amount. `moved_at` as a payment's."""

    ref: str
    payment_ref: str
    outcome: RefundOutcome
    amount: int
    currency: str
    livemode: bool
    refund_id: str = ""
    failure_code: str = ""
    is_unnamed: bool = False
    moved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeReport:
    """`taken` says whether the provider took the money (an inquiry has not); `fee` what it kept.
    `moved_at` as a payment's."""

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
    moved_at: datetime | None = None


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
    """A webhook that is genuine. Only names: what they stand for is fetched afresh.

    `told` is what it says itself, kept for a provider that can only be asked a part of it: nothing
    about a person, and no reason to believe it without comparing it with what is known here.
    """

    id: str
    type: str
    kind: EventKind
    livemode: bool
    ref: str = ""  # the object it tells of
    told: Mapping[str, str] = field(default_factory=lambda: NOTHING_TOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """As it came. `headers` as Django gives them, `secret` the rest of its path, `peer` the address
    it came from ("" if unknown)."""

    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    peer: str = ""


class EntryKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the provider's own books: `ref` names the payment, refund or dispute as reports do,
    "" for a dispute that its books do not name.

    `amount` is above zero for money that came or came back to us, below for money that left. `fee`
    is what the provider kept with it, None where its books do not say. `event` is the webhook
    that tells of it, for a handler to do now what it did not do then; None where there is none.
    """

    kind: EntryKind
    ref: str
    payment_ref: str
    amount: int
    currency: str
    at: datetime
    fee: int | None = None
    event: Event | None = None
