"""The page where a developer does by hand what the provider's staff, banks and time would do."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from django.template.loader import render_to_string

from billing.sandbox.control import OUTCOMES, control
from billing.sandbox.faults import Faults
from billing.sandbox.play import Line, Page, Play, Refused
from billing.sandbox.state import ORDERS, State, Wire
from core.errors import Invalid
from core.money import parse_money

PATH = "/dashboard/"
SHOWN, SHOWN_EVENTS = 20, 12
COPIES = (1, 2, 3)
CLOCK = {"3600": "an hour", "86400": "a day", "2592000": "30 days"}

_AGAIN = "Deliver again"


def show(state: State, plays: Sequence[Play], *, error: str = "") -> Page:
    with state.lock:
        context = {
            "error": error,
            "now": f"{datetime.fromtimestamp(state.now(), UTC):%Y-%m-%d %H:%M} UTC",
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
    by_kind = {play.event: play for play in plays}
    found = [thing for thing in reversed(state.objects.values()) if thing["object"] in by_kind]
    return [_event(event, by_kind[event["object"]]) for event in found[:SHOWN_EVENTS]]


def _event(event: Wire, play: Play) -> Line:
    tries = event.get("_tries", 0)
    waiting = f"waiting, refused so far: {tries}" if tries else "waiting"
    done = "delivered" if event.get("_taken") else "not delivered"
    status = waiting if event["pending_webhooks"] else done
    text = f"{play.event_type(event)}, {status}"
    return Line(text=text, acts=[(_AGAIN, f"events/{event['id']}/deliver")])
