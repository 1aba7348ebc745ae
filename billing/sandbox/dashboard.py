"""The page where a developer does by hand what the provider's staff, banks and time would do."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from django.template.loader import render_to_string

from billing.sandbox import disputes
from billing.sandbox.charges import chosen
from billing.sandbox.control import OUTCOMES, control
from billing.sandbox.faults import Faults
from billing.sandbox.hosted import Page
from billing.sandbox.state import ORDERS, State
from billing.sandbox.wire import Refused, Wire
from core.errors import Invalid
from core.money import format_money, parse_money

PATH = "/dashboard/"
SHOWN, SHOWN_EVENTS = 20, 12
COPIES = (1, 2, 3)
CLOCK = {"3600": "an hour", "86400": "a day", "2592000": "30 days"}

Acts = list[tuple[str, str]]  # what a button says, what it does
_REFUND: dict[str, Acts] = {
    "pending": [("Let it succeed", "succeed"), ("Let it fail", "fail")],
    "succeeded": [("Let it fail after all", "fail")],
}
_ENDS: Acts = [("Win", "win"), ("Lose", "lose")]
_QUESTION: Acts = [("Make it a chargeback", "escalate"), ("Close", "close")]
_SLOW: Acts = [("Let it succeed", "succeed"), ("Let it fail", "fail")]
_CARD: Acts = [("Expire", "expire"), ("Renew", "renew"), ("Remove", "detach")]
_EVENT: Acts = [("Deliver again", "deliver")]


def show(state: State, *, error: str = "") -> Page:
    with state.lock:
        context = {
            "error": error,
            "now": _moment(state.now()),
            "payments": [_payment(state, one) for one in state.all("payment_intent")[:SHOWN]],
            "cards": [_card(one) for one in state.all("payment_method") if one["customer"]][:SHOWN],
            "events": [_event(one) for one in state.all("event")[:SHOWN_EVENTS]],
            "outcomes": list(OUTCOMES),
            "orders": list(ORDERS),
            "order": state.order,
            "copies": COPIES,
            "chosen_copies": state.copies,
            "held": state.held,
            "clock": CLOCK.items(),
        }
    text = render_to_string("billing/sandbox/dashboard.html", context)
    return Page(text, status=400 if error else 200)


def post(state: State, faults: Faults, form: dict[str, str]) -> Page:
    """`act` is a path of the control API, with what belongs to it as a query."""
    path, _, query = form.pop("act", "").partition("?")
    values: dict[str, Any] = {**dict(parse_qsl(query)), **form}
    name = path.split("/")[1] if path.startswith("payments/") else ""
    try:
        with state.lock:
            control(state, faults, path, _with_amount(state, name, values))
    except (Refused, Invalid) as refused:
        return show(state, error=str(refused))
    return Page(status=303, location=f"{PATH}#{name}" if name else PATH)


def _with_amount(state: State, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """As people write it, in parts; empty is all that is left."""
    text = values.pop("amount", "").strip()
    if not text:
        return values
    currency = state.get(name, "payment_intent")["currency"].upper()
    return {**values, "amount": parse_money(text, currency)}


def _payment(state: State, intent: Wire) -> dict[str, Any]:
    mine = {"payment_intent": intent["id"]}
    told = intent["last_payment_error"] or {}
    return {
        "name": intent["id"],
        "amount": _money(intent),
        "status": _words(intent["status"]),
        "why": told.get("decline_code") or told.get("code") or "",
        "at": _moment(intent["created"]),
        "paid": intent["status"] == "succeeded",
        "acts": _acts("payments", intent, _SLOW if intent["status"] == "processing" else []),
        "refunds": [
            _row("refunds", one, _REFUND.get(one["status"], []))
            for one in chosen(state.all("refund"), mine, *mine)
        ],
        "disputes": [
            _row("disputes", one, _steps(one))
            for one in chosen(state.all(disputes.DISPUTE), mine, *mine)
        ],
    }


def _steps(dispute: Wire) -> Acts:
    if dispute["status"] in disputes.OPEN:
        return _ENDS
    return _QUESTION if dispute["status"] in disputes.INQUIRIES else []


def _row(kind: str, thing: Wire, acts: Acts) -> dict[str, Any]:
    return {
        "amount": _money(thing),
        "status": _words(thing["status"]),
        "acts": _acts(kind, thing, acts),
    }


def _card(method: Wire) -> dict[str, Any]:
    card = method["card"]
    until = f"{card['exp_month']:02}/{card['exp_year']}"
    return {
        "text": f"{card['brand'].title()} •••• {card['last4']}, until {until}",
        "acts": _acts("methods", method, _CARD),
    }


def _event(event: Wire) -> dict[str, Any]:
    tries = event.get("_tries", 0)
    waiting = f"waiting, refused so far: {tries}" if tries else "waiting"
    done = "delivered" if event.get("_taken") else "not delivered"
    return {
        "type": event["type"],
        "status": waiting if event["pending_webhooks"] else done,
        "acts": _acts("events", event, _EVENT),
    }


def _acts(kind: str, thing: Wire, acts: Acts) -> list[tuple[str, str]]:
    return [(text, f"{kind}/{thing['id']}/{act}") for text, act in acts]


def _money(thing: Wire) -> str:
    return format_money(thing["amount"], thing["currency"].upper())


def _words(name: str) -> str:
    return name.replace("_", " ")


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
