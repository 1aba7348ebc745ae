"""Amounts of money: integers in the currency's minor unit, and how people read and write them."""

import re
from decimal import Decimal

from django.utils.formats import get_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import Invalid

# ISO 4217: currencies whose minor unit is not a hundredth. And the ariary (MGA), whose fifths
# nobody uses: payment providers charge it whole.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW MGA PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)
_SYMBOLS = {
    "AUD": "A$",
    "BRL": "R$",
    "CAD": "CA$",
    "CNY": "CN¥",
    "EUR": "€",
    "GBP": "£",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "NZD": "NZ$",
    "USD": "$",
}
# Languages that write the symbol in front of the number; the others put it behind.
_SYMBOL_FIRST = {"en", "ga", "ja", "ko", "nl", "zh", "tr", "hi"}
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MINUS, _NO_BREAK = "\u2212", "\u00a0"
WHOLE_DIGITS = 9


def is_currency(code: str) -> bool:
    """Whether it has the form of an ISO 4217 code."""
    return _CURRENCY.fullmatch(code) is not None


def exponent(currency: str) -> int:
    """How many decimals the currency has. ValueError for what is no currency code."""
    if not is_currency(currency):
        raise ValueError(f"{currency!r} is not a currency code such as USD")
    return _EXPONENTS.get(currency, 2)


def to_decimal(amount: int, currency: str) -> Decimal:
    """1050 USD = Decimal("10.50"), with all decimals of the currency."""
    return Decimal(amount).scaleb(-exponent(currency))


def format_money(amount: int, currency: str) -> str:
    """`$1,234.50` or `12,50 €` as the active language writes it; it never breaks a line."""
    places = exponent(currency)
    number = number_format(
        to_decimal(abs(amount), currency), decimal_pos=places, use_l10n=True, force_grouping=True
    )
    symbol = _SYMBOLS.get(currency, currency)
    if (get_language() or "en").split("-")[0] in _SYMBOL_FIRST:
        gap = _NO_BREAK if symbol == currency else ""
        text = f"{symbol}{gap}{number}"
    else:
        text = f"{number}{_NO_BREAK}{symbol}"
    return f"{_MINUS}{text}" if amount < 0 else text


def parse_money(text: str, currency: str, *, field: str = "amount") -> int:
    """What a person typed, in minor units: `25`, `25.00`, `$25`, `25,00 €`.

    Thousands separators are refused: `1,000` could mean one or a thousand. Raises Invalid, naming
    `field`, for that and for everything else that is not one positive amount.
    """
    places = exponent(currency)
    found = _pattern(currency, places).fullmatch(text.strip())
    if found is None:
        example = number_format(to_decimal(25 * 10**places, currency), decimal_pos=places)
        message = _("Write the amount as a number, like 25 or %(example)s.")
        if not places:
            message = _("Write the amount as a whole number, like %(example)s.")
        raise Invalid(errors={field: [message % {"example": example}]})
    decimals = (found["decimals"] or "").ljust(places, "0")
    amount = int(found["whole"] + decimals)
    if not amount:
        raise Invalid(errors={field: [_("Write an amount of more than zero.")]})
    return amount


def _pattern(currency: str, places: int) -> re.Pattern[str]:
    # A comma before three digits may separate thousands: there only the language's own will do.
    separators = {".", str(get_format("DECIMAL_SEPARATOR"))} if places == 3 else {".", ","}
    point = "".join(map(re.escape, sorted(separators)))
    decimals = rf"(?:[{point}](?P<decimals>\d{{1,{places}}}))?" if places else "(?P<decimals>)"
    named = "|".join(map(re.escape, {currency, _SYMBOLS.get(currency, currency)}))
    gap = f"[ {_NO_BREAK}]?"
    whole = rf"(?P<whole>\d{{1,{WHOLE_DIGITS}}})"
    return re.compile(rf"(?:(?:{named}){gap})?{whole}{decimals}(?:{gap}(?:{named}))?", re.ASCII)
