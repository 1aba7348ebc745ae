"""What Stripe's staff, banks and people do by its side of the control API."""

from collections.abc import Callable, Mapping
from typing import Any

from billing.sandbox.play import Act
from billing.sandbox.state import State, Wire
from billing.sandbox.stripe import checkout, disputes, people, refunds
from billing.sandbox.stripe.objects import get
from billing.sandbox.stripe.wire import Params, Refused, amount_in, only


def _expire_session(state: State, name: str, params: Params) -> None:
    only(params)
    checkout.expire(state, get(state, name, checkout.SESSION))


def _refund(state: State, name: str, params: Params) -> None:
    only(params, "amount")
    refunds.refund(state, _charge_of(state, name), amount_in(params))


def _dispute(state: State, name: str, params: Params) -> None:
    only(params, "amount", "reason", "inquiry")
    disputes.open_dispute(
        state,
        _charge_of(state, name),
        amount=amount_in(params),
        reason=params.get("reason", "fraudulent"),
        inquiry=params.get("inquiry") == "true",
    )


def _finish(*, paid: bool) -> Act:
    def finish(state: State, name: str, params: Params) -> None:
        only(params)
        intent = get(state, name, "payment_intent")
        if intent["status"] != "processing":
            raise Refused(f"This PaymentIntent's status is {intent['status']}.")
        checkout.finish(state, intent, paid=paid)

    return finish


def _to(kind: str, do: Callable[[State, Wire], Any]) -> Act:
    def act(state: State, name: str, params: Params) -> None:
        only(params)
        do(state, get(state, name, kind))

    return act


def _detach(state: State, name: str, params: Params) -> None:
    people.detach(state, params, name)


def _charge_of(state: State, name: str) -> Wire:
    if name.startswith("pi_"):
        name = get(state, name, "payment_intent")["latest_charge"] or name
    return get(state, name, "charge")


ACTS: Mapping[tuple[str, str], Act] = {
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
