"""PayPal by its REST API: people approve an order on its page, and we take the money."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from billing.items import MethodFacts, ProviderName
from billing.providers import (
    paypal_books,
    paypal_disputes,
    paypal_events,
    paypal_orders,
    paypal_refunds,
    paypal_vault,
    paypal_webhooks,
)
from billing.providers.base import Base
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
from billing.providers.paypal_client import HOSTS, LIVE, access
from billing.providers.paypal_facts import (
    CAPTURE,
    CURRENCIES,
    DISPUTE,
    ORDER,
    name_in,
    ref,
    step_of,
)
from billing.sandbox import access as sandbox

VARIABLES = ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID")


class PayPal(Base):
    name = ProviderName.PAYPAL
    label = "PayPal"
    believed_after = paypal_books.LATE
    visit_parameter = "approval_token_id"

    @property
    def why_not(self) -> str | Promise:
        if settings.BILLING_CURRENCY not in CURRENCIES:
            known = ", ".join(CURRENCIES)
            return format_lazy(_("BILLING_CURRENCY is none of PayPal's ({known})"), known=known)
        if sandbox.is_on():
            return ""
        missing = [name for name in VARIABLES if not getattr(settings, name)]
        if missing:
            return format_lazy(_("{names} not set"), names=", ".join(missing))
        if settings.PAYPAL_MODE not in HOSTS:
            return _("PAYPAL_MODE is neither live nor sandbox")
        if settings.PAYPAL_MODE == LIVE and settings.DEBUG:
            return _("PAYPAL_MODE is live, and DEBUG is on")
        return ""

    @property
    def livemode(self) -> bool:
        return access().livemode

    @property
    def step(self) -> int:
        return step_of(settings.BILLING_CURRENCY)

    def create_customer(self, person: Person) -> str:
        """PayPal makes none: it keeps our own name of them beside what they save."""
        return person.user_sub

    def start_top_up(self, top_up: TopUp) -> Redirect:
        return paypal_orders.start(top_up)

    def cancel_top_up(self, ref: str) -> None:
        """PayPal takes no order back; one that is not captured ends by itself in some hours."""

    def capture(self, ref: str, payment_id: str) -> PaymentReport:
        return paypal_orders.capture(ref, payment_id)

    def start_save_method(
        self, person: Person, *, currency: str, return_url: str, cancel_url: str
    ) -> Redirect:
        return paypal_vault.start(person, return_url=return_url, cancel_url=cancel_url)

    def fetch_payment(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> PaymentReport | None:
        return paypal_orders.fetch(ref)

    def fetch_saved_method(self, ref: str) -> SavedMethod | None:
        return paypal_vault.fetch_saved(ref)

    def find_payment(self, lost: Lost) -> PaymentReport | None:
        return paypal_orders.find(lost)

    def charge(self, charge: Charge) -> PaymentReport:
        return paypal_orders.charge(charge)

    def refund(self, order: RefundOrder) -> RefundReport:
        return paypal_refunds.refund(order)

    def fetch_refund(self, ref: str, told: Mapping[str, str] = NOTHING_TOLD) -> RefundReport | None:
        return paypal_refunds.fetch(ref)

    def find_refund(self, order: RefundOrder) -> RefundReport | None:
        return paypal_refunds.find(order)

    def fetch_dispute(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> DisputeReport | None:
        return paypal_disputes.fetch(ref)

    def fetch_method(self, provider_ref: str) -> MethodFacts | None:
        return paypal_vault.fetch(provider_ref)

    def missed_events(self, since: datetime) -> Iterator[Event]:
        return paypal_events.missed(since)

    def entries(self, start: datetime, end: datetime) -> Iterator[Entry]:
        return paypal_books.entries(start, end)

    def spellings(self, text: str) -> list[str]:
        return [text, *(ref(kind, text) for kind in (ORDER, CAPTURE))]

    def dashboard_url(self, ref: str) -> str:
        """PayPal has no page for an order: its payment has one."""
        if sandbox.is_on():
            names = (name_in(ref, kind) for kind in (ORDER, CAPTURE, DISPUTE))
            name = next(filter(None, names), "")
            return f"{sandbox.dashboard_url()}#{name}" if name else ""
        if capture := name_in(ref, CAPTURE):
            return f"{access().site}/activity/payment/{capture}"
        return f"{access().site}/resolutioncenter/" if name_in(ref, DISPUTE) else ""

    def detach(self, provider_ref: str) -> None:
        paypal_vault.forget(provider_ref)

    def parse_event(self, webhook: Webhook) -> Event:
        paypal_webhooks.check(webhook)
        return paypal_events.event_of(webhook.body)
