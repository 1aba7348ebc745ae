"""Stripe's objects, as plain data, in words of the product."""

import json
import re
from typing import Any

from billing.items import MethodFacts, PaymentFacts
from billing.providers.errors import MalformedEvent
from billing.providers.interface import Event, EventKind, Outcome, PaymentReport, SavedMethod

Wire = dict[str, Any]

PAYMENT_EVENTS = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.processing",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
    }
)
SESSION_EVENTS = "checkout.session."
# Stripe counts these in hundredths, although nothing is smaller than one.
_IN_HUNDREDTHS = frozenset({"ISK", "UGX"})
_NAME = re.compile(r"[A-Za-z0-9_]{1,255}", re.ASCII)
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


def event_of(body: bytes) -> Event:
    """Raises MalformedEvent."""
    try:
        event = json.loads(body)
        subject = event["data"]["object"]
        names = (event["id"], event["type"], subject.get("id") or "")
        livemode, mode = event["livemode"], subject.get("mode")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedEvent from error
    event_id, event_type, ref = names
    well_formed = (
        isinstance(livemode, bool)
        and all(isinstance(name, str) for name in names)
        and _NAME.fullmatch(event_id)
        and (not ref or _NAME.fullmatch(ref))
        and len(event_type) <= 255
    )
    if not well_formed:
        raise MalformedEvent
    kind = _kind(event_type, mode)
    return Event(id=event_id, type=event_type, kind=kind, livemode=livemode, ref=ref)


def _kind(event_type: str, mode: object) -> EventKind:
    if event_type.startswith(SESSION_EVENTS):
        return EventKind.SAVED_METHOD if mode == "setup" else EventKind.PAYMENT
    return EventKind.PAYMENT if event_type in PAYMENT_EVENTS else EventKind.OTHER


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


def _reusable(intent: Wire) -> MethodFacts | None:
    method = intent.get("payment_method")
    kept = intent.get("setup_future_usage") and isinstance(method, dict) and method.get("customer")
    return method_of(method) if kept and isinstance(method, dict) else None
