"""A provider whose payments this version cannot take: it is never offered and says why."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NoReturn

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from billing.items import MethodFacts, ProviderName
from billing.providers.base import Base
from billing.providers.errors import ProviderNotEnabled
from billing.providers.interface import (
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


class Off(Base):
    """Whatever its variables say: `enabled` is False and every call raises ProviderNotEnabled."""

    name: ProviderName
    label: str | Promise
    variables: tuple[str, ...]
    livemode = False

    @property
    def why_not(self) -> str | Promise:
        missing = [name for name in self.variables if not getattr(settings, name)]
        if missing:
            return format_lazy(_("{names} not set"), names=", ".join(missing))
        return format_lazy(
            _("{label} is set up, but this version cannot take payments through it yet"),
            label=self.label,
        )

    def create_customer(self, person: Person) -> str:
        self._refuse()

    def start_top_up(self, top_up: TopUp) -> Redirect:
        self._refuse()

    def cancel_top_up(self, ref: str) -> None:
        self._refuse()

    def start_save_method(
        self, person: Person, *, currency: str, return_url: str, cancel_url: str
    ) -> Redirect:
        self._refuse()

    def fetch_payment(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> PaymentReport | None:
        self._refuse()

    def fetch_saved_method(self, ref: str) -> SavedMethod | None:
        self._refuse()

    def find_payment(self, lost: Lost) -> PaymentReport | None:
        self._refuse()

    def charge(self, charge: Charge) -> PaymentReport:
        self._refuse()

    def refund(self, order: RefundOrder) -> RefundReport:
        self._refuse()

    def fetch_refund(self, ref: str, told: Mapping[str, str] = NOTHING_TOLD) -> RefundReport | None:
        self._refuse()

    def find_refund(self, order: RefundOrder) -> RefundReport | None:
        self._refuse()

    def fetch_dispute(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> DisputeReport | None:
        self._refuse()

    def fetch_method(self, provider_ref: str) -> MethodFacts | None:
        self._refuse()

    def missed_events(self, since: datetime) -> Iterator[Event]:
        self._refuse()

    def entries(self, start: datetime, end: datetime) -> Iterator[Entry]:
        self._refuse()

    def dashboard_url(self, ref: str) -> str:
        self._refuse()

    def detach(self, provider_ref: str) -> None:
        self._refuse()

    def parse_event(self, webhook: Webhook) -> Event:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise ProviderNotEnabled(self.why_not)
