"""Disputes: a question of the payer's bank, or the money taken until somebody wins."""

from billing.sandbox.state import State, Wire
from billing.sandbox.stripe.charges import add_balance, chosen
from billing.sandbox.stripe.objects import add, emit, get
from billing.sandbox.stripe.wire import Params, Refused, listing, only

DISPUTE = "dispute"
FEE = 1500  # kept also by a platform that loses
DUE_AFTER = 7 * 24 * 3600
WINNING, LOSING = "winning_evidence", "losing_evidence"
INQUIRIES = ("warning_needs_response", "warning_under_review")
OPEN = ("needs_response", "under_review")


def open_dispute(
    state: State,
    charge: Wire,
    *,
    amount: int | None = None,
    reason: str = "fraudulent",
    inquiry: bool = False,
) -> Wire:
    """Of what was not refunded, without an amount. Raises Refused when that is nothing."""
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if not 0 < amount <= charge["amount"]:
        raise Refused("There is nothing left to dispute.", param="amount")
    dispute = add(
        state,
        "du",
        amount=amount,
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        evidence={},
        evidence_details=_no_evidence(state),
        is_charge_refundable=inquiry,
        metadata={},
        network_reason_code=None,
        payment_intent=charge["payment_intent"],
        payment_method_details={
            "card": {"brand": "visa", "case_type": "inquiry", "network_reason_code": None},
            "type": "card",
        },
        reason=reason,
        status=INQUIRIES[0],
    )
    charge["disputed"] = True
    if not inquiry:
        _take(state, dispute)
    emit(state, "charge.dispute.created", dispute)
    if not inquiry:
        emit(state, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def _no_evidence(state: State) -> Wire:
    due_by = state.now() + DUE_AFTER
    return {"due_by": due_by, "has_evidence": False, "past_due": False, "submission_count": 0}


def escalate(state: State, dispute: Wire) -> None:
    """An inquiry becomes a chargeback. Raises Refused."""
    _require(dispute, INQUIRIES)
    _take(state, dispute)
    emit(state, "charge.dispute.updated", dispute)
    emit(state, "charge.dispute.funds_withdrawn", dispute)


def win(state: State, dispute: Wire) -> None:
    _require(dispute, OPEN)
    _move(state, dispute, dispute["amount"], about="dispute_reversal")
    dispute |= {"status": "won", "is_charge_refundable": True}
    emit(state, "charge.dispute.closed", dispute)
    emit(state, "charge.dispute.funds_reinstated", dispute)


def lose(state: State, dispute: Wire) -> None:
    _require(dispute, OPEN)
    dispute["status"] = "lost"
    emit(state, "charge.dispute.closed", dispute)


def close_inquiry(state: State, dispute: Wire) -> None:
    _require(dispute, INQUIRIES)
    dispute["status"] = "warning_closed"
    emit(state, "charge.dispute.closed", dispute)


def list_disputes(state: State, params: Params) -> Wire:
    only(params, "payment_intent", "charge", "created", "limit", "starting_after")
    found = chosen(state.all(DISPUTE), params, "payment_intent", "charge")
    return listing(found, "/v1/disputes", params)


def get_dispute(state: State, params: Params, name: str) -> Wire:
    return get(state, name, DISPUTE)


def update_dispute(state: State, params: Params, name: str) -> Wire:
    """Evidence; the text `winning_evidence` wins and `losing_evidence` loses, as in test mode."""
    only(params, "evidence", "submit", "metadata")
    dispute = get(state, name, DISPUTE)
    _require(dispute, (*INQUIRIES, *OPEN))
    evidence = params.get("evidence") or {}
    dispute["evidence"] |= evidence
    dispute["evidence_details"]["has_evidence"] = bool(dispute["evidence"])
    if not evidence or params.get("submit") == "false":
        return dispute
    dispute["evidence_details"]["submission_count"] += 1
    was_inquiry = dispute["status"] in INQUIRIES
    dispute["status"] = INQUIRIES[1] if was_inquiry else OPEN[1]
    emit(state, "charge.dispute.updated", dispute)
    ends = {WINNING: close_inquiry if was_inquiry else win, LOSING: lose}
    text = evidence.get("uncategorized_text")
    if text == WINNING or (text == LOSING and not was_inquiry):
        ends[text](state, dispute)
    return dispute


def close_dispute(state: State, params: Params, name: str) -> Wire:
    """Given up: it is lost."""
    only(params)
    dispute = get(state, name, DISPUTE)
    (close_inquiry if dispute["status"] in INQUIRIES else lose)(state, dispute)
    return dispute


def _take(state: State, dispute: Wire) -> None:
    _move(state, dispute, -dispute["amount"], about="dispute", fee=FEE)
    dispute["status"] = OPEN[0]
    dispute["is_charge_refundable"] = False
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"


def _move(state: State, dispute: Wire, amount: int, *, about: str, fee: int = 0) -> None:
    charge = get(state, dispute["charge"], "charge")
    entry = add_balance(
        state, charge, dispute["id"], amount, kind="adjustment", fee=fee, about=about
    )
    dispute["balance_transactions"].append(entry)


def _require(dispute: Wire, statuses: tuple[str, ...]) -> None:
    if dispute["status"] not in statuses:
        raise Refused(f"This dispute is {dispute['status']}.", code="dispute_unexpected_state")
