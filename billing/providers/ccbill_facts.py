"""CCBill's words for money, cards and refusals, in words of the product."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from billing.items import DisputeStatus, MethodFacts, PaymentFacts
from billing.providers.ccbill_forms import Pass
from billing.providers.messages import (
    DisputeReport,
    Outcome,
    PaymentReport,
    RefundOutcome,
    RefundReport,
)
from core.money import exponent, to_decimal

# All currencies that CCBill takes, as ISO 4217 numbers them
CURRENCY_CODES = {
    "USD": "840",
    "EUR": "978",
    "GBP": "826",
    "CAD": "124",
    "AUD": "036",
    "JPY": "392",
}
PERIOD = "30"  # days that the "subscription" of a single payment runs; nothing recurs
SUBSCRIPTION, TRANSACTION, TOKEN, CARD = "subscription:", "transaction:", "token:", "card:"
REFUND, DISPUTE, RETURN, DENIAL = "refund:", "dispute:", "return:", "denial:"

_ARIZONA = timezone(timedelta(hours=-7))  # all year
_NAMES = {code: name for name, code in CURRENCY_CODES.items()}
_AMOUNT = re.compile(r"\d{1,9}(?:\.\d{1,2})?", re.ASCII)
_STAMP = re.compile(r"\d{14}", re.ASCII)
_EXPIRY = re.compile(r"(0[1-9]|1[0-2])(\d\d)", re.ASCII)
_BRANDS = {"american express": "amex", "diners club": "diners", "master card": "mastercard"}
_DECLINES = {
    "4": "processing_error",
    "5": "incorrect_number",
    "6": "expired_card",
    "9": "processing_error",
    "14": "incorrect_cvc",
    "22": "processing_error",
    "23": "incorrect_number",
    "25": "processing_error",
    "27": "processing_error",
    "31": "expired_card",
    "34": "insufficient_funds",
}


def number_of(text: str) -> str:
    """Its names of sales have 19 digits, and lose the zero in front where they are written as a
    number, as in its RESTful API."""
    return text.lstrip("0").zfill(19)


def price_of(amount: int, currency: str) -> str:
    """Two decimals whatever the currency, as its forms want it."""
    return f"{to_decimal(amount, currency):.2f}"


def amount_of(text: str, currency: str) -> int:
    """-1, which no payment has, for what is no amount that is whole in our units."""
    if not _AMOUNT.fullmatch(text) or currency not in CURRENCY_CODES:
        return -1
    value = Decimal(text).scaleb(exponent(currency))
    return int(value) if value == int(value) else -1


def currency_of(text: str) -> str:
    """By its number or its name; what CCBill does not take stays as it was told."""
    return _NAMES.get(text.zfill(3), text.upper())


def moment_of(digits: str) -> datetime:
    """Of YYYYMMDDhhmmss, which has no zone but is Arizona's. ValueError, also for fewer digits:
    Python would read a time of them, and another one."""
    if not _STAMP.fullmatch(digits):
        raise ValueError
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=_ARIZONA).astimezone(UTC)


def time_of(text: str) -> datetime | None:
    """Of a time in any of its spellings; None for what is none."""
    try:
        return moment_of(re.sub(r"\D", "", text))
    except ValueError:
        return None


def stamp_of(moment: datetime) -> str:
    return f"{moment.astimezone(_ARIZONA):%Y%m%d%H%M%S}"


def failure_of(code: str) -> str:
    """Most banks do not say what they had against a card."""
    return _DECLINES.get(code, "card_declined")


def sale(
    told: Mapping[str, str], given: Pass, *, livemode: bool, doubt: str, saves_cards: bool
) -> PaymentReport:
    """Of a webhook that tells of one; `given` is the pass that came with it."""
    currency = currency_of(told.get("currency", ""))
    subscription = told.get("subscriptionId", "")
    refs = {"intent": f"{SUBSCRIPTION}{subscription}"}
    if transaction := told.get("transactionId", ""):
        refs["charge"] = f"{TRANSACTION}{transaction}"
    return PaymentReport(
        outcome=Outcome.SUCCEEDED,
        payment_id=given.payment_id,
        user_sub=given.user_sub,
        customer="",
        facts=PaymentFacts(
            amount=amount_of(told.get("amount", ""), currency),
            currency=currency,
            livemode=livemode,
            provider_ids=refs,
            moved_at=time_of(told.get("timestamp", "")),
        ),
        method=_card(told, subscription, livemode) if saves_cards else None,
        doubt=doubt,
    )


def unpaid(
    given: Pass, outcome: Outcome, *, livemode: bool, failure_code: str = "", doubt: str = ""
) -> PaymentReport:
    """Of which nothing more is known: its facts say nothing."""
    return PaymentReport(
        outcome=outcome,
        payment_id=given.payment_id,
        user_sub=given.user_sub,
        customer="",
        facts=PaymentFacts(amount=0, currency="", livemode=livemode),
        failure_code=failure_code,
        doubt=doubt,
    )


def refund(ref: str, told: Mapping[str, str], *, livemode: bool) -> RefundReport:
    currency = currency_of(told.get("currency", ""))
    return RefundReport(
        ref=ref,
        payment_ref=f"{SUBSCRIPTION}{told.get('subscriptionId', '')}",
        outcome=RefundOutcome.SUCCEEDED,
        amount=amount_of(told.get("amount", ""), currency),
        currency=currency,
        livemode=livemode,
        is_unnamed=True,
        moved_at=time_of(told.get("timestamp", "")),
    )


def dispute(ref: str, told: Mapping[str, str], *, livemode: bool) -> DisputeReport:
    """The money is gone when it is told of, and there is nothing to answer here."""
    currency = currency_of(told.get("currency", ""))
    return DisputeReport(
        ref=ref,
        payment_ref=f"{SUBSCRIPTION}{told.get('subscriptionId', '')}",
        status=DisputeStatus.LOST,
        amount=amount_of(told.get("amount", ""), currency),
        currency=currency,
        livemode=livemode,
        reason=told.get("reason", ""),
        taken=True,
        moved_at=time_of(told.get("timestamp", "")),
    )


def _card(told: Mapping[str, str], subscription: str, livemode: bool) -> MethodFacts | None:
    """What paid, if it is a card: the sale's own name is what it is charged by again."""
    brand = told.get("brand", "").lower()
    if not brand:
        return None
    until = _EXPIRY.fullmatch(told.get("expDate", ""))
    return MethodFacts(
        provider_ref=f"{CARD}{subscription}",
        type="card",
        brand=_BRANDS.get(brand, brand),
        last4=told.get("last4", ""),
        exp_month=int(until[1]) if until else 0,
        exp_year=2000 + int(until[2]) if until else 0,
        livemode=livemode,
    )
