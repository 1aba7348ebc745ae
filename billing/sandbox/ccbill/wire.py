"""CCBill's ways to write money, moments and numbers, and its digests."""

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from billing.sandbox import access
from billing.sandbox.state import State
from billing.sandbox.stripe.wire import Refused
from core.money import exponent, to_decimal

CURRENCIES = {
    "840": "USD",
    "978": "EUR",
    "826": "GBP",
    "124": "CAD",
    "036": "AUD",
    "392": "JPY",
}
ACCOUNT = {"clientAccnum": access.CCBILL_ACCOUNT, "clientSubacc": access.CCBILL_SUBACCOUNT}
CODES = {name: code for code, name in CURRENCIES.items()}
PERIOD_DAYS = 30  # of the subscription that each sale is
ARIZONA = timezone(timedelta(hours=-7))  # all year
_PRICE = re.compile(r"\d{1,7}(\.\d{1,2})?", re.ASCII)
_ELEMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
_STAMP, _COMPACT = "%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S"


class NotPossible(Refused):
    """What a sale does not allow now, as the control API says it."""


def price(amount: int, currency: str) -> str:
    """With two decimals in every currency."""
    return f"{to_decimal(amount, currency):.2f}"


def amount_of(text: str, currency: str) -> int | None:
    """Of a price; None for what is none that can be paid in the currency."""
    if _PRICE.fullmatch(text) is None:
        return None
    amount = Decimal(text).scaleb(exponent(currency))
    return int(amount) if amount == int(amount) and amount > 0 else None


def is_passed_name(name: str) -> bool:
    """Whether CCBill passes it through: the name of an XML element."""
    return _ELEMENT.fullmatch(name) is not None


def stamp(moment: float) -> str:
    """As webhooks write it: without a zone."""
    return datetime.fromtimestamp(moment, ARIZONA).strftime(_STAMP)


def compact(moment: float) -> str:
    """As DataLink writes it."""
    return datetime.fromtimestamp(moment, ARIZONA).strftime(_COMPACT)


def from_compact(text: str) -> float | None:
    if re.fullmatch(r"\d{14}", text, re.ASCII) is None:
        return None
    try:
        return datetime.strptime(text, _COMPACT).replace(tzinfo=ARIZONA).timestamp()
    except ValueError:
        return None


def new_number(state: State) -> str:
    """19 digits with a zero in front, more than a float holds: year, day of it, and what follows.
    CCBill keeps a number; its RESTful API writes it without that zero, all others with it."""
    day = datetime.fromtimestamp(state.now(), UTC)
    while True:
        name = f"09{day:%y%j}{secrets.randbelow(10**12):012}"
        if state.find(name) is None:
            return name


def padded(number: str) -> str:
    """As the sandbox keeps it, whichever way it was written."""
    return number.zfill(19)


def bare(number: str) -> str:
    """As the RESTful API writes it."""
    return number.lstrip("0")


def form_digest(price: str, period: str, currency_code: str) -> str:
    """What the site puts on a link to the form; without it anybody could write another price."""
    return _md5(f"{price}{period}{currency_code}{access.secret('ccbill-salt')}")


def response_digest(number: str, *, approved: bool) -> str:
    """What a webhook carries; of neither amount nor event."""
    return _md5(f"{number}{int(approved)}{access.secret('ccbill-salt')}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
