"""Checkout sessions: made by the API, finished on the hosted page."""

from billing.sandbox import access
from billing.sandbox.state import State, Wire
from billing.sandbox.stripe import intents
from billing.sandbox.stripe.charges import chosen
from billing.sandbox.stripe.objects import add, emit, get
from billing.sandbox.stripe.people import method_named
from billing.sandbox.stripe.wire import Params, Refused, listing, only, required, whole

SESSION = "checkout.session"
LEAST_SECONDS, MOST_SECONDS = 30 * 60, 24 * 3600
MODES = ("payment", "setup")


def create_session(state: State, params: Params) -> Wire:
    only(
        params,
        *("mode", "customer", "client_reference_id", "line_items", "payment_intent_data"),
        *("success_url", "cancel_url", "expires_at", "metadata", "currency"),
    )
    mode = required(params, "mode")
    if mode not in MODES:
        raise Refused(f"Invalid mode: must be one of {MODES}", param="mode")
    required(params, "success_url")
    if customer := params.get("customer"):
        get(state, customer, "customer", param="customer")
    amount, currency, what = _lines(params) if mode == "payment" else (None, None, None)
    session = add(
        state,
        "cs_test",
        mode=mode,
        status="open",
        payment_status="unpaid" if mode == "payment" else "no_payment_required",
        amount_total=amount,
        currency=currency or params.get("currency"),
        customer=params.get("customer"),
        client_reference_id=params.get("client_reference_id"),
        payment_intent=None,
        setup_intent=None,
        success_url=params["success_url"],
        cancel_url=params.get("cancel_url"),
        expires_at=_expiry(state, params),
        metadata=params.get("metadata") or {},
        _what=what,
        _intent=params.get("payment_intent_data") or {},
    )
    session["_until"] = session["expires_at"] + int(state.ahead)
    session["url"] = f"{access.url()}/c/pay/{session['id']}"
    if mode == "setup":
        setup = intents.new_setup(state, session["customer"], session["metadata"])
        session["setup_intent"] = setup["id"]
    return session


def get_session(state: State, params: Params, name: str) -> Wire:
    session = get(state, name, SESSION)
    expire_if_due(state, session)
    return session


def list_sessions(state: State, params: Params) -> Wire:
    names = ("customer", "payment_intent", "status")
    only(params, *names, "created", "limit", "starting_after")
    for session in state.all(SESSION):
        expire_if_due(state, session)
    found = chosen(state.all(SESSION), params, *names)
    return listing(found, "/v1/checkout/sessions", params)


def expire_session(state: State, params: Params, name: str) -> Wire:
    session = get(state, name, SESSION)
    if session["status"] != "open":
        text = f"Only Checkout Sessions with a status of open can be expired, not {name}."
        raise Refused(text, code="checkout_session_not_open")
    expire(state, session)
    return session


def expire(state: State, session: Wire) -> None:
    session["status"] = "expired"
    session["url"] = None
    if session["payment_intent"]:
        intents.cancel_intent(state, {}, session["payment_intent"])
    emit(state, "checkout.session.expired", session)


def expire_if_due(state: State, session: Wire) -> None:
    if session["status"] == "open" and session["_until"] <= state.now():
        expire(state, session)


def pay(state: State, session: Wire, card: str) -> bool:
    """On the hosted page. False: the person has to authenticate first. Raises Refused (402)."""
    method = method_named(state, card)
    if session["mode"] == "setup":
        setup = get(state, session["setup_intent"], "setup_intent")
        intents.finish_setup(state, setup, method)
        complete(state, session)
        return True
    intent = _intent_of(state, session)
    intent["payment_method"] = method["id"]
    intents.confirm(state, intent)
    if intent["status"] == "requires_action":
        return False
    complete(state, session)
    return True


def authenticate(state: State, session: Wire, *, passed: bool) -> None:
    """Raises Refused (402) when the person failed."""
    intent = get(state, session["payment_intent"], "payment_intent")
    if intent["status"] != "requires_action":
        raise Refused("There is nothing to authenticate.")
    if not passed:
        text = "We could not authenticate your card. Choose another one."
        code = "payment_intent_authentication_failure"
        error = Refused(text, status=402, kind="card_error", code=code)
        raise intents.fail(state, intent, error)
    intents.confirm(state, intent, authenticated=True)
    complete(state, session)


def complete(state: State, session: Wire) -> None:
    session["status"] = "complete"
    session["url"] = None
    intent = state.find(session["payment_intent"] or "")
    if intent and intent["status"] == "succeeded":
        session["payment_status"] = "paid"
    emit(state, "checkout.session.completed", session)


def finish(state: State, intent: Wire, *, paid: bool) -> None:
    """The end of a payment that was processing, and of the session that it is of."""
    intents.finish(state, intent, paid=paid)
    for session in chosen(state.all(SESSION), {"payment_intent": intent["id"]}, "payment_intent"):
        if paid:
            session["payment_status"] = "paid"
        end = "succeeded" if paid else "failed"
        emit(state, f"checkout.session.async_payment_{end}", session)


def _intent_of(state: State, session: Wire) -> Wire:
    """Made when the person first tries to pay, as Stripe does it."""
    if session["payment_intent"] is None:
        data = session["_intent"]
        intent = intents.new_intent(
            state,
            amount=session["amount_total"],
            currency=session["currency"],
            customer=session["customer"],
            metadata=data.get("metadata") or {},
            setup_future_usage=data.get("setup_future_usage"),
        )
        session["payment_intent"] = intent["id"]
    return get(state, session["payment_intent"], "payment_intent")


def _lines(params: Params) -> tuple[int, str, str]:
    """Sum, currency, what is paid for."""
    lines = required(params, "line_items")
    try:
        prices = [line["price_data"] for line in lines]
        total = sum(
            whole(price["unit_amount"], "unit_amount") * whole(line.get("quantity", 1), "quantity")
            for price, line in zip(prices, lines, strict=True)
        )
        currency, what = str(prices[0]["currency"]), str(prices[0]["product_data"]["name"])
    except (KeyError, TypeError, IndexError) as error:
        raise Refused(f"Missing required param: {error}", param="line_items") from error
    if total < intents.LEAST_AMOUNT:
        text = "The Checkout Session's total amount due is too small."
        raise Refused(text, code="amount_too_small")
    return total, currency, what


def _expiry(state: State, params: Params) -> int:
    """By the clock of whoever asks, which moves with nobody's hand."""
    now = int(state.clock())
    if "expires_at" not in params:
        return now + MOST_SECONDS
    expires_at = whole(params["expires_at"], "expires_at")
    if not LEAST_SECONDS - 60 <= expires_at - now <= MOST_SECONDS:
        text = "The `expires_at` timestamp must be 30 minutes to 24 hours from now."
        raise Refused(text, param="expires_at")
    return expires_at
