"""PayPal's objects, as plain data, in words of the product."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from billing.items import MethodFacts, PaymentFacts
from billing.providers.errors import NoAnswer, ProviderRefused
from billing.providers.messages import Outcome, PaymentReport
from billing.providers.paypal_client import UNREADABLE, Wire, access
from core.money import exponent, is_currency, to_decimal

ORDER, CAPTURE, REFUND, DISPUTE = "order", "capture", "refund", "dispute"
REVERSAL, SETUP, TOKEN = "reversal", "setup", "token"

CURRENCIES = (
    *("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS"),
    *("JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD"),
)
# PayPal takes these whole, although they have hundredths.
_WHOLE = frozenset({"HUF", "TWD"})
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_VALUE = re.compile(r"-?(?:\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})", re.ASCII)
_OF_ORDER = {
    "APPROVED": Outcome.APPROVED,
    "VOIDED": Outcome.CANCELED,
    "COMPLETED": Outcome.PROCESSING,  # until its capture says more
}
_OF_CAPTURE = {
    "COMPLETED": Outcome.SUCCEEDED,
    "PARTIALLY_REFUNDED": Outcome.SUCCEEDED,
    "REFUNDED": Outcome.SUCCEEDED,
    "PENDING": Outcome.PROCESSING,
    "DECLINED": Outcome.FAILED,
    "FAILED": Outcome.FAILED,
}
_BEST_FIRST = (Outcome.SUCCEEDED, Outcome.PROCESSING, Outcome.FAILED)

logger = logging.getLogger("billing.paypal")


@contextmanager
def reading() -> Iterator[None]:
    """An answer of another form says nothing: neither that money moved nor that none did. Around
    whoever asks PayPal and reads what it tells. Raises NoAnswer."""
    try:
        yield
    except UNREADABLE as error:
        # Without its text, which may be a part of the answer.
        logger.warning("paypal's answer has another form", extra={"error": type(error).__name__})
        raise NoAnswer from None


def ref(kind: str, name: object) -> str:
    """PayPal's names do not say what they name: ours do."""
    return f"{kind}:{name}"


def name_in(text: str, kind: str) -> str:
    """What `kind:name` names; "" for another kind, and for what could not be a name."""
    found, _, name = text.partition(":")
    return name if found == kind and _NAME.fullmatch(name) else ""


def name_of(name: object) -> str:
    """Of what PayPal names. Raises ValueError for what could not be a name."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError
    return name


def step_of(currency: str) -> int:
    """What every amount is a multiple of, in our units."""
    return int(10 ** exponent(currency)) if currency in _WHOLE else 1


def to_wire(amount: int, currency: str) -> dict[str, str]:
    """Raises ProviderRefused for a part of what PayPal takes whole."""
    if amount % step_of(currency):
        raise ProviderRefused(reason="DECIMALS_NOT_SUPPORTED")
    value = to_decimal(amount, currency)
    if currency in _WHOLE:
        value = value.to_integral_value()
    return {"currency_code": currency, "value": f"{value:f}"}


def from_wire(money: Any) -> int:
    """Not an amount, or not whole in our units: -1, which no payment has."""
    amount = signed(money)
    return -1 if amount is None or amount < 0 else amount


def signed(money: Any) -> int | None:
    """None for what is no amount in our units."""
    currency, text = currency_of(money), str(money.get("value", "")) if money else ""
    if not is_currency(currency) or not _VALUE.fullmatch(text):
        return None
    amount = Decimal(text).scaleb(exponent(currency))
    return int(amount) if amount == amount.to_integral_value() else None


def currency_of(money: Any) -> str:
    return str(money.get("currency_code", "")) if money else ""


def moment_of(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def custom_id(user_sub: str, payment_id: str) -> str:
    return f"{user_sub}:{payment_id}"


def payment_of(order: Wire, captured: Wire | None = None) -> PaymentReport | None:
    """What an order came to; of the payment `captured` of it, or of the best one."""
    unit = _first(order.get("purchase_units"))
    capture = _deciding(captured, _best(unit))
    custom = capture.get("custom_id") or unit.get("custom_id") or ""
    user_sub, _, payment_id = custom.partition(":")
    if not payment_id:
        return None
    outcome = _outcome(order, capture, is_asked=captured is not None)
    money = capture.get("amount") or unit.get("amount") or {}
    failed = outcome in (Outcome.FAILED, Outcome.OPEN)
    return PaymentReport(
        outcome=outcome,
        payment_id=payment_id,
        user_sub=user_sub,
        customer=_customer(_vault(order)),
        facts=PaymentFacts(
            amount=from_wire(money),
            currency=currency_of(money),
            livemode=access().livemode,
            provider_ids=_refs(order, capture),
        ),
        failure_code=_reason(capture) if failed else "",
        method=_reusable(_vault(order)),
        fee=_fee(capture, currency_of(money)),
    )


def method_of(token: object) -> MethodFacts:
    """PayPal tells the payer's address beside it, which nobody here needs to keep."""
    return MethodFacts(
        provider_ref=ref(TOKEN, name_of(token)),
        type="paypal",
        brand="",
        last4="",
        livemode=access().livemode,
    )


