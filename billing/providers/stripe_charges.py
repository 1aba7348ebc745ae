"""Payments at Stripe: charging a saved card, and finding what a lost answer made."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from billing.providers import stripe_facts
from billing.providers.errors import NotThere
from billing.providers.messages import Charge, PaymentReport
from billing.providers.stripe_client import CardDeclined, call, every
from core import ids

PAYMENT = ["payment_method", "latest_charge.balance_transaction"]
OF_SESSION = [f"payment_intent.{name}" for name in PAYMENT]
CLOCKS_DIFFER_BY = timedelta(hours=1)


def fetch(ref: str) -> PaymentReport | None:
    if ref.startswith("cs_"):
        return stripe_facts.payment_of_session(session(ref, OF_SESSION))
    if not ref.startswith("pi_"):
        return None
    intent = call(
        lambda client, options: client.v1.payment_intents.retrieve(
            ref, {"expand": PAYMENT}, options
        )
    )
    return stripe_facts.payment_of_intent(intent)


def session(ref: str, expand: list[str]) -> dict[str, Any]:
    return call(
        lambda client, options: client.v1.checkout.sessions.retrieve(
            ref, {"expand": expand}, options
        )
    )


def charge(order: Charge) -> PaymentReport:
    """A decline is an answer: FAILED with its code. Raises ProviderRefused, NotThere, NoAnswer."""
    params: Any = {
        "amount": stripe_facts.to_wire(order.amount, order.currency),
        "currency": order.currency.lower(),
        "customer": order.person.customer,
        "payment_method": order.method_ref,
        "confirm": True,
        "off_session": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "metadata": {
            "payment_id": order.payment_id,
            "user_sub": order.person.user_sub,
            "kind": stripe_facts.CHARGED_HERE,
        },
        "expand": PAYMENT,
    }
    try:
        intent = call(
            lambda client, options: client.v1.payment_intents.create(params, options),
            key=f"charge:{order.payment_id}",
        )
    except CardDeclined as declined:
        if declined.intent is None:
            raise
        intent = declined.intent
    report = stripe_facts.payment_of_intent(intent)
    if report is None:
        raise NotThere(reason="metadata_missing", about="payment_id")
    return report


def find(payment_id: str, customer: str) -> PaymentReport | None:
    """By our name in the metadata: the visit first, as it names the payment that it made."""
    for made in _sessions(payment_id, customer):
        if made["mode"] == "payment" and _is_of(made, payment_id):
            return fetch(made["id"])
    for made in _intents(payment_id, customer):
        if _is_of(made, payment_id):
            return fetch(made["id"])
    return None


def _sessions(payment_id: str, customer: str) -> Iterator[dict[str, Any]]:
    return every(
        lambda client, params, options: client.v1.checkout.sessions.list(params, options),
        **_of_then(payment_id, customer),
    )


def _intents(payment_id: str, customer: str) -> Iterator[dict[str, Any]]:
    return every(
        lambda client, params, options: client.v1.payment_intents.list(params, options),
        **_of_then(payment_id, customer),
    )


def _of_then(payment_id: str, customer: str) -> dict[str, Any]:
    """Nothing of a payment is older than its id."""
    if not ids.is_id(payment_id):
        return {"customer": customer}
    since = ids.moment_of(payment_id) - CLOCKS_DIFFER_BY
    return {"customer": customer, "created": {"gte": int(since.timestamp())}}


def _is_of(made: dict[str, Any], payment_id: str) -> bool:
    return bool((made.get("metadata") or {}).get("payment_id") == payment_id)
