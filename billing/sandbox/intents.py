"""Payment intents and setup intents, and what a test card does to them."""

import secrets
from typing import Any

from billing.sandbox.cards import CARDS
from billing.sandbox.people import attach_to, declined, method_named
from billing.sandbox.state import State, public
from billing.sandbox.wire import Params, Refused, Wire, only, required, whole

FEE_PERCENT, FEE_FIXED = 29, 30  # 2.9 % and 30 cents
LEAST_AMOUNT = 50
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def create_intent(state: State, params: Params) -> Wire:
    only(
        params,
        *("amount", "currency", "customer", "payment_method", "confirm", "off_session"),
        *("setup_future_usage", "metadata", "automatic_payment_methods", "receipt_email"),
    )
    if customer := params.get("customer"):
        state.get(customer, "customer")
    intent = new_intent(
        state,
        amount=whole(required(params, "amount"), "amount", least=LEAST_AMOUNT),
        currency=required(params, "currency"),
        customer=params.get("customer"),
        metadata=params.get("metadata") or {},
        setup_future_usage=params.get("setup_future_usage"),
    )
    if method := params.get("payment_method"):
        intent["payment_method"] = method_named(state, method)["id"]
        intent["status"] = "requires_confirmation"
    if params.get("confirm") == "true":
        confirm(state, intent, off_session=params.get("off_session") == "true")
    return intent


def new_intent(state: State, **values: Any) -> Wire:
    intent = state.add(
        "pi",
        status="requires_payment_method",
        amount_received=0,
        payment_method=None,
        latest_charge=None,
        last_payment_error=None,
        next_action=None,
        **values,
    )
    intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(12)}"
    return intent


def get_intent(state: State, params: Params, name: str) -> Wire:
    return state.get(name, "payment_intent")


def confirm_intent(state: State, params: Params, name: str) -> Wire:
    only(params, "payment_method", "off_session", "return_url")
    intent = state.get(name, "payment_intent")
    if method := params.get("payment_method"):
        intent["payment_method"] = method_named(state, method)["id"]
    confirm(state, intent, off_session=params.get("off_session") == "true")
    return intent


def cancel_intent(state: State, params: Params, name: str) -> Wire:
    only(params, "cancellation_reason")
    intent = state.get(name, "payment_intent")
    require_open(intent)
    intent["status"] = "canceled"
    state.emit("payment_intent.canceled", intent)
    return intent


def require_open(intent: Wire) -> None:
    if intent["status"] not in OPEN:
        text = f"This PaymentIntent's status is {intent['status']}."
        raise Refused(text, code="payment_intent_unexpected_state")


def confirm(
    state: State, intent: Wire, *, off_session: bool = False, authenticated: bool = False
) -> None:
    """Raises Refused (402) when the card declines, or needs a person who is not there."""
    require_open(intent)
    if not intent["payment_method"]:
        raise Refused("You must provide a payment method.", code="parameter_missing")
    method = state.get(intent["payment_method"], "payment_method")
    card = CARDS[method["_card"]]
    if card.declines:
        raise fail(state, intent, declined(card, public(intent)))
    if card.authenticates and not authenticated:
        if off_session:
            text = "Your card was declined. This transaction requires authentication."
            error = Refused(
                text,
                status=402,
                kind="card_error",
                code="authentication_required",
                payment_intent=public(intent),
                saved=True,
            )
            raise fail(state, intent, error)
        intent["status"] = "requires_action"
        intent["next_action"] = {"type": "use_stripe_sdk"}
        state.emit("payment_intent.requires_action", intent)
        return
    succeed(state, intent, method)


def fail(state: State, intent: Wire, error: Refused) -> Refused:
    told = error.body["error"]
    intent["status"] = "requires_payment_method"
    intent["next_action"] = None
    intent["last_payment_error"] = {
        name: told[name] for name in ("type", "code", "decline_code", "message") if name in told
    }
    state.emit("payment_intent.payment_failed", intent)
    return error


def succeed(state: State, intent: Wire, method: Wire) -> None:
    amount = intent["amount"]
    fee = amount * FEE_PERCENT // 1000 + FEE_FIXED
    charge = state.add(
        "ch",
        amount=amount,
        amount_refunded=0,
        refunded=False,
        currency=intent["currency"],
        customer=intent["customer"],
        payment_intent=intent["id"],
        payment_method=method["id"],
        status="succeeded",
        paid=True,
    )
    settled = state.add(
        "txn",
        amount=amount,
        fee=fee,
        net=amount - fee,
        currency=intent["currency"],
        source=charge["id"],
        type="charge",
        reporting_category="charge",
        status="pending",
        available_on=state.now() + 2 * 24 * 3600,
        exchange_rate=None,
    )
    charge["balance_transaction"] = settled["id"]
    intent |= {
        "status": "succeeded",
        "amount_received": amount,
        "latest_charge": charge["id"],
        "last_payment_error": None,
        "next_action": None,
    }
    if intent["setup_future_usage"] and intent["customer"] and method["customer"] is None:
        attach_to(state, method, intent["customer"])
    state.emit("charge.succeeded", charge)
    state.emit("payment_intent.succeeded", intent)


def create_setup(state: State, params: Params) -> Wire:
    only(params, "customer", "usage", "automatic_payment_methods", "metadata")
    customer = params.get("customer")
    if customer:
        state.get(customer, "customer")
    return new_setup(state, customer, params.get("metadata") or {})


def new_setup(state: State, customer: str | None, metadata: Wire) -> Wire:
    setup = state.add(
        "seti",
        status="requires_payment_method",
        customer=customer,
        usage="off_session",
        payment_method=None,
        last_setup_error=None,
        metadata=metadata,
    )
    setup["client_secret"] = f"{setup['id']}_secret_{secrets.token_hex(12)}"
    return setup


def get_setup(state: State, params: Params, name: str) -> Wire:
    return state.get(name, "setup_intent")


def finish_setup(state: State, setup: Wire, method: Wire) -> None:
    """Raises Refused (402) when the card declines."""
    card = CARDS[method["_card"]]
    if card.declines and not card.later:
        raise declined(card)
    if setup["customer"]:
        attach_to(state, method, setup["customer"])
    setup["payment_method"] = method["id"]
    setup["status"] = "succeeded"
    state.emit("setup_intent.succeeded", setup)
