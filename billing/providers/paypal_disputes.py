"""Disputes at PayPal, in words of the product."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from billing.items import DisputeStatus
from billing.providers.messages import DisputeReport
from billing.providers.paypal_client import Wire, access, call
from billing.providers.paypal_facts import (
    CAPTURE,
    DISPUTE,
    currency_of,
    from_wire,
    moment_of,
    name_in,
    name_of,
    reading,
    ref,
)

DISPUTES = "/v1/customer/disputes"
TAKEN_WITHIN = timedelta(hours=1)  # what a decision takes may be dated after it
_LOST = ("RESOLVED_BUYER_FAVOUR", "ACCEPTED")


@reading()
def fetch(named: str) -> DisputeReport | None:
    """None also for one about no payment to us. Raises NotThere."""
    dispute_id = name_in(named, DISPUTE)
    if not dispute_id:
        return None
    report = _report(call("GET", f"{DISPUTES}/{dispute_id}"))
    return report if report.payment_ref else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The dispute that money was taken for, as far as that is known before it has ended."""

    ref: str
    is_sure: bool


@reading()
def explaining(
    transaction_id: str, *, amount: int | None = None, at: datetime | None = None
) -> Explanation | None:
    """The newest dispute about a payment that took its money, or still may.

    `amount` and `at` are those of what PayPal took back by itself. Other money than that of a
    dispute has nothing to do with it, nor has what was taken after its end, as far as there was
    more of the payment to take.
    """
    query = urlencode({"disputed_transaction_id": transaction_id})
    for listed in call("GET", f"{DISPUTES}?{query}").get("items") or []:
        dispute = call("GET", f"{DISPUTES}/{name_of(listed['dispute_id'])}")
        report = _report(dispute)
        taken, _, _ = _moved(dispute, report.currency)
        is_under_way = report.status in (DisputeStatus.INQUIRY, DisputeStatus.OPEN)
        if is_under_way and not taken:
            return Explanation(ref=report.ref, is_sure=False)
        if report.taken and _is_its_money(dispute, report, amount, at):
            return Explanation(ref=report.ref, is_sure=True)
    return None


def _is_its_money(
    dispute: Wire, report: DisputeReport, amount: int | None, at: datetime | None
) -> bool:
    """Of one that was lost without a word of movements, any part may be the one that moved."""
    if amount is None:
        return True
    taken, back, _ = _moved(dispute, report.currency)
    debits = (each for each in _own(dispute, report.currency) if _is_debit(each))
    moved = {taken, taken - back, *(from_wire(each["amount"]) for each in debits)}
    is_of_it = amount in moved if taken else amount <= report.amount
    if is_of_it and _is_before_its_end(dispute, report, at):
        return True
    kept = taken - back if taken else report.amount
    return report.status is not DisputeStatus.WON and _is_too_much(dispute, kept + amount)


def _is_too_much(dispute: Wire, amount: int) -> bool:
    """More than the payment was."""
    gross = dispute["disputed_transactions"][0].get("gross_amount")
    return gross is not None and amount > from_wire(gross)


def _is_before_its_end(dispute: Wire, report: DisputeReport, at: datetime | None) -> bool:
    """One that was won ended when its money came back; one that was lost takes it by its end."""
    ended = moment_of(dispute.get("update_time"))
    if report.status is DisputeStatus.WON:
        credits = (each for each in _own(dispute, report.currency) if each.get("type") == "CREDIT")
        times = [when for each in credits if (when := moment_of(each.get("initiated_time")))]
        ended = max(times, default=ended)
    elif report.status is DisputeStatus.LOST and ended:
        ended += TAKEN_WITHIN
    else:
        ended = None
    return at is None or ended is None or at < ended


def _report(dispute: Wire) -> DisputeReport:
    """One that was lost is about what PayPal kept of the money."""
    money = dispute["dispute_amount"]
    amount, currency = from_wire(money), currency_of(money)
    taken, back, fee = _moved(dispute, currency)
    is_question = dispute.get("dispute_life_cycle_stage") == "INQUIRY"
    is_over = dispute["status"] == "RESOLVED"
    status = _end(dispute, taken=taken, back=back) if is_over else DisputeStatus.OPEN
    if status is DisputeStatus.LOST and taken:
        amount = taken - back
    if is_question and not taken:
        # What was paid back to end a question was a refund, which tells of itself.
        status = DisputeStatus.CLOSED if is_over else DisputeStatus.INQUIRY
    # A claim holds the money although no movement may say so; at its end they are all there.
    presumed = not is_question and (not is_over or status is DisputeStatus.LOST)
    # Without a name of the seller's it is about something else than a payment to us.
    payment = dispute["disputed_transactions"][0].get("seller_transaction_id")
    return DisputeReport(
        ref=ref(DISPUTE, name_of(dispute["dispute_id"])),
        payment_ref=ref(CAPTURE, name_of(payment)) if payment else "",
        status=status,
        amount=amount,
        currency=currency,
        livemode=access().livemode,
        reason=str(dispute.get("reason") or "").lower(),
        taken=bool(taken) or presumed,
        fee=fee,
        due_at=moment_of(dispute.get("seller_response_due_date")),
    )


def _end(dispute: Wire, *, taken: int, back: int) -> DisputeStatus:
    """Where the money is counts; the outcome alone where none moved: some name no side."""
    code = (dispute.get("dispute_outcome") or {}).get("outcome_code")
    is_gone = taken > back if taken else code in _LOST
    return DisputeStatus.LOST if is_gone else DisputeStatus.WON


def _moved(dispute: Wire, currency: str) -> tuple[int, int, int]:
    """What was taken from us, what of it came back, and the fees."""
    taken = back = fee = 0
    for movement in _own(dispute, currency):
        amount = max(from_wire(movement["amount"]), 0)
        if _is_fee(movement):
            fee += amount if movement.get("type") == "DEBIT" else -amount
        elif _is_debit(movement):
            taken += amount
        else:
            back += amount
    return taken, back, max(fee, 0)


def _is_fee(movement: Wire) -> bool:
    return str(movement.get("reason") or "").endswith("FEE")


def _is_debit(movement: Wire) -> bool:
    """Of the money that is disputed."""
    return movement.get("type") == "DEBIT" and not _is_fee(movement)


def _own(dispute: Wire, currency: str) -> Iterator[Wire]:
    """What moved on our side."""
    for movement in dispute.get("fund_movements") or dispute.get("money_movements") or []:
        is_ours = (movement.get("party") or movement.get("affected_party")) == "SELLER"
        if is_ours and currency_of(movement.get("amount")) == currency:
            yield movement
