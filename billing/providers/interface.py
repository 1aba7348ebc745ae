"""What every payment provider offers.

Nothing here knows a provider: its own names, statuses and identifiers end at its adapter.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.functional import Promise

from billing.items import MethodFacts, ProviderName
from billing.providers.messages import (
    NOTHING_TOLD,
    Charge,
    DisputeReport,
    Entry,
    Event,
    Lost,
    PaymentReport,
    Person,
    Redirect,
    RefundOrder,
    RefundReport,
    SavedMethod,
    TopUp,
    Webhook,
)


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

    @property
    def saves(self) -> bool:
        """Whether a way to pay can be saved here, at least with a payment."""

    @property
    def saves_alone(self) -> bool:
        """Whether a way to pay can be saved without paying."""

    @property
    def limits(self) -> tuple[int, int] | None:
        """The least and the most of one payment in the site's currency, if narrower than ours."""

    @property
    def step(self) -> int:
        """Every payment is a multiple of it, in the smallest unit of the site's currency."""

    @property
    def believed_after(self) -> timedelta:
        """How long what it made may stay unknown to find_payment()."""

    @property
    def visit_parameter(self) -> str:
        """The parameter of the return address that names the visit that saved a way to pay."""

    def create_customer(self, person: Person) -> str:
        """The provider's name of them; asked twice it is the same. A person who comes with a
        `customer` gets another one in its place."""

    def start_top_up(self, top_up: TopUp) -> Redirect: ...

    def cancel_top_up(self, ref: str) -> None:
        """From now on it cannot be paid, as far as the provider can promise that; money that still
        comes is late money. Done already, or paid already, is no error."""

    def capture(self, ref: str, payment_id: str) -> PaymentReport:
        """Take the money of a visit that is APPROVED. The same `payment_id` takes it once. OPEN
        when the person has to choose another way to pay there, with a failure_code for what was
        refused."""

    def start_save_method(
        self, person: Person, *, currency: str, return_url: str, cancel_url: str
    ) -> Redirect: ...

    def fetch_payment(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> PaymentReport | None:
        """None when `ref` names no payment that was started here. Raises NotThere."""

    def fetch_saved_method(self, ref: str) -> SavedMethod | None:
        """None when the visit `ref` saved nothing (yet)."""

    def find_payment(self, lost: Lost) -> PaymentReport | None:
        """Asks for what a call without an answer may have made; None when nothing is there, which
        is believed_after() some time. A visit that can still be paid counts as there."""

    def charge(self, charge: Charge) -> PaymentReport:
        """Charge a saved method now. The same `payment_id` is the same charge.

        FAILED with a failure_code for a decline; `authentication_required` when its owner must
        confirm it at the provider. Raises NoAnswer: it may have happened.
        """

    def refund(self, order: RefundOrder) -> RefundReport:
        """The same `refund_id` is the same refund. Raises ProviderRefused (nothing happened),
        NoAnswer (it may have)."""

    def fetch_refund(self, ref: str, told: Mapping[str, str] = NOTHING_TOLD) -> RefundReport | None:
        """None when `ref` is no refund's name. Raises NotThere."""

    def find_refund(self, order: RefundOrder) -> RefundReport | None:
        """Asks for what a call without an answer may have made."""

    def fetch_dispute(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> DisputeReport | None:
        """None when `ref` is no dispute's name. Raises NotThere."""

    def fetch_method(self, provider_ref: str) -> MethodFacts | None:
        """None when it is no longer there, or no longer the customer's."""

    def missed_events(self, since: datetime) -> Iterator[Event]:
        """What the provider tells again when asked, oldest first; as far back as it keeps it."""

    def entries(self, start: datetime, end: datetime) -> Iterator[Entry]:
        """Its books from `start` to before `end`, oldest first."""

    def lists(self, ref: str) -> bool:
        """Whether its books have what it calls so, if it happened."""

    def spellings(self, text: str) -> list[str]:
        """The refs that somebody may mean who copied `text` from the provider."""

    def dashboard_url(self, ref: str) -> str:
        """Where staff see it at the provider; empty when there is no such page."""

    def detach(self, provider_ref: str) -> None:
        """Forget a saved way to pay. Gone already is no error."""

    def parse_event(self, webhook: Webhook) -> Event:
        """Raises BadSignature, MalformedEvent."""

    def payment_of_return(self, query: Mapping[str, str]) -> tuple[str, str] | None:
        """Whose payment a browser comes back from, and its id: of a provider with one address of
        return for all payments. None when the query does not prove it."""
