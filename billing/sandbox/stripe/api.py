"""Stripe's API: which function answers which path."""

import re
from collections.abc import Callable
from typing import Any

from billing.sandbox.state import State, Wire, public
from billing.sandbox.stripe import charges, checkout, disputes, intents, people, refunds
from billing.sandbox.stripe.objects import get
from billing.sandbox.stripe.wire import Params, Refused, expanded, listing, only


def list_events(state: State, params: Params) -> Wire:
    only(params, "type", "types", "created", "limit", "starting_after")
    kinds = [params["type"]] if "type" in params else params.get("types")
    if kinds and len(kinds) > MOST_TYPES:
        raise Refused(f"types: at most {MOST_TYPES}.", param="types")
    found = [event for event in state.all("event") if not kinds or event["type"] in kinds]
    return listing(found, "/v1/events", params)


def get_event(state: State, params: Params, name: str) -> Wire:
    return get(state, name, "event")


MOST_TYPES = 20
Answer = Callable[..., Wire]
_NAME = "([A-Za-z0-9_]+)"
_ROUTES: list[tuple[str, re.Pattern[str], Answer]] = [
    (method, re.compile(f"/v1/{path.replace('*', _NAME)}"), answer)
    for method, path, answer in (
        ("POST", "customers", people.create_customer),
        ("GET", "customers/*", people.get_customer),
        ("GET", "customers/*/payment_methods", people.list_methods_of),
        ("GET", "payment_methods", people.list_methods),
        ("GET", "payment_methods/*", people.get_method),
        ("POST", "payment_methods/*/attach", people.attach),
        ("POST", "payment_methods/*/detach", people.detach),
        ("POST", "checkout/sessions", checkout.create_session),
        ("GET", "checkout/sessions", checkout.list_sessions),
        ("GET", "checkout/sessions/*", checkout.get_session),
        ("POST", "checkout/sessions/*/expire", checkout.expire_session),
        ("POST", "payment_intents", intents.create_intent),
        ("GET", "payment_intents", intents.list_intents),
        ("GET", "payment_intents/*", intents.get_intent),
        ("POST", "payment_intents/*/confirm", intents.confirm_intent),
        ("POST", "payment_intents/*/cancel", intents.cancel_intent),
        ("POST", "setup_intents", intents.create_setup),
        ("GET", "setup_intents/*", intents.get_setup),
        ("GET", "charges/*", charges.get_charge),
        ("POST", "refunds", refunds.create_refund),
        ("GET", "refunds", refunds.list_refunds),
        ("GET", "refunds/*", refunds.get_refund),
        ("GET", "disputes", disputes.list_disputes),
        ("GET", "disputes/*", disputes.get_dispute),
        ("POST", "disputes/*", disputes.update_dispute),
        ("POST", "disputes/*/close", disputes.close_dispute),
        ("GET", "balance_transactions", charges.list_balance),
        ("GET", "balance_transactions/*", charges.get_balance),
        ("GET", "events", list_events),
        ("GET", "events/*", get_event),
    )
]


def answer(state: State, method: str, path: str, params: Params) -> Wire:
    """The object that the call gives or makes. Raises Refused; the state is saved either way."""
    with state.lock:
        try:
            found = _route(method, path)
            thing = found[0](state, params, *found[1])
            return _shown(state, thing, params)
        finally:
            state.save()


def _route(method: str, path: str) -> tuple[Answer, tuple[Any, ...]]:
    for allowed, pattern, function in _ROUTES:
        match = pattern.fullmatch(path)
        if match and allowed == method:
            return function, match.groups()
    raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)


def _shown(state: State, thing: Wire, params: Params) -> Wire:
    def find(name: str) -> Wire | None:
        found = state.find(name)
        return public(found) if found else None

    whole = public(thing)
    if whole.get("object") == "list":
        whole = {**whole, "data": [public(item) for item in whole["data"]]}
    return expanded(whole, params.get("expand"), find)
