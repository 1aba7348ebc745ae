"""Refunds: at once, some time later, or failing, as the account that paid says."""

from typing import Any

from billing.sandbox.paypal import captures, disputes
from billing.sandbox.paypal.accounts import ACCOUNTS
from billing.sandbox.paypal.objects import CAPTURE, DISPUTE, REFUND, add, change, emit, get, of
from billing.sandbox.paypal.wire import (
    Body,
    Refused,
    amount_of,
    link,
    money,
    only,
    text_of,
    timestamp,
)
from billing.sandbox.state import State, Wire

LATER_SECONDS = 5  # until one that takes its time has ended
REFUNDED, REVERSED = "T1107", "T1106"  # of PayPal's books: by the seller, by PayPal


def create_refund(state: State, body: Body, name: str) -> Wire:
    """Raises Refused."""
    only(body, "amount", "custom_id", "invoice_id", "note_to_payer")
    capture = get(state, name, CAPTURE)
    amount = None
    if "amount" in body:
        amount, currency = amount_of(body["amount"], at="/amount")
        if currency != capture["currency"]:
            text = "Refund must be in the same currency as the capture."
            raise Refused("REFUND_CAPTURE_CURRENCY_MISMATCH", text, field="/amount/currency_code")
    text_of(body, "note_to_payer", longest=255)
    named = {key: text_of(body, key) for key in ("custom_id", "invoice_id")}
    return shown(state, refund(state, capture, amount, **named))


def refund(
    state: State,
    capture: Wire,
    amount: int | None = None,
    *,
    custom_id: str = "",
    invoice_id: str = "",
) -> Wire:
    """Without an amount it is all that is left. Raises Refused."""
    left = capture["amount"] - capture["refunded"]
    amount = left if amount is None else amount
    _require_refundable(state, capture, amount, left)
    if invoice_id and of(state, REFUND, invoice_id=invoice_id):
        text = "Requested invoice number has been previously captured. Possible duplicate."
        raise Refused("DUPLICATE_INVOICE_ID", text, field="/invoice_id")
    ends = ACCOUNTS[_account(state, capture)].refunds
    made = _made(state, capture, amount, custom_id=custom_id, invoice_id=invoice_id, _ends=ends)
    if ends:
        made["_due"] = state.now() + LATER_SECONDS
    else:
        succeed(state, made)
    if amount == left:
        disputes.close_refunded(state, capture)
    return made


def reverse(state: State, capture: Wire, amount: int | None = None) -> Wire:
    """PayPal itself gives all that is left, or a part of it, back to the payer, whatever is
    disputed. Raises Refused."""
    left = disputes.left(state, capture)
    amount = left if amount is None else amount
    _require_paid(capture)
    _require_left(amount, left)
    made = _made(state, capture, amount, custom_id="", invoice_id="", _reversal=True)
    succeed(state, made)
    return made


def succeed(state: State, made: Wire) -> None:
    """The end of one that was pending. Raises Refused."""
    _require_pending(made)
    change(state, made, status="COMPLETED", _due=None)
    capture = get(state, made["capture"], CAPTURE)
    reversal = made.get("_reversal", False)
    code = REVERSED if reversal else REFUNDED
    captures.book(state, capture, made["id"], code, -made["amount"], named=made)
    _tell(state, made, "REVERSED" if reversal else "REFUNDED")


def fail(state: State, made: Wire) -> None:
    """The money stays. PayPal has no event for that. Raises Refused."""
    _require_pending(made)
    change(state, made, status="FAILED", _due=None)
    captures.count_refund(state, get(state, made["capture"], CAPTURE), -made["amount"])


def finish(state: State, made: Wire) -> None:
    """As the account wants it."""
    (fail if made["_ends"] == "failed" else succeed)(state, made)


def get_refund(state: State, body: Body, name: str) -> Wire:
    only(body)
    return shown(state, get(state, name, REFUND))


def of_capture(state: State, capture: Wire) -> list[Wire]:
    """Oldest first."""
    return of(state, REFUND, capture=capture["id"])[::-1]


def shown(state: State, made: Wire) -> Wire:
    """PayPal keeps its fee of a payment that goes back."""
    currency, amount = made["currency"], money(made["amount"], made["currency"])
    capture = get(state, made["capture"], CAPTURE)
    named = {key: made[key] for key in ("custom_id", "invoice_id") if made[key]}
    details = {"status_details": {"reason": "ECHECK"}} if made["status"] == "PENDING" else {}
    return {
        "id": made["id"],
        "status": made["status"],
        **details,
        "amount": amount,
        **named,
        "seller_payable_breakdown": {
            "gross_amount": amount,
            "paypal_fee": money(0, currency),
            "net_amount": amount,
            "total_refunded_amount": money(_total(state, capture, made), currency),
        },
        "create_time": timestamp(made["created"]),
        "update_time": timestamp(made["updated"]),
        "links": [
            link("self", f"/v2/payments/refunds/{made['id']}"),
            link("up", f"/v2/payments/captures/{capture['id']}"),
        ],
    }


def _made(state: State, capture: Wire, amount: int, **values: Any) -> Wire:
    made = add(
        state,
        REFUND,
        capture=capture["id"],
        amount=amount,
        currency=capture["currency"],
        status="PENDING",
        _due=None,
        **values,
    )
    captures.count_refund(state, capture, amount)
    return made


def _require_refundable(state: State, capture: Wire, amount: int, left: int) -> None:
    _require_paid(capture)
    for dispute in of(state, DISPUTE, capture=capture["id"]):
        if dispute["taken"]:
            text = "Refunds not allowed on this capture due to a chargeback on the card or bank. "
            text += "Please contact the payee to resolve the chargeback."
            raise Refused("REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK", text)
        if dispute["status"] != disputes.RESOLVED and amount < left:
            text = "Partial refunds cannot be offered at this time because there is an open case "
            text += "on this transaction. Visit the PayPal Resolution Center."
            raise Refused("TRANSACTION_DISPUTED", text)
    _require_left(amount, left)


def _require_paid(capture: Wire) -> None:
    if capture["status"] == "PENDING":
        raise Refused("PENDING_CAPTURE", "Cannot initiate a refund as the capture is pending.")
    if capture["status"] not in captures.MOVED:
        raise Refused("INVALID_CAPTURE_STATUS", f"This capture is {capture['status']}.")


def _require_left(amount: int, left: int) -> None:
    if left <= 0:
        raise Refused("CAPTURE_FULLY_REFUNDED", "The capture has already been fully refunded.")
    if amount > left:
        text = "The refund amount must be less than or equal to the capture amount that has not "
        text += "yet been refunded."
        raise Refused("REFUND_AMOUNT_EXCEEDED", text, field="/amount/value")


def _total(state: State, capture: Wire, made: Wire) -> int:
    """What went back up to this one."""
    known = of_capture(state, capture)
    until = known[: known.index(made) + 1]
    return sum(one["amount"] for one in until if one["status"] != "FAILED")


def _account(state: State, capture: Wire) -> str:
    order = state.find(capture["order"])
    return str(order["account"]) if order else ""


def _require_pending(made: Wire) -> None:
    if made["status"] != "PENDING":
        raise Refused("REFUND_NOT_PENDING", f"This refund is {made['status']}.")


def _tell(state: State, made: Wire, kind: str) -> None:
    value = money(made["amount"], made["currency"])
    text = f"A {value['value']} {value['currency_code']} capture payment was {kind.lower()}"
    emit(state, f"PAYMENT.CAPTURE.{kind}", "refund 2.0", shown(state, made), summary=text)
