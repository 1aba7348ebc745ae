"""PayPal's API: which function answers which path, and who may ask."""

import re
import secrets
from base64 import b64decode
from binascii import Error
from collections.abc import Callable
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

from billing.sandbox import access
from billing.sandbox.paypal import captures, disputes, orders, refunds, reports, vault
from billing.sandbox.paypal.asked import asked_saved
from billing.sandbox.paypal.objects import ACCESS, ORDER, REFUND, SETUP, TOKEN, add, name
from billing.sandbox.paypal.wire import Body, malformed, missing
from billing.sandbox.play import Refused, Request
from billing.sandbox.state import State, Wire

ACCESS_PATH = "/v1/oauth2/token"
ACCESS_SECONDS = 32400
ORDERS = "/v2/checkout/orders"

Answer = Callable[..., Wire | None]
_ROUTES: list[tuple[str, re.Pattern[str], int, Answer]] = [
    (method, re.compile(path.replace("*", "([A-Za-z0-9-]+)")), status, answer)
    for method, path, status, answer in (
        ("POST", ORDERS, 201, orders.create_order),
        ("GET", f"{ORDERS}/*", 200, orders.get_order),
        ("POST", f"{ORDERS}/*/capture", 201, orders.capture_order),
        ("GET", "/v2/payments/captures/*", 200, captures.get_capture),
        ("POST", "/v2/payments/captures/*/refund", 201, refunds.create_refund),
        ("GET", "/v2/payments/refunds/*", 200, refunds.get_refund),
        ("POST", "/v3/vault/setup-tokens", 201, vault.create_setup),
        ("GET", "/v3/vault/setup-tokens/*", 200, vault.get_setup),
        ("POST", "/v3/vault/payment-tokens", 201, vault.create_token),
        ("GET", "/v3/vault/payment-tokens", 200, vault.list_tokens),
        ("GET", "/v3/vault/payment-tokens/*", 200, vault.get_token),
        ("DELETE", "/v3/vault/payment-tokens/*", 204, vault.delete_token),
        ("GET", "/v1/customer/disputes", 200, disputes.list_disputes),
        ("GET", "/v1/customer/disputes/*", 200, disputes.get_dispute),
        ("GET", "/v1/reporting/transactions", 200, reports.list_transactions),
        ("GET", "/v1/notifications/webhooks-events", 200, reports.list_events),
        ("GET", "/v1/notifications/webhooks-events/*", 200, reports.get_event),
        ("POST", "/v1/notifications/webhooks-events/*/resend", 202, reports.resend),
    )
]
_SHOWN: dict[str, Callable[..., Wire]] = {
    ORDER: orders.shown,
    REFUND: refunds.shown,
    SETUP: lambda state, setup: vault.shown_setup(setup),
    TOKEN: lambda state, token: vault.shown(token),
}


def answer(
    state: State, method: str, path: str, body: Body, *, request_id: str
) -> tuple[int, Wire | None]:
    """Status and body, None where there is none. Raises Refused; the state is saved either way."""
    status, function, names = _route(method, path)
    if function is orders.create_order and asked_saved(body) and not request_id:
        text = "A PayPal-Request-Id is required to process payment for an Order."
        raise malformed("PAYPAL_REQUEST_ID_REQUIRED", text)
    with state.lock:
        try:
            return status, function(state, body, *names)
        finally:
            state.save()


def latest(state: State, made: Wire) -> Wire:
    """What a call made, as it is by now. Call with the lock held."""
    thing = state.find(made["id"])
    show = _SHOWN.get(thing["object"]) if thing else None
    return show(state, thing) if show else made


def give_access(state: State, request: Request) -> Wire:
    """A token for the app. Raises Refused (401)."""
    client, secret = access.paypal_client()
    told = _basic(request.headers.get("Authorization", ""))
    if not compare_digest(told, f"{client}:{secret}".encode()):
        raise _refused("invalid_client", "Client Authentication failed")
    if parse_qs(request.text).get("grant_type") != ["client_credentials"]:
        raise _refused("unsupported_grant_type", "Grant Type is NULL", status=400)
    with state.lock:
        for old in state.all(ACCESS):
            if old["_until"] <= state.now():
                del state.objects[old["id"]]
        until = state.now() + ACCESS_SECONDS
        given = add(state, ACCESS, called=f"A21AA{secrets.token_urlsafe(64)}", _until=until)
        state.save()
    return {
        "scope": "https://uri.paypal.com/services/payments/payment",
        "access_token": given["id"],
        "token_type": "Bearer",
        "app_id": "APP-80W284485P519543T",
        "expires_in": ACCESS_SECONDS,
        "nonce": f"{name(20)}",
    }


def require_access(state: State, request: Request) -> None:
    """Raises Refused (401)."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    with state.lock:
        given = state.find(token)
    if kind != "Bearer" or given is None or given["object"] != ACCESS:
        raise _refused("invalid_token", "Token signature verification failed")
    if given["_until"] <= state.now():
        raise _refused("invalid_token", "Access Token has expired")


def _basic(text: str) -> bytes:
    kind, _, told = text.partition(" ")
    try:
        return b64decode(told, validate=True) if kind == "Basic" else b""
    except Error:
        return b""


def _refused(error: str, text: str, *, status: int = 401) -> Refused:
    """As the token's server says it."""
    return Refused(text, status=status, body={"error": error, "error_description": text})


def _route(method: str, path: str) -> tuple[int, Answer, tuple[Any, ...]]:
    for allowed, pattern, status, function in _ROUTES:
        match = pattern.fullmatch(path)
        if match and allowed == method:
            return status, function, match.groups()
    raise missing()
