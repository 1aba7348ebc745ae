"""Disputes: a question of the payer, or the money taken until somebody wins."""

from billing.sandbox.paypal import captures
from billing.sandbox.paypal.objects import (
    CAPTURE,
    DISPUTE,
    REFUND,
    add,
    change,
    emit,
    get,
    name,
    of,
)
from billing.sandbox.paypal.wire import (
    Body,
    Refused,
    link,
    malformed,
    moment_of,
    money,
    only,
    paged,
    smallest,
    timestamp,
)
from billing.sandbox.state import State, Wire

FEE = 2000  # of a chargeback; it is kept also by a platform that wins
DUE_AFTER = 10 * 24 * 3600
REASONS = {
    "fraudulent": "UNAUTHORISED",
    "not_received": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
    "not_as_described": "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
}
WAITS, RESOLVED = "WAITING_FOR_SELLER_RESPONSE", "RESOLVED"
_CHARGEBACK, _BACK, _FEE = "T1201", "T1202", "T0106"  # of PayPal's books


def open_dispute(
    state: State,
    capture: Wire,
    *,
    amount: int | None = None,
    reason: str = "fraudulent",
    inquiry: bool = False,
) -> Wire:
    """Of what was not refunded, without an amount. Raises Refused when that is nothing."""
    amount = left(state, capture) if amount is None else amount
    _require_left(state, capture, amount)
    dispute = add(
        state,
        DISPUTE,
        called=f"PP-R-{name(3)}-{len(state.all(DISPUTE)) + 10000001}",
        capture=capture["id"],
        amount=amount,
        currency=capture["currency"],
        reason=REASONS.get(reason, reason.upper()),
        stage="INQUIRY",
        status=WAITS,
        outcome="",
        taken=False,
        moves=[],
        due=state.now() + DUE_AFTER,
    )
    if not inquiry:
        _take(state, dispute)
    _tell(state, dispute, "CREATED")
    return dispute


def escalate(state: State, dispute: Wire) -> None:
    """An inquiry becomes a chargeback. Raises Refused."""
    _require(dispute, stage="INQUIRY")
    _take(state, dispute)
    _tell(state, dispute, "UPDATED")


def win(state: State, dispute: Wire) -> None:
    """The money is back; the fee is not. Raises Refused."""
    _require(dispute, stage="CHARGEBACK")
    change(state, dispute, taken=False)
    _give_back(state, dispute, dispute["amount"])
    _resolve(state, dispute, "RESOLVED_SELLER_FAVOUR")


def lose(state: State, dispute: Wire, kept: int | None = None) -> None:
    """Also a question, whose money is taken then. With `kept`, PayPal pays the rest of it itself.
    Raises Refused."""
    _require(dispute)
    back = 0 if kept is None else dispute["amount"] - kept
    if back < 0:
        raise malformed("INVALID_PARAMETER_VALUE", "It is not about so much.", field="/amount")
    if not dispute["taken"]:
        _debit(state, dispute)
    if back:
        _give_back(state, dispute, back)
    _resolve(state, dispute, "RESOLVED_WITH_PAYOUT" if back else "RESOLVED_BUYER_FAVOUR")


def close_inquiry(state: State, dispute: Wire) -> None:
    """The payer takes the question back. Raises Refused."""
    _require(dispute, stage="INQUIRY")
    _resolve(state, dispute, "CANCELED_BY_BUYER")


def close_refunded(state: State, capture: Wire) -> None:
    """Questions about a payment that went back by itself: nothing is taken for them."""
    for dispute in of(state, DISPUTE, capture=capture["id"]):
        if dispute["status"] != RESOLVED and not dispute["taken"]:
            _resolve(state, dispute, "RESOLVED_BUYER_FAVOUR")


def get_dispute(state: State, body: Body, called: str) -> Wire:
    only(body)
    return shown(state, get(state, called, DISPUTE))


def list_disputes(state: State, query: Body) -> Wire:
    known = ("start_time", "disputed_transaction_id", "page_size", "next_page_token")
    only(query, *known, "dispute_state", "update_time_after", "create_time_after")
    if "start_time" in query and "disputed_transaction_id" in query:
        text = "Either start_time or disputed_transaction_id, not both."
        raise malformed("INVALID_REQUEST_PARAMETER", text, field="/start_time")
    found = state.all(DISPUTE)
    if capture := query.get("disputed_transaction_id"):
        found = [dispute for dispute in found if dispute["capture"] == capture]
    for field, key in (
        ("start_time", "created"),
        ("create_time_after", "created"),
        ("update_time_after", "updated"),
    ):
        if field in query:
            since = moment_of(str(query[field]), field=f"/{field}")
            found = [dispute for dispute in found if dispute[key] >= since]
    if "dispute_state" in query:
        resolved = query["dispute_state"] == RESOLVED
        found = [dispute for dispute in found if (dispute["status"] == RESOLVED) == resolved]
    page, links = paged(found, query, "/v1/customer/disputes", most=50)
    return {"items": [_summary(dispute) for dispute in page], "links": links}


