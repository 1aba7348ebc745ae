"""Stripe by its own package: Checkout as a redirect, so that no card data reaches this server."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.items import MethodFacts, ProviderName
from billing.providers import (
    stripe_books,
    stripe_charges,
    stripe_disputes,
    stripe_events,
    stripe_facts,
    stripe_refunds,
)
from billing.providers.base import Base
from billing.providers.errors import BadSignature, NotThere, ProviderRefused
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
from billing.providers.stripe_client import access, call
from billing.sandbox import access as sandbox
from core import ids

# Stripe takes 30 minutes to 24 hours; ours may start a little before Stripe's clock does.
OPEN_FOR = timedelta(hours=1)
TOLERANCE_SECONDS = 300
ENDED = ("checkout_session_not_open", "parameter_invalid")
NOT_ATTACHED = "payment_method_unexpected_state"
DASHBOARD = {"pi_": "payments", "ch_": "payments", "du_": "disputes", "dp_": "disputes"}


class Stripe(Base):
    name = ProviderName.STRIPE
    label = "Stripe"

    @property
    def why_not(self) -> str | Promise:
        if sandbox.is_on():
            return ""
        if not settings.STRIPE_SECRET_KEY:
            return _("STRIPE_SECRET_KEY is not set")
        if not settings.STRIPE_WEBHOOK_SECRETS:
            return _("STRIPE_WEBHOOK_SECRETS is not set")
        if self.livemode and settings.DEBUG:
            return _("STRIPE_SECRET_KEY is a live key, and DEBUG is on")
        return ""

    @property
    def livemode(self) -> bool:
        return access().livemode

    def create_customer(self, person: Person) -> str:
        # With the one that is gone: Stripe would repeat its answer, and so name that one again.
        told = (person.user_sub, person.email, person.name, person.customer)
        key = ids.sha256_hex("stripe-customer", ":".join(told))
        customer = call(
            lambda client, options: client.v1.customers.create(
                {
                    "email": person.email,
                    "name": person.name,
                    "metadata": {"user_sub": person.user_sub},
                },
                options,
            ),
            key=f"customer:{key}",
        )
        return str(customer["id"])

    def start_top_up(self, top_up: TopUp) -> Redirect:
        params = _session_of(top_up)
        session = call(
            lambda client, options: client.v1.checkout.sessions.create(params, options),
            # A key stands for its values, and the customer is one that may be replaced.
            key=f"topup:{top_up.payment_id}:{top_up.person.customer}",
        )
        return Redirect(url=session["url"], ref=session["id"])

    def cancel_top_up(self, ref: str) -> None:
        try:
            call(lambda client, options: client.v1.checkout.sessions.expire(ref, {}, options))
        except NotThere:
            pass
        except ProviderRefused as error:
            if error.reason not in ENDED:
                raise

    def start_save_method(
        self, person: Person, *, currency: str, return_url: str, cancel_url: str
    ) -> Redirect:
        params: Any = {
            "mode": "setup",
            "currency": currency.lower(),
            "customer": person.customer,
            "client_reference_id": person.user_sub,
            "metadata": {"user_sub": person.user_sub},
            # Stripe puts the name of the visit in this place.
            "success_url": f"{return_url}&{self.visit_parameter}={{CHECKOUT_SESSION_ID}}",
            "cancel_url": cancel_url,
        }
        session = call(
            lambda client, options: client.v1.checkout.sessions.create(params, options),
            key=f"save:{ids.new_id()}",
        )
        return Redirect(url=session["url"], ref=session["id"])

    def fetch_payment(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> PaymentReport | None:
        return stripe_charges.fetch(ref)

    def fetch_saved_method(self, ref: str) -> SavedMethod | None:
        if not ref.startswith("cs_"):  # what a browser brought may be anything
            return None
        try:
            session = stripe_charges.session(ref, ["setup_intent.payment_method"])
        except NotThere:
            return None
        return stripe_facts.saved_method_of(session)

    def find_payment(self, lost: Lost) -> PaymentReport | None:
        return stripe_charges.find(lost.payment_id, lost.customer)

    def charge(self, charge: Charge) -> PaymentReport:
        return stripe_charges.charge(charge)

    def refund(self, order: RefundOrder) -> RefundReport:
        return stripe_refunds.refund(order)

    def fetch_refund(self, ref: str, told: Mapping[str, str] = NOTHING_TOLD) -> RefundReport | None:
        return stripe_refunds.fetch(ref)

    def find_refund(self, order: RefundOrder) -> RefundReport | None:
        return stripe_refunds.find(order)

    def fetch_dispute(
        self, ref: str, told: Mapping[str, str] = NOTHING_TOLD
    ) -> DisputeReport | None:
        return stripe_disputes.fetch(ref)

    def fetch_method(self, provider_ref: str) -> MethodFacts | None:
        try:
            method = call(
                lambda client, options: client.v1.payment_methods.retrieve(
                    provider_ref, {}, options
                )
            )
        except NotThere:
            return None
        return stripe_facts.method_of(method) if method.get("customer") else None

    def missed_events(self, since: datetime) -> Iterator[Event]:
        return stripe_events.missed(since)

    def entries(self, start: datetime, end: datetime) -> Iterator[Entry]:
        return stripe_books.entries(start, end)

    def dashboard_url(self, ref: str) -> str:
        section = next((page for name, page in DASHBOARD.items() if ref.startswith(name)), "")
        if not section:
            return ""
        if sandbox.is_on():
            return f"{sandbox.dashboard_url()}#{ref}"
        mode = "" if self.livemode else "/test"
        return f"https://dashboard.stripe.com{mode}/{section}/{ref}"

    def detach(self, provider_ref: str) -> None:
        try:
            call(
                lambda client, options: client.v1.payment_methods.detach(provider_ref, {}, options)
            )
        except NotThere:
            pass
        except ProviderRefused as error:
            if error.reason != NOT_ATTACHED:
                raise

    def parse_event(self, webhook: Webhook) -> Event:
        _check_signature(webhook.headers.get("Stripe-Signature", ""), webhook.body)
        return stripe_events.event_of(webhook.body)


def _session_of(top_up: TopUp) -> Any:
    """The same for the same top-up at any time: an idempotency key stands for these values."""
    names = {"payment_id": top_up.payment_id, "user_sub": top_up.person.user_sub}
    intent: dict[str, Any] = {"metadata": names}
    if top_up.save_method:
        intent["setup_future_usage"] = "off_session"
    price = {
        "currency": top_up.currency.lower(),
        "unit_amount": stripe_facts.to_wire(top_up.amount, top_up.currency),
        "product_data": {"name": f"{settings.SITE_NAME} balance"},
    }
    return {
        "mode": "payment",
        "customer": top_up.person.customer,
        "client_reference_id": top_up.person.user_sub,
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": intent,
        "metadata": names,
        "success_url": top_up.return_url,
        "cancel_url": top_up.cancel_url,
        "expires_at": int((top_up.created_at + OPEN_FOR).timestamp()),
    }


def _check_signature(header: str, body: bytes) -> None:
    """Several secrets hold while one is rolled. Raises BadSignature."""
    if not header.isascii():  # the package cannot compare it
        raise BadSignature
    try:
        payload = body.decode()
    except UnicodeDecodeError as error:
        raise BadSignature from error
    for secret in access().webhook_secrets:
        try:
            stripe.WebhookSignature.verify_header(payload, header, secret, TOLERANCE_SECONDS)
        except stripe.SignatureVerificationError:
            continue
        return
    raise BadSignature
