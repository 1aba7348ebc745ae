"""The sandbox's own API, POST /_control/<what>: what a provider, a bank or bad luck would do.

faults                        fault, path, times, method: the next calls go wrong
outcomes                      outcome, code, times: what the next confirmations come to
clock                         advance: seconds
webhooks                      order, copies, hold, drop: how events are delivered
events/<id>/deliver|drop
sessions/<id>/expire
payments/<id>/refund          amount: by hand in the dashboard
payments/<id>/dispute         amount, reason, inquiry
payments/<id>/succeed|fail    the end of one that is processing
refunds/<id>/succeed|fail
disputes/<id>/win|lose|escalate|close
methods/<id>/expire|renew|detach
"""

from collections.abc import Callable
from typing import Any

from billing.sandbox import checkout, disputes, later, people, refunds
from billing.sandbox.faults import Fault, Faults
from billing.sandbox.state import ORDERS, Planned, State
from billing.sandbox.wire import Params, Refused, Wire, missing, only, required, whole

OUTCOMES = {
    "declined": Planned(code="generic_decline"),
    "authentication_required": Planned(authenticates=True),
    "processing": Planned(ends="succeeded"),
    "processing_fails": Planned(ends="failed"),
}


def control(state: State, faults: Faults, path: str, params: Params) -> Wire:
    """What was done. Raises Refused."""
    with state.lock:
        try:
            match path.strip("/").split("/"):
                case ["faults"]:
                    return _plan_fault(faults, params)
                case [what] if what in _SETTINGS:
                    return _SETTINGS[what](state, params)
                case [kind, name, act] if (kind, act) in _ACTS:
                    _ACTS[kind, act](state, name, params)
                    return {"done": act, "id": name}
        finally:
            state.save()
    raise missing("control", path)


def _plan_fault(faults: Faults, params: Params) -> Wire:
    only(params, "fault", "path", "times", "method")
    name = _one_of(required(params, "fault"), list(Fault), "fault")
    times = whole(params.get("times", 1), "times", least=1)
    method = _one_of(params.get("method", "POST"), ["POST", "GET"], "method")
    faults.plan(Fault(name), path=required(params, "path"), times=times, method=method)
    return {"planned": name, "times": times}


def _plan_outcome(state: State, params: Params) -> Wire:
    only(params, "outcome", "code", "times")
    name = _one_of(required(params, "outcome"), list(OUTCOMES), "outcome")
    times = whole(params.get("times", 1), "times", least=1)
    planned = Planned(code=params["code"]) if "code" in params else OUTCOMES[name]
    state.outcomes.extend([planned] * times)
    return {"planned": name, "times": times}


def _move_clock(state: State, params: Params) -> Wire:
    only(params, "advance")
    state.ahead += whole(required(params, "advance"), "advance", least=1)
    later.tick(state)
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


def _deliver(state: State, name: str, params: Params) -> None:
    only(params)
    event = state.get(name, "event")
    event |= {"pending_webhooks": 1, "_tries": 0, "_next": 0}


def _drop(state: State, name: str, params: Params) -> None:
    only(params)
    state.get(name, "event")["pending_webhooks"] = 0


def _expire_session(state: State, name: str, params: Params) -> None:
    only(params)
    checkout.expire(state, state.get(name, checkout.SESSION))


def _refund(state: State, name: str, params: Params) -> None:
    only(params, "amount")
    refunds.refund(state, _charge_of(state, name), _amount(params))


def _dispute(state: State, name: str, params: Params) -> None:
    only(params, "amount", "reason", "inquiry")
    disputes.open_dispute(
        state,
        _charge_of(state, name),
        amount=_amount(params),
        reason=params.get("reason", "fraudulent"),
        inquiry=params.get("inquiry") == "true",
    )


def _finish(*, paid: bool) -> "_Act":
    def finish(state: State, name: str, params: Params) -> None:
        only(params)
        intent = state.get(name, "payment_intent")
        if intent["status"] != "processing":
            raise Refused(f"This PaymentIntent's status is {intent['status']}.")
        checkout.finish(state, intent, paid=paid)

    return finish


def _to(kind: str, do: Callable[[State, Wire], Any]) -> "_Act":
    def act(state: State, name: str, params: Params) -> None:
        only(params)
        do(state, state.get(name, kind))

    return act


def _detach(state: State, name: str, params: Params) -> None:
    people.detach(state, params, name)


def _charge_of(state: State, name: str) -> Wire:
    if name.startswith("pi_"):
        name = state.get(name, "payment_intent")["latest_charge"] or name
    return state.get(name, "charge")


def _amount(params: Params) -> int | None:
    return whole(params["amount"], "amount", least=1) if "amount" in params else None


def _one_of(text: str, choices: list[Any], param: str) -> str:
    if text not in choices:
        raise Refused(f"Unknown {param}: {text}; one of {', '.join(choices)}.", param=param)
    return text


_Act = Callable[[State, str, Params], None]
_SETTINGS = {"outcomes": _plan_outcome, "clock": _move_clock, "webhooks": _set_webhooks}
_ACTS: dict[tuple[str, str], _Act] = {
    ("events", "deliver"): _deliver,
    ("events", "drop"): _drop,
    ("sessions", "expire"): _expire_session,
    ("payments", "refund"): _refund,
    ("payments", "dispute"): _dispute,
    ("payments", "succeed"): _finish(paid=True),
    ("payments", "fail"): _finish(paid=False),
    ("refunds", "succeed"): _to("refund", refunds.succeed),
    ("refunds", "fail"): _to("refund", refunds.fail),
    ("disputes", "win"): _to("dispute", disputes.win),
    ("disputes", "lose"): _to("dispute", disputes.lose),
    ("disputes", "escalate"): _to("dispute", disputes.escalate),
    ("disputes", "close"): _to("dispute", disputes.close_inquiry),
    ("methods", "expire"): _to("payment_method", people.expire),
    ("methods", "renew"): _to("payment_method", people.renew),
    ("methods", "detach"): _detach,
}
