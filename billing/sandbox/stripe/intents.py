"""Payment intents and setup intents, and what a test card does to them."""

import secrets
from typing import Any

from billing.sandbox.state import Planned, State, Wire, public
from billing.sandbox.stripe.cards import CARDS
from billing.sandbox.stripe.charges import add_charge, chosen
from billing.sandbox.stripe.disputes import open_dispute
from billing.sandbox.stripe.objects import add, emit, get
from billing.sandbox.stripe.people import attach_to, declined, is_expired, method_named
from billing.sandbox.stripe.wire import Params, Refused, listing, only, required, whole

LEAST_AMOUNT = 50
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
LATER_SECONDS = 5  # until a payment that is processing has ended


def create_intent(state: State, params: Params) -> Wire:
    only(
        params,
        *("amount", "currency", "customer", "payment_method", "confirm", "off_session"),
        *("setup_future_usage", "metadata", "automatic_payment_methods", "receipt_email"),
        "return_url",
    )
    _require_a_way_back(params)
    if customer := params.get("customer"):
        get(state, customer, "customer", param="customer")
    method = _method_of(state, params)
    intent = new_intent(
        state,
        amount=whole(required(params, "amount"), "amount", least=LEAST_AMOUNT),
        currency=required(params, "currency"),
        customer=params.get("customer"),
        metadata=params.get("metadata") or {},
        setup_future_usage=params.get("setup_future_usage"),
    )
    if method:
        intent["payment_method"] = method["id"]
        intent["status"] = "requires_confirmation"
    if params.get("confirm") == "true":
        confirm(state, intent, off_session=params.get("off_session") == "true")
    return intent


def _require_a_way_back(params: Params) -> None:
    """Of one that is confirmed at once: it might lead its payer to another site."""
    methods = params.get("automatic_payment_methods") or {}
    stays = methods.get("allow_redirects") == "never"
    if params.get("confirm") == "true" and not stays and "return_url" not in params:
        text = "You must provide a `return_url`, or set `allow_redirects` to `never`."
        raise Refused(text, param="return_url")


def _method_of(state: State, params: Params) -> Wire | None:
    """Raises Refused for one of another customer, or one that was detached."""
    if not (name := params.get("payment_method")):
        return None
    method = method_named(state, name, param="payment_method")
    if method["customer"] not in (None, params.get("customer")):
        text = "The payment method does not belong to the customer of this payment."
        raise Refused(text, param="payment_method")
    if method.get("_detached"):
        text = "The provided PaymentMethod was detached from a Customer and may not be used again."
        raise Refused(text, param="payment_method")
    return method


def new_intent(state: State, **values: Any) -> Wire:
    intent = add(
        state,
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
    return get(state, name, "payment_intent")


def list_intents(state: State, params: Params) -> Wire:
    only(params, "customer", "created", "limit", "starting_after")
    found = chosen(state.all("payment_intent"), params, "customer")
    return listing(found, "/v1/payment_intents", params)


def confirm_intent(state: State, params: Params, name: str) -> Wire:
    only(params, "payment_method", "off_session", "return_url")
    intent = get(state, name, "payment_intent")
    if method := params.get("payment_method"):
        intent["payment_method"] = method_named(state, method)["id"]
    confirm(state, intent, off_session=params.get("off_session") == "true")
    return intent


def cancel_intent(state: State, params: Params, name: str) -> Wire:
    only(params, "cancellation_reason")
    intent = get(state, name, "payment_intent")
    require_open(intent)
    intent["status"] = "canceled"
    emit(state, "payment_intent.canceled", intent)
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
    method = get(state, intent["payment_method"], "payment_method")
    card = CARDS[method["_card"]]
    planned = state.take_outcome()
    code = "expired_card" if is_expired(state, method) else planned.code or card.declines
    if code:
        raise fail(state, intent, declined(code))
    if (card.authenticates or planned.authenticates) and not authenticated:
        if off_session:
            raise fail(state, intent, declined("authentication_required"))
        intent["status"] = "requires_action"
        intent["next_action"] = {"type": "use_stripe_sdk"}
        emit(state, "payment_intent.requires_action", intent)
    elif planned.is_slow:
        _process(state, intent, planned)
    else:
        succeed(state, intent, method)


def _process(state: State, intent: Wire, planned: Planned) -> None:
    """The money is on its way, and arrives or not some time later."""
    intent |= {
        "status": "processing",
        "next_action": None,
        "_due": state.now() + LATER_SECONDS,
        "_ends": planned.ends,
    }
    emit(state, "payment_intent.processing", intent)


def finish(state: State, intent: Wire, *, paid: bool) -> None:
    """The end of one that was processing."""
    method = get(state, intent["payment_method"], "payment_method")
    intent["_due"] = None
    if paid:
        succeed(state, intent, method)
    else:
        fail(state, intent, declined("debit_not_authorized"))


def fail(state: State, intent: Wire, error: Refused) -> Refused:
    """The error, with the intent as it is then."""
    told = error.body["error"]
    intent["status"] = "requires_payment_method"
    intent["next_action"] = None
    intent["last_payment_error"] = {
        name: told[name] for name in ("type", "code", "decline_code", "message") if name in told
    }
    told["payment_intent"] = public(intent)
    emit(state, "payment_intent.payment_failed", intent)
    return error


def succeed(state: State, intent: Wire, method: Wire) -> None:
    charge = add_charge(state, intent, method)
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "latest_charge": charge["id"],
        "last_payment_error": None,
        "next_action": None,
    }
    if intent["setup_future_usage"] and intent["customer"] and method["customer"] is None:
        attach_to(state, method, intent["customer"])
    emit(state, "payment_intent.succeeded", intent)
    if disputed := CARDS[method["_card"]].disputed:
        open_dispute(state, charge, inquiry=disputed == "inquiry")


def create_setup(state: State, params: Params) -> Wire:
    only(params, "customer", "usage", "automatic_payment_methods", "metadata")
    customer = params.get("customer")
    if customer:
        get(state, customer, "customer")
    return new_setup(state, customer, params.get("metadata") or {})


def new_setup(state: State, customer: str | None, metadata: Wire) -> Wire:
    setup = add(
        state,
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
    return get(state, name, "setup_intent")


def finish_setup(state: State, setup: Wire, method: Wire) -> None:
    """Raises Refused (402) when the card declines."""
    card = CARDS[method["_card"]]
    if card.declines and not card.later:
        raise declined(card.declines)
    if setup["customer"]:
        attach_to(state, method, setup["customer"])
    setup["payment_method"] = method["id"]
    setup["status"] = "succeeded"
    emit(state, "setup_intent.succeeded", setup)
