"""Stripe's objects, as plain data, in words of the product."""

from typing import Any

from billing.items import MethodFacts, PaymentFacts
from billing.providers.messages import Outcome, PaymentReport, SavedMethod

Wire = dict[str, Any]

CHARGED_HERE = "charge"  # `kind` of an intent that no page of Stripe's can pay
# Stripe counts these in hundredths, although nothing is smaller than one.
_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
_OF_INTENT = {
    "succeeded": Outcome.SUCCEEDED,
    "processing": Outcome.PROCESSING,
    "canceled": Outcome.CANCELED,
}


def to_wire(amount: int, currency: str) -> int:
    return amount * 100 if currency in _IN_HUNDREDTHS else amount


def from_wire(amount: int, currency: str) -> int:
    """Not whole in our units: -1, which no payment has."""
    if currency not in _IN_HUNDREDTHS:
        return amount
    return amount // 100 if amount % 100 == 0 else -1


def payment_of_session(session: Wire) -> PaymentReport | None:
    if session["mode"] != "payment":
        return None
    intent = session.get("payment_intent") or {}
    amount = intent.get("amount_received") or session["amount_total"]
    return _report(
        session,
        outcome=_outcome_of(session, intent),
        amount=amount,
        refs={"session": session["id"], **_refs(intent)},
        intent=intent,
    )


def payment_of_intent(intent: Wire) -> PaymentReport | None:
    outcome = _OF_INTENT.get(intent["status"], Outcome.OPEN)
    kind = (intent.get("metadata") or {}).get("kind")
    if kind == CHARGED_HERE and intent["status"] == "requires_payment_method":
        outcome = Outcome.FAILED
    amount = intent["amount_received"] if outcome is Outcome.SUCCEEDED else intent["amount"]
    return _report(intent, outcome=outcome, amount=amount, refs=_refs(intent), intent=intent)


def saved_method_of(session: Wire) -> SavedMethod | None:
    method = (session.get("setup_intent") or {}).get("payment_method")
    user_sub = (session.get("metadata") or {}).get("user_sub")
    if session["mode"] != "setup" or not method or not user_sub or not method.get("customer"):
        return None
    return SavedMethod(user_sub=user_sub, customer=method["customer"], method=method_of(method))


def method_of(method: Wire) -> MethodFacts:
    card = method.get("card") or {}
    return MethodFacts(
        provider_ref=method["id"],
        type=method["type"],
        brand=card.get("brand") or "",
        last4=card.get("last4") or "",
        exp_month=card.get("exp_month") or 0,
        exp_year=card.get("exp_year") or 0,
        livemode=method["livemode"],
    )


def fee_of(entries: list[Wire], currency: str) -> int | None:
    """What Stripe kept by these lines of its balance; None for none, and for what is not whole in
    our units or of another currency, whose parts are not ours."""
    if not entries or any(entry["currency"].upper() != currency for entry in entries):
        return None
    fee = from_wire(sum(entry["fee"] for entry in entries), currency)
    return fee if fee >= 0 else None


def _report(
    told: Wire, *, outcome: Outcome, amount: int, refs: dict[str, str], intent: Wire
) -> PaymentReport | None:
    names = told.get("metadata") or {}
    if "payment_id" not in names:
        return None
    currency = str(told["currency"]).upper()
    return PaymentReport(
        outcome=outcome,
        payment_id=names["payment_id"],
        user_sub=names.get("user_sub", ""),
        customer=told.get("customer") or "",
        facts=PaymentFacts(
            amount=from_wire(amount, currency),
            currency=currency,
            livemode=told["livemode"],
            provider_ids=refs,
        ),
        failure_code=_failure(intent),
        method=_reusable(intent),
        fee=_fee(intent, currency),
    )


def _outcome_of(session: Wire, intent: Wire) -> Outcome:
    if session["payment_status"] == "paid":
        return Outcome.SUCCEEDED
    if session["status"] == "expired":
        return Outcome.CANCELED
    if session["status"] != "complete":
        return Outcome.OPEN
    # Complete but unpaid: a way to pay that takes days, until it is refused.
    refused = intent.get("status") == "requires_payment_method"
    return Outcome.FAILED if refused else Outcome.PROCESSING


def _refs(intent: Wire) -> dict[str, str]:
    charge = intent.get("latest_charge") or ""
    found = {
        "intent": intent.get("id") or "",
        "charge": charge["id"] if isinstance(charge, dict) else charge,
    }
    return {name: ref for name, ref in found.items() if ref}


def _failure(intent: Wire) -> str:
    error = intent.get("last_payment_error") or {}
    return str(error.get("decline_code") or error.get("code") or "")


def _fee(intent: Wire, currency: str) -> int | None:
    charge = intent.get("latest_charge")
    entry = charge.get("balance_transaction") if isinstance(charge, dict) else None
    return fee_of([entry], currency) if isinstance(entry, dict) else None


def _reusable(intent: Wire) -> MethodFacts | None:
    method = intent.get("payment_method")
    kept = intent.get("setup_future_usage") and isinstance(method, dict) and method.get("customer")
    return method_of(method) if kept and isinstance(method, dict) else None
