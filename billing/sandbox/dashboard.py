"""The page where a developer does by hand what the provider's staff, banks and time would do."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from django.template.loader import render_to_string

from billing.sandbox.control import OUTCOMES, control
from billing.sandbox.faults import Faults
from billing.sandbox.play import Acts, Line, Page, Play, Refused, acts_on, moment
from billing.sandbox.state import ORDERS, State, Wire
from core.errors import Invalid
from core.money import parse_money

PATH = "/dashboard/"
SHOWN, SHOWN_EVENTS = 20, 12
COPIES = (1, 2, 3)
CLOCK = {"3600": "an hour", "86400": "a day", "2592000": "30 days"}

_AGAIN: Acts = [("Deliver again", "deliver")]


def show(state: State, plays: Sequence[Play], *, error: str = "") -> Page:
    with state.lock:
        context = {
            "error": error,
            "now": moment(state.now()),
            "providers": [
                {
                    "label": play.label,
                    "payments": play.payments(SHOWN),
                    "methods": play.methods(SHOWN),
                }
                for play in plays
            ],
            "events": _events(state, plays),
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


def post(state: State, plays: Sequence[Play], faults: Faults, form: dict[str, str]) -> Page:
    """`act` is a path of the control API, with what belongs to it as a query."""
    path, _, query = form.pop("act", "").partition("?")
    values: dict[str, Any] = {**dict(parse_qsl(query)), **form}
    name = path.split("/")[1] if path.startswith("payments/") else ""
    try:
        with state.lock:
            control(state, plays, faults, path, _with_amount(state, name, values))
    except (Refused, Invalid) as refused:
        return show(state, plays, error=str(refused))
    return Page(status=303, location=f"{PATH}#{name}" if name else PATH)


def _with_amount(state: State, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """As people write it, in parts; empty is all that is left."""
    text = values.pop("amount", "").strip()
    thing = state.find(name)
    if not text or thing is None:
        return values
    return {**values, "amount": parse_money(text, thing["currency"].upper())}


def _events(state: State, plays: Sequence[Play]) -> list[Line]:
    kinds = {play.event for play in plays}
    found = [thing for thing in reversed(state.objects.values()) if thing["object"] in kinds]
    return [_event(event) for event in found[:SHOWN_EVENTS]]


def _event(event: Wire) -> Line:
    tries = event.get("_tries", 0)
    waiting = f"waiting, refused so far: {tries}" if tries else "waiting"
    done = "delivered" if event.get("_taken") else "not delivered"
    status = waiting if event["pending_webhooks"] else done
    return Line(text=f"{event['type']}, {status}", acts=acts_on("events", event, _AGAIN))
