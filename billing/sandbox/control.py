"""The sandbox's own API, POST /_control/<what>: what a provider, a bank or bad luck would do. It
speaks as Stripe's does, of the things of all providers.

faults                        fault, path, times, method, body: the next calls go wrong
outcomes                      outcome, code, times: what the next confirmations come to
clock                         advance: seconds
webhooks                      order, copies, hold, drop: how events are delivered
events/<id>/deliver|drop
sessions/<id>/expire
payments/<id>/refund          amount: by hand in the dashboard
payments/<id>/dispute         amount, reason, inquiry
payments/<id>/succeed|fail    the end of one that is processing
payments/<id>/reverse         given back by PayPal itself
payments/<id>/void            CCBill's staff undo a sale
refunds/<id>/succeed|fail
disputes/<id>/win|lose|escalate|close
methods/<id>/expire|renew|detach
"""

from collections.abc import Sequence
from typing import Any

from billing.sandbox.faults import Fault, Faults
from billing.sandbox.play import Act, Play, tick
from billing.sandbox.state import AGAIN, ORDERS, Planned, State, Wire
from billing.sandbox.stripe.wire import Params, Refused, missing, only, required, whole

OUTCOMES = {
    "declined": Planned(code="generic_decline"),
    "authentication_required": Planned(authenticates=True),
    "processing": Planned(ends="succeeded"),
    "processing_fails": Planned(ends="failed"),
}


def control(state: State, plays: Sequence[Play], faults: Faults, path: str, params: Params) -> Wire:
    """What was done. Raises Refused."""
    with state.lock:
        try:
            match path.strip("/").split("/"):
                case ["faults"]:
                    return _plan_fault(faults, params)
                case ["clock"]:
                    return _move_clock(state, plays, params)
                case [what] if what in _SETTINGS:
                    return _SETTINGS[what](state, params)
                case ["events", name, act] if act in _EVENTS:
                    _event(state, plays, name, act, params)
                    return {"done": act, "id": name}
                case [kind, name, act]:
                    _act_of(state, plays, kind, name, act)(state, name, params)
                    return {"done": act, "id": name}
        finally:
            state.save()
    raise missing("control", path)


def _plan_fault(faults: Faults, params: Params) -> Wire:
    only(params, "fault", "path", "times", "method", "body")
    name = _one_of(required(params, "fault"), list(Fault), "fault")
    times = whole(params.get("times", 1), "times", least=1)
    method = _one_of(params.get("method", "POST"), ["POST", "GET"], "method")
    path, body = required(params, "path"), params.get("body", "")
    faults.plan(Fault(name), path=path, times=times, method=method, body=body)
    return {"planned": name, "times": times}


def _plan_outcome(state: State, params: Params) -> Wire:
    only(params, "outcome", "code", "times")
    name = _one_of(required(params, "outcome"), list(OUTCOMES), "outcome")
    times = whole(params.get("times", 1), "times", least=1)
    planned = Planned(code=params["code"]) if "code" in params else OUTCOMES[name]
    state.outcomes.extend([planned] * times)
    return {"planned": name, "times": times}


def _move_clock(state: State, plays: Sequence[Play], params: Params) -> Wire:
    only(params, "advance")
    state.ahead += whole(required(params, "advance"), "advance", least=1)
    tick(state, plays)
    return {"now": state.now()}


def _set_webhooks(state: State, params: Params) -> Wire:
    only(params, "order", "copies", "hold", "drop")
    if "order" in params:
        state.order = _one_of(params["order"], list(ORDERS), "order")
    if "copies" in params:
        state.copies = whole(params["copies"], "copies", least=1)
    if "hold" in params:
        state.held = params["hold"] == "true"
    if "drop" in params:
        state.to_drop = whole(params["drop"], "drop")
    return {"order": state.order, "copies": state.copies, "hold": state.held}


def _event(state: State, plays: Sequence[Play], name: str, act: str, params: Params) -> None:
    only(params)
    event = state.find(name)
    if event is None or event["object"] not in {play.event for play in plays}:
        raise missing("event", name)
    event |= _EVENTS[act]


def _act_of(state: State, plays: Sequence[Play], kind: str, name: str, act: str) -> Act:
    thing = state.find(name)
    if thing is None:
        raise missing(kind.removesuffix("s"), name)
    for play in plays:
        if thing["object"] in play.kinds and (kind, act) in play.acts:
            return play.acts[kind, act]
    raise missing("control", f"{kind}/{name}/{act}")


def _one_of(text: str, choices: list[Any], param: str) -> str:
    if text not in choices:
        raise Refused(f"Unknown {param}: {text}; one of {', '.join(choices)}.", param=param)
    return text


_SETTINGS = {"outcomes": _plan_outcome, "webhooks": _set_webhooks}
_EVENTS: dict[str, Wire] = {
    "deliver": AGAIN,
    "drop": {"pending_webhooks": 0},
}
