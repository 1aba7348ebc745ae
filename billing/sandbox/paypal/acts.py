"""What PayPal's staff, banks and people do by its side of the control API."""

from collections.abc import Callable, Mapping
from typing import Any

from billing.sandbox.paypal import captures, disputes, orders, refunds, vault
from billing.sandbox.paypal.objects import CAPTURE, DISPUTE, ORDER, REFUND, TOKEN, get
from billing.sandbox.paypal.wire import Body, Refused, malformed, only
from billing.sandbox.play import Act
from billing.sandbox.state import State, Wire


def _refund(state: State, name: str, params: Body) -> None:
    only(params, "amount")
    refunds.refund(state, captures.capture_of(state, name), _amount(params))


def _dispute(state: State, name: str, params: Body) -> None:
    only(params, "amount", "reason", "inquiry")
    disputes.open_dispute(
        state,
        captures.capture_of(state, name),
        amount=_amount(params),
        reason=params.get("reason", "fraudulent"),
        inquiry=params.get("inquiry") == "true",
    )


def _lose(state: State, name: str, params: Body) -> None:
    only(params, "amount")
    disputes.lose(state, get(state, name, DISPUTE), kept=_amount(params))


def _reverse(state: State, name: str, params: Body) -> None:
    """An approval that ends, or a payment that PayPal gives back, or a part of it."""
    thing = state.find(name)
    if thing and thing["object"] == ORDER and thing["status"] != "COMPLETED":
        only(params)
        orders.reverse(state, thing)
    else:
        only(params, "amount")
        refunds.reverse(state, captures.capture_of(state, name), _amount(params))


def _finish(do: Callable[[State, Wire], Any]) -> Act:
    def finish(state: State, name: str, params: Body) -> None:
        only(params)
        thing = state.find(name)
        if thing and thing["object"] == ORDER:
            waiting = [one for one in captures.of_order(state, thing) if one["status"] == "PENDING"]
            if not waiting:
                raise Refused("INVALID_CAPTURE_STATUS", "This order has no pending capture.")
            name = waiting[0]["id"]
        do(state, get(state, name, CAPTURE))

    return finish


def _to(kind: str, do: Callable[[State, Wire], Any]) -> Act:
    def act(state: State, name: str, params: Body) -> None:
        only(params)
        do(state, get(state, name, kind))

    return act


def _amount(params: Body) -> int | None:
    if "amount" not in params:
        return None
    text = str(params["amount"])
    if not text.isdecimal() or not int(text):
        raise malformed("INVALID_PARAMETER_VALUE", "Whole minor units.", field="/amount")
    return int(text)


ACTS: Mapping[tuple[str, str], Act] = {
    ("payments", "refund"): _refund,
    ("payments", "dispute"): _dispute,
    ("payments", "reverse"): _reverse,
    ("payments", "succeed"): _finish(captures.complete),
    ("payments", "fail"): _finish(captures.decline),
    ("refunds", "succeed"): _to(REFUND, refunds.succeed),
    ("refunds", "fail"): _to(REFUND, refunds.fail),
    ("disputes", "win"): _to(DISPUTE, disputes.win),
    ("disputes", "lose"): _lose,
    ("disputes", "escalate"): _to(DISPUTE, disputes.escalate),
    ("disputes", "close"): _to(DISPUTE, disputes.close_inquiry),
    ("methods", "detach"): _to(TOKEN, vault.forget),
}