def link_of(thing: Wire, *rels: str) -> str:
    links = [each for each in thing.get("links") or [] if each.get("rel") in rels]
    return str(links[0]["href"]) if links else ""


def _outcome(order: Wire, capture: Wire, *, is_asked: bool) -> Outcome:
    """A payment that was declined while its order can still be paid decides nothing. Asked about
    by itself it is not taken again either: each refusal would be told of, and tried anew."""
    status = str(order.get("status", ""))
    of_order = _OF_ORDER.get(status, Outcome.OPEN)
    of_capture = _OF_CAPTURE.get(str(capture.get("status", ""))) if capture else None
    if of_capture is None:
        return of_order
    if of_capture is Outcome.FAILED and status not in ("COMPLETED", "VOIDED", ""):
        return Outcome.OPEN if is_asked else of_order
    return of_capture


def _best(unit: Wire) -> Wire:
    captures = (unit.get("payments") or {}).get("captures") or []
    for outcome in _BEST_FIRST:
        for capture in reversed(captures):
            if _OF_CAPTURE.get(capture.get("status")) is outcome:
                return dict(capture)
    return {}


def _deciding(captured: Wire | None, best: Wire) -> Wire:
    """The word of a declined try may come when the next one is under way, or was paid."""
    if captured is None:
        return best
    is_behind = best and _is_declined(captured) and not _is_declined(best)
    return best if is_behind else captured


def _is_declined(capture: Wire) -> bool:
    return _OF_CAPTURE.get(str(capture.get("status", ""))) is Outcome.FAILED


def _refs(order: Wire, capture: Wire) -> dict[str, str]:
    found = {"session": (ORDER, order), "intent": (CAPTURE, capture)}
    return {kind: ref(of, name_of(thing["id"])) for kind, (of, thing) in found.items() if thing}


def _reason(capture: Wire) -> str:
    return str((capture.get("status_details") or {}).get("reason") or "")


def _fee(capture: Wire, currency: str) -> int | None:
    told = (capture.get("seller_receivable_breakdown") or {}).get("paypal_fee")
    if not told or currency_of(told) != currency:
        return None
    fee = from_wire(told)
    return fee if fee >= 0 else None


def _vault(order: Wire) -> Wire:
    source = (order.get("payment_source") or {}).get("paypal") or {}
    return dict((source.get("attributes") or {}).get("vault") or {})


def _customer(vault: Wire) -> str:
    return str((vault.get("customer") or {}).get("merchant_customer_id") or "")


def _reusable(vault: Wire) -> MethodFacts | None:
    """One that is only APPROVED comes later, by its own event."""
    is_kept = vault.get("status") == "VAULTED" and vault.get("id")
    return method_of(vault["id"]) if is_kept else None


def _first(found: Any) -> Wire:
    return dict(found[0]) if found else {}
