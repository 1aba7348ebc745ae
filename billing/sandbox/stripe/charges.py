"""Charges and what they do to the balance of the account."""

from typing import Any

from billing.sandbox.state import State, Wire
from billing.sandbox.stripe.objects import add, emit, get
from billing.sandbox.stripe.wire import Params, Refused, listing, only

FEE_PERCENT, FEE_FIXED = 29, 30  # 2.9 % and 30 cents
AVAILABLE_AFTER = 2 * 24 * 3600


def add_charge(state: State, intent: Wire, method: Wire) -> Wire:
    amount = intent["amount"]
    charge = add(
        state,
        "ch",
        amount=amount,
        amount_captured=amount,
        amount_refunded=0,
        captured=True,
        refunded=False,
        disputed=False,
        currency=intent["currency"],
        customer=intent["customer"],
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method=method["id"],
        status="succeeded",
        paid=True,
    )
    fee = amount * FEE_PERCENT // 1000 + FEE_FIXED
    entry = add_balance(state, charge, charge["id"], amount, kind="charge", fee=fee)
    charge["balance_transaction"] = entry["id"]
    emit(state, "charge.succeeded", charge)
    return charge


def add_balance(
    state: State,
    charge: Wire,
    source: str,
    amount: int,
    *,
    kind: str,
    fee: int = 0,
    about: str = "",
) -> Wire:
    """A line of the account's balance, signed. `about` is its reporting category where that is
    not its kind."""
    details = [{"amount": fee, "currency": charge["currency"], "type": "stripe_fee"}]
    return add(
        state,
        "txn",
        amount=amount,
        fee=fee,
        fee_details=details if fee else [],
        net=amount - fee,
        currency=charge["currency"],
        source=source,
        type=kind,
        reporting_category=about or kind,
        status="pending",
        available_on=state.now() + AVAILABLE_AFTER,
        exchange_rate=None,
    )


def charge_named(state: State, params: Params, *, of_intent: str) -> Wire:
    """The charge of `charge` or of a payment intent that succeeded; `of_intent` says why not."""
    if name := params.get("charge"):
        return get(state, name, "charge", param="charge")
    if not (name := params.get("payment_intent")):
        raise Refused("One of charge, payment_intent is required.", code="parameter_missing")
    intent = get(state, name, "payment_intent", param="payment_intent")
    if intent["status"] != "succeeded":
        raise Refused(of_intent.format(name), param="payment_intent")
    return get(state, intent["latest_charge"], "charge")


def get_charge(state: State, params: Params, name: str) -> Wire:
    return get(state, name, "charge")


def list_balance(state: State, params: Params) -> Wire:
    only(params, "created", "type", "source", "limit", "starting_after")
    found = chosen(state.all("balance_transaction"), params, "type", "source")
    return listing(found, "/v1/balance_transactions", params)


def get_balance(state: State, params: Params, name: str) -> Wire:
    return get(state, name, "balance_transaction")


def chosen(things: list[Wire], params: Params, *names: str) -> list[Wire]:
    """Those whose values are those of the parameters `names`, as far as these are given."""
    wanted: dict[str, Any] = {name: params[name] for name in names if name in params}
    return [thing for thing in things if all(thing[name] == wanted[name] for name in wanted)]
