"""The pages where the person pays or saves a card. There is no field for a card number."""

from urllib.parse import urlsplit

from django.template.loader import render_to_string

from billing.sandbox.play import Page
from billing.sandbox.state import State, Wire
from billing.sandbox.stripe import checkout
from billing.sandbox.stripe.cards import CARDS
from billing.sandbox.stripe.objects import get
from billing.sandbox.stripe.wire import Refused
from core.money import format_money


def show(state: State, name: str, *, error: str = "") -> Page:
    """Raises Refused (404) for a session that does not exist."""
    with state.lock:
        session = get(state, name, checkout.SESSION)
        checkout.expire_if_due(state, session)
        state.save()
        context = {
            "session": session,
            "what": session["_what"] or "Save a card",
            "amount": _amount(session),
            "cards": CARDS.values(),
            "back": _back(session),
            "error": error,
            "authenticating": _authenticates(state, session),
        }
    text = render_to_string("billing/sandbox/stripe/pay.html", context)
    return Page(text, status=402 if error else 200, to=_origins(session))


def post(state: State, name: str, form: dict[str, str]) -> Page:
    """Pay by the chosen test card, or finish authentication. Raises Refused (404)."""
    with state.lock:
        session = get(state, name, checkout.SESSION)
        checkout.expire_if_due(state, session)
        if session["status"] != "open":
            return show(state, name)
        try:
            done = _act(state, session, form)
        except Refused as refused:
            return show(state, name, error=str(refused))
        finally:
            state.save()
    if not done:
        return show(state, name)
    return Page(status=303, location=_back(session), to=_origins(session))


def _act(state: State, session: Wire, form: dict[str, str]) -> bool:
    if _authenticates(state, session):
        checkout.authenticate(state, session, passed=form.get("authentication") == "passed")
        return True
    if form.get("card") not in CARDS:
        raise Refused("Choose one of the test cards.")
    return checkout.pay(state, session, form["card"])


def _authenticates(state: State, session: Wire) -> bool:
    intent = state.find(session["payment_intent"] or "")
    return bool(intent and session["status"] == "open" and intent["status"] == "requires_action")


def _amount(session: Wire) -> str:
    if session["amount_total"] is None:
        return ""
    return format_money(session["amount_total"], session["currency"].upper())


def _back(session: Wire) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _origins(session: Wire) -> str:
    """Where the redirect after the form may lead."""
    parts = urlsplit(session["success_url"])
    return f"{parts.scheme}://{parts.netloc}"
