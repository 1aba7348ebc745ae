"""Customers and their payment methods."""

from datetime import UTC, datetime
from typing import Any

from billing.sandbox.state import State, Wire
from billing.sandbox.stripe.cards import CARDS, TestCard
from billing.sandbox.stripe.objects import add, emit, get
from billing.sandbox.stripe.wire import Params, Refused, listing, missing, only, required

EXP_YEAR = 2034


def create_customer(state: State, params: Params) -> Wire:
    only(params, "email", "name", "metadata")
    return add(
        state,
        "cus",
        email=params.get("email"),
        name=params.get("name"),
        metadata=params.get("metadata") or {},
        invoice_settings={"default_payment_method": None},
    )


def get_customer(state: State, params: Params, name: str) -> Wire:
    return get(state, name, "customer")


def get_method(state: State, params: Params, name: str) -> Wire:
    return method_named(state, name)


def attach(state: State, params: Params, name: str) -> Wire:
    only(params, "customer")
    customer = get(state, required(params, "customer"), "customer")
    method = method_named(state, name)
    if method["customer"] not in (None, customer["id"]):
        text = "The payment method you provided has already been attached to a customer."
        raise Refused(text, code="payment_method_unexpected_state")
    card: TestCard = CARDS[method["_card"]]
    if card.declines and not card.later:
        raise declined(card.declines)
    return attach_to(state, method, customer["id"])


def attach_to(state: State, method: Wire, customer: str) -> Wire:
    method["customer"] = customer
    emit(state, "payment_method.attached", method)
    return method


def detach(state: State, params: Params, name: str) -> Wire:
    only(params)
    method = method_named(state, name)
    if method["customer"] is None:
        text = "The payment method you provided is not attached to a customer."
        raise Refused(text, code="payment_method_unexpected_state")
    method["customer"], method["_detached"] = None, True
    emit(state, "payment_method.detached", method)
    return method


def expire(state: State, method: Wire) -> None:
    """The card's last month was the one before this."""
    now = datetime.fromtimestamp(state.now(), UTC)
    year, month = (now.year, now.month - 1) if now.month > 1 else (now.year - 1, 12)
    method["card"] |= {"exp_month": month, "exp_year": year}
    emit(state, "payment_method.updated", method)


def renew(state: State, method: Wire) -> None:
    """Its bank sent another card, and told the provider."""
    now = datetime.fromtimestamp(state.now(), UTC)
    method["card"] |= {"exp_month": 12, "exp_year": now.year + 5}
    emit(state, "payment_method.automatically_updated", method)


def is_expired(state: State, method: Wire) -> bool:
    now = datetime.fromtimestamp(state.now(), UTC)
    card = method["card"]
    return (card["exp_year"], card["exp_month"]) < (now.year, now.month)


def list_methods(state: State, params: Params) -> Wire:
    only(params, "customer", "type", "limit", "starting_after")
    return list_methods_of(state, params, required(params, "customer"))


def list_methods_of(state: State, params: Params, customer: str) -> Wire:
    get(state, customer, "customer")
    mine = [method for method in state.all("payment_method") if method["customer"] == customer]
    return listing(mine, f"/v1/customers/{customer}/payment_methods", params)


def method_named(state: State, name: str, *, param: str = "") -> Wire:
    """One that there is, or a new one of a test card."""
    if name in CARDS:
        return method_of(state, CARDS[name])
    if state.find(name) is None:
        raise missing("PaymentMethod", name, param=param)
    return get(state, name, "payment_method", param=param)


def method_of(state: State, card: TestCard) -> Wire:
    shown: dict[str, Any] = {
        "brand": card.brand,
        "last4": card.last4,
        "exp_month": 12,
        "exp_year": EXP_YEAR,
        "funding": "credit",
        "country": "US",
        "fingerprint": f"sandbox{card.last4}",
        "three_d_secure_usage": {"supported": True},
    }
    return add(
        state,
        "pm",
        type="card",
        card=shown,
        customer=None,
        allow_redisplay="always",
        _card=card.name,
    )


def declined(code: str) -> Refused:
    """By a decline code, or one of the codes that Stripe has of its own for it."""
    own = code in ("expired_card", "authentication_required")
    return Refused(
        "Your card was declined.",
        status=402,
        kind="card_error",
        code=code if own else "card_declined",
        decline_code=code,
        saved=True,
    )
