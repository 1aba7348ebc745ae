"""Refunds: at once, some time later, or failing after all, as the card of the charge says."""

from billing.sandbox.state import State, Wire
from billing.sandbox.stripe.cards import CARDS
from billing.sandbox.stripe.charges import add_balance, charge_named, chosen
from billing.sandbox.stripe.objects import add, emit, get
from billing.sandbox.stripe.wire import Params, Refused, amount_in, listing, only
from core.money import format_money

REFUND = "refund"
LATER_SECONDS = 5  # until one that takes its time has ended
REASONS = ("duplicate", "fraudulent", "requested_by_customer")
FAILURE = "expired_or_canceled_card"
_NO_CHARGE = "This PaymentIntent ({}) does not have a successful charge to refund."


def create_refund(state: State, params: Params) -> Wire:
    only(params, "payment_intent", "charge", "amount", "reason", "metadata")
    charge = charge_named(state, params, of_intent=_NO_CHARGE)
    reason = params.get("reason")
    if reason not in (None, *REASONS):
        raise Refused(f"Invalid reason: must be one of {REASONS}", param="reason")
    amount = amount_in(params)
    return refund(state, charge, amount, reason=reason, metadata=params.get("metadata") or {})


def refund(
    state: State,
    charge: Wire,
    amount: int | None = None,
    *,
    reason: str | None = None,
    metadata: Wire | None = None,
) -> Wire:
    """Without an amount it is all that is left. Without metadata it is one by hand."""
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    _require_refundable(state, charge, amount, left)
    card = CARDS[get(state, charge["payment_method"], "payment_method")["_card"]]
    made = add(
        state,
        "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        failure_reason=None,
        metadata=metadata or {},
        payment_intent=charge["payment_intent"],
        reason=reason,
        receipt_number=None,
        status="pending" if card.refunds == "later" else "succeeded",
        _ends="succeeded" if card.refunds == "later" else card.refunds,
        _due=state.now() + LATER_SECONDS if card.refunds else None,
    )
    entry = add_balance(state, charge, made["id"], -amount, kind="refund")
    made["balance_transaction"] = entry["id"]
    _count(charge, amount)
    emit(state, "charge.refunded", charge)
    emit(state, "refund.created", made)
    return made


def succeed(state: State, made: Wire) -> None:
    """The end of one that was pending. Raises Refused."""
    if made["status"] != "pending":
        raise Refused(f"This refund is {made['status']}.")
    made |= {"status": "succeeded", "_due": None}
    emit(state, "refund.updated", made)


def fail(state: State, made: Wire) -> None:
    """Also one that had succeeded: the money is back on the account. Raises Refused."""
    if made["status"] not in ("pending", "succeeded"):
        raise Refused(f"This refund is {made['status']}.")
    charge = get(state, made["charge"], "charge")
    back = add_balance(state, charge, made["id"], made["amount"], kind="refund_failure")
    made |= {
        "status": "failed",
        "failure_reason": FAILURE,
        "failure_balance_transaction": back["id"],
        "_due": None,
    }
    _count(charge, -made["amount"])
    emit(state, "refund.updated", made)
    emit(state, "refund.failed", made)


def finish(state: State, made: Wire) -> None:
    """As the card wants it."""
    (fail if made["_ends"] == "failed" else succeed)(state, made)


def get_refund(state: State, params: Params, name: str) -> Wire:
    return get(state, name, REFUND)


def list_refunds(state: State, params: Params) -> Wire:
    only(params, "payment_intent", "charge", "created", "limit", "starting_after")
    found = chosen(state.all(REFUND), params, "payment_intent", "charge")
    return listing(found, "/v1/refunds", params)


def _require_refundable(state: State, charge: Wire, amount: int, left: int) -> None:
    disputes = chosen(state.all("dispute"), {"charge": charge["id"]}, "charge")
    if any(not dispute["is_charge_refundable"] for dispute in disputes):
        text = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refused(text, code="charge_disputed")
    if charge["refunded"]:
        text = f"Charge {charge['id']} has already been refunded."
        raise Refused(text, code="charge_already_refunded")
    if amount > left:
        asked, rest = (format_money(sum_, charge["currency"].upper()) for sum_ in (amount, left))
        text = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise Refused(text, param="amount")


def _count(charge: Wire, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