def shown(state: State, dispute: Wire) -> Wire:
    capture = get(state, dispute["capture"], CAPTURE)
    named = {"custom": capture["custom_id"], "invoice_number": capture["invoice_id"]}
    outcome: Wire = {}
    if dispute["outcome"]:
        outcome = {"dispute_outcome": {"outcome_code": dispute["outcome"]}}
        if dispute["outcome"] == "RESOLVED_BUYER_FAVOUR":
            amount = money(dispute["amount"], dispute["currency"])
            outcome["dispute_outcome"]["amount_refunded"] = amount
    return {
        **_summary(dispute),
        "disputed_transactions": [
            {
                "seller_transaction_id": capture["id"],
                "create_time": _time(capture["created"]),
                "transaction_status": capture["status"],
                "gross_amount": money(capture["amount"], capture["currency"]),
                **{key: value for key, value in named.items() if value},
            }
        ],
        **outcome,
        **({"money_movements": list(dispute["moves"])} if dispute["moves"] else {}),
        **(
            {"seller_response_due_date": _time(dispute["due"])}
            if dispute["status"] == WAITS
            else {}
        ),
    }


def _summary(dispute: Wire) -> Wire:
    state = RESOLVED if dispute["status"] == RESOLVED else "REQUIRED_ACTION"
    return {
        "dispute_id": dispute["id"],
        "create_time": _time(dispute["created"]),
        "update_time": _time(dispute["updated"]),
        "reason": dispute["reason"],
        "status": dispute["status"],
        "dispute_state": state,
        "dispute_amount": money(dispute["amount"], dispute["currency"]),
        "dispute_life_cycle_stage": dispute["stage"],
        "dispute_channel": "EXTERNAL" if dispute["stage"] == "CHARGEBACK" else "INTERNAL",
        "links": [link("self", f"/v1/customer/disputes/{dispute['id']}")],
    }


def _take(state: State, dispute: Wire) -> None:
    _debit(state, dispute)
    change(state, dispute, stage="CHARGEBACK")
    if fee := FEE - FEE % smallest(dispute["currency"]):
        _note(state, dispute, "DEBIT", fee, "CHARGEBACK_FEE")
        _book(state, dispute, _FEE, -fee)


def _debit(state: State, dispute: Wire) -> None:
    """What PayPal reversed already is the money of the dispute: it does not go twice."""
    capture, amount = get(state, dispute["capture"], CAPTURE), dispute["amount"]
    is_reversed = bool(of(state, REFUND, capture=capture["id"], amount=amount, _reversal=True))
    if not is_reversed:
        _require_left(state, capture, amount)
    change(state, dispute, taken=True)
    _note(state, dispute, "DEBIT", amount, "DISPUTE_SETTLEMENT")
    if not is_reversed:
        _book(state, dispute, _CHARGEBACK, -amount)


def _give_back(state: State, dispute: Wire, amount: int) -> None:
    _note(state, dispute, "CREDIT", amount, "DISPUTE_SETTLEMENT")
    _book(state, dispute, _BACK, amount)


def left(state: State, capture: Wire) -> int:
    """What neither went back nor was taken."""
    known = of(state, DISPUTE, capture=capture["id"], taken=True)
    return int(capture["amount"] - capture["refunded"] - sum(one["amount"] for one in known))


def _require_left(state: State, capture: Wire, amount: int) -> None:
    if not 0 < amount <= left(state, capture) or capture["status"] not in captures.MOVED:
        raise Refused("TRANSACTION_NOT_ELIGIBLE", "There is nothing left to dispute.")


def _note(state: State, dispute: Wire, way: str, amount: int, reason: str) -> None:
    dispute["moves"].append(
        {
            "affected_party": "SELLER",
            "amount": money(amount, dispute["currency"]),
            "initiated_time": _time(state.now()),
            "type": way,
            "reason": reason,
        }
    )


def _book(state: State, dispute: Wire, code: str, amount: int) -> None:
    captures.book(state, get(state, dispute["capture"], CAPTURE), name(), code, amount)


def _resolve(state: State, dispute: Wire, outcome: str) -> None:
    change(state, dispute, status=RESOLVED, outcome=outcome)
    _tell(state, dispute, "RESOLVED")


def _tell(state: State, dispute: Wire, kind: str) -> None:
    summary = f"A dispute was {kind.lower()} with case # {dispute['id']}"
    emit(state, f"CUSTOMER.DISPUTE.{kind}", "dispute", shown(state, dispute), summary=summary)


def _time(seconds: int) -> str:
    """With fractions, as disputes are dated."""
    return timestamp(seconds).replace("Z", ".000Z")


def _require(dispute: Wire, *, stage: str = "") -> None:
    if dispute["status"] == RESOLVED or stage not in ("", dispute["stage"]):
        text = f"This dispute is {dispute['status']} ({dispute['stage']})."
        raise Refused("DISPUTE_NOT_ELIGIBLE", text)
