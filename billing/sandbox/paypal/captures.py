"""Captures: the money of an order, what PayPal keeps of it, and the lines of its books."""

from billing.sandbox.paypal.objects import CAPTURE, ENTRY, ORDER, add, change, emit, get, of
from billing.sandbox.paypal.wire import Body, Refused, link, money, only, smallest, timestamp
from billing.sandbox.state import State, Wire

FEE_PER_10000, FEE_FIXED = 349, 49  # 3.49 % and 49 cents
LATER_SECONDS = 5  # until a capture that is pending has ended
LAG_SECONDS = 3 * 3600  # until PayPal's reports know what happened
MOVED = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")  # its money came
_TOLD = {
    "COMPLETED": ("COMPLETED", "Payment completed for {}"),
    "PENDING": ("PENDING", "Payment pending for {}"),
    "DECLINED": ("DENIED", "Payment denied for {}"),
}


def add_capture(state: State, order: Wire, *, ends: str = "", code: str = "T0006") -> Wire:
    """`ends` "completed" or "declined" is how one ends that is pending first; `code` is that of
    its line in the books."""
    capture = add(
        state,
        CAPTURE,
        order=order["id"],
        amount=order["amount"],
        currency=order["currency"],
        fee=0,
        refunded=0,
        status="",
        custom_id=order["custom_id"],
        invoice_id=order["invoice_id"],
        _code=code,
        _ends=ends,
        _due=state.now() + LATER_SECONDS if ends else None,
    )
    if ends:
        _tell(state, capture, "PENDING")
    else:
        complete(state, capture)
    return capture


def complete(state: State, capture: Wire) -> None:
    """The money is here. Raises Refused for one that has ended."""
    _require_pending(capture)
    fee = capture["amount"] * FEE_PER_10000 // 10000 + FEE_FIXED
    fee = min(fee, capture["amount"])
    capture["fee"] = fee - fee % smallest(capture["currency"])
    _tell(state, capture, "COMPLETED")
    book(state, capture, capture["id"], capture["_code"], capture["amount"], fee=capture["fee"])


def decline(state: State, capture: Wire) -> None:
    """It bounced. Raises Refused for one that has ended."""
    _require_pending(capture)
    _tell(state, capture, "DECLINED")


def finish(state: State, capture: Wire) -> None:
    """As its account wants it."""
    (complete if capture["_ends"] == "completed" else decline)(state, capture)


def get_capture(state: State, body: Body, name: str) -> Wire:
    only(body)
    return shown(get(state, name, CAPTURE))


def shown(capture: Wire) -> Wire:
    path = f"/v2/payments/captures/{capture['id']}"
    named = {key: capture[key] for key in ("custom_id", "invoice_id") if capture[key]}
    gross = money(capture["amount"], capture["currency"])
    found: Wire = {
        "id": capture["id"],
        "status": capture["status"],
        "amount": gross,
        "final_capture": True,
        "disbursement_mode": "INSTANT",
        "seller_protection": {"status": "NOT_ELIGIBLE"},
        **named,
        "supplementary_data": {"related_ids": {"order_id": capture["order"]}},
        "create_time": timestamp(capture["created"]),
        "update_time": timestamp(capture["updated"]),
        "links": [
            link("self", path),
            link("refund", f"{path}/refund", "POST"),
            link("up", f"/v2/checkout/orders/{capture['order']}"),
        ],
    }
    if capture["status"] == "PENDING":
        found["status_details"] = {"reason": "ECHECK"}
    elif capture["status"] in MOVED:
        net = capture["amount"] - capture["fee"]
        found["seller_receivable_breakdown"] = {
            "gross_amount": gross,
            "paypal_fee": money(capture["fee"], capture["currency"]),
            "net_amount": money(net, capture["currency"]),
        }
    return found


def count_refund(state: State, capture: Wire, amount: int) -> None:
    """Below zero for one that failed."""
    refunded = capture["refunded"] + amount
    if refunded == capture["amount"]:
        status = "REFUNDED"
    else:
        status = "PARTIALLY_REFUNDED" if refunded else "COMPLETED"
    change(state, capture, refunded=refunded, status=status)


def of_order(state: State, order: Wire) -> list[Wire]:
    """Its captures, oldest first."""
    return of(state, CAPTURE, order=order["id"])[::-1]


def capture_of(state: State, name: str) -> Wire:
    """By its name, or by its order's. Raises Refused."""
    thing = state.find(name)
    if thing and thing["object"] == ORDER:
        paid = [capture for capture in of_order(state, thing) if capture["status"] in MOVED]
        name = paid[0]["id"] if paid else ""
    return get(state, name, CAPTURE)


def book(
    state: State,
    capture: Wire,
    transaction: str,
    code: str,
    amount: int,
    *,
    fee: int = 0,
    named: Wire | None = None,
) -> None:
    """A line of the account's books, signed, with our names of the capture or of `named`. It is
    dated by the clock of whoever asks, which moves with nobody's hand; the reports know it later.
    """
    named = named or capture
    add(
        state,
        ENTRY,
        transaction=transaction,
        capture=capture["id"],
        code=code,
        amount=amount,
        currency=capture["currency"],
        fee=fee,
        custom_id=named["custom_id"],
        invoice_id=named["invoice_id"],
        _at=int(state.clock()),
        _seen=state.now() + LAG_SECONDS,
    )


def require_new_invoice(state: State, invoice: str) -> None:
    """Raises Refused: accounts let an invoice be paid once."""
    taken = [
        thing for thing in of(state, CAPTURE, invoice_id=invoice) if thing["status"] != "DECLINED"
    ]
    if invoice and taken:
        text = "Duplicate Invoice ID detected. To avoid a potential duplicate transaction your "
        text += "account setting requires that Invoice Id be unique for each transaction."
        raise Refused("DUPLICATE_INVOICE_ID", text)


def _tell(state: State, capture: Wire, status: str) -> None:
    due = capture["_due"] if status == "PENDING" else None
    change(state, capture, status=status, _due=due)
    kind, summary = _TOLD[status]
    value = money(capture["amount"], capture["currency"])
    text = summary.format(f"{value['value']} {value['currency_code']}")
    emit(state, f"PAYMENT.CAPTURE.{kind}", "capture 2.0", shown(capture), summary=text)


def _require_pending(capture: Wire) -> None:
    if capture["status"] not in ("", "PENDING"):
        raise Refused("INVALID_CAPTURE_STATUS", f"This capture is {capture['status']}.")
