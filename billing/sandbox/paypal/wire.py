"""PayPal's wire format: JSON in and out, amounts as texts, errors and links in its shapes."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from billing.sandbox import access, play
from billing.sandbox.state import Wire
from core.money import exponent, to_decimal

Body = dict[str, Any]
_CURRENCIES = "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD"
CURRENCIES = frozenset([*_CURRENCIES.split(), "THB", "TWD", "USD"])
NO_DECIMALS = ("HUF", "JPY", "TWD")
LONGEST = 127  # of custom_id and invoice_id

_VALUE = re.compile(r"\d{1,15}(?:\.\d{1,3})?", re.ASCII)
_WRONG_FORM = "The value of a field does not conform to the expected format."
_MESSAGES = {
    "INVALID_REQUEST": "Request is not well-formed, syntactically incorrect, or violates schema.",
    "RESOURCE_NOT_FOUND": "The specified resource does not exist.",
    "RESOURCE_CONFLICT": "The server has detected a conflict while processing this request.",
    "UNPROCESSABLE_ENTITY": "The requested action could not be performed, semantically incorrect, "
    "or failed business validation.",
    "UNSUPPORTED_MEDIA_TYPE": "The server does not support the request payload's media type.",
    "INTERNAL_SERVER_ERROR": "An internal server error has occurred.",
}


class Refused(play.Refused):
    """An error in PayPal's shape: its name says the status, `issue` what it is about."""

    def __init__(
        self,
        issue: str,
        text: str,
        *,
        status: int = 422,
        name: str = "UNPROCESSABLE_ENTITY",
        field: str = "",
        links: list[Wire] | None = None,
    ) -> None:
        detail = {"field": field} if field else {}
        body: Wire = {
            "name": name,
            "message": _MESSAGES[name],
            "debug_id": secrets.token_hex(7)[:13],
            "details": [{**detail, "issue": issue, "description": text}],
            "links": links or [],
        }
        super().__init__(text, status=status, body=body)


def malformed(issue: str, text: str, *, field: str = "") -> Refused:
    return Refused(issue, text, status=400, name="INVALID_REQUEST", field=field)


def wrong_form(field: str) -> Refused:
    return malformed("INVALID_PARAMETER_SYNTAX", _WRONG_FORM, field=field)


def wrong_choice(field: str) -> Refused:
    text = "The value of a field is not one of those that are allowed."
    return malformed("INVALID_PARAMETER_VALUE", text, field=field)


def missing() -> Refused:
    text = "Specified resource ID does not exist. Please check the resource ID and try again."
    return Refused("INVALID_RESOURCE_ID", text, status=404, name="RESOURCE_NOT_FOUND")


def broken() -> Refused:
    text = "Please try again later."
    return Refused("INTERNAL_SERVER_ERROR", text, status=500, name="INTERNAL_SERVER_ERROR")


def parse(text: str, kind: str) -> Body:
    """The body of a call; `kind` is its media type, and no text an empty object."""
    if kind.partition(";")[0].strip().lower() != "application/json":
        told, name = "The body is to be JSON.", "UNSUPPORTED_MEDIA_TYPE"
        raise Refused("INVALID_CONTENT_TYPE", told, status=415, name=name)
    try:
        body = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise malformed("MALFORMED_REQUEST_JSON", "The request JSON is not well formed.") from error
    if not isinstance(body, dict):
        raise malformed("MALFORMED_REQUEST_JSON", "The request is no JSON object.")
    return body


def only(body: Mapping[str, Any], *known: str, at: str = "") -> None:
    """PayPal leaves what it does not know aside; here a misspelled name is found."""
    for name in body:
        if name not in known:
            text = "This field is not known."
            raise malformed("INVALID_PARAMETER_SYNTAX", text, field=f"{at}/{name}")


def required(body: Mapping[str, Any], name: str, *, at: str = "") -> Any:
    if body.get(name) in (None, "", {}, []):
        text = "A required field / parameter is missing."
        raise malformed("MISSING_REQUIRED_PARAMETER", text, field=f"{at}/{name}")
    return body[name]


def inner(body: Mapping[str, Any], name: str, *, at: str = "") -> Body:
    """The object `name`, empty if it is not there."""
    found = body.get(name, {})
    if not isinstance(found, dict):
        raise wrong_form(f"{at}/{name}")
    return found


def text_of(body: Mapping[str, Any], name: str, *, longest: int = LONGEST) -> str:
    text = body.get(name, "")
    if not isinstance(text, str) or len(text) > longest:
        told = "The value of a field is either too short or too long."
        raise malformed("INVALID_STRING_LENGTH", told, field=f"/{name}")
    return text


def amount_of(money: Any, *, at: str) -> tuple[int, str]:
    """Minor units and currency. Raises Refused for what PayPal takes for no amount."""
    if not isinstance(money, dict):
        raise malformed("MISSING_REQUIRED_PARAMETER", "An amount is required.", field=at)
    only(money, "currency_code", "value", at=at)
    currency, value = required(money, "currency_code", at=at), required(money, "value", at=at)
    if currency not in CURRENCIES:
        text = "Currency code is currently not supported."
        raise Refused("CURRENCY_NOT_SUPPORTED", text, field=f"{at}/currency_code")
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise wrong_form(f"{at}/value")
    decimals = len(value.partition(".")[2])
    if decimals and currency in NO_DECIMALS:
        text = "Currency does not support decimals."
        raise Refused("DECIMALS_NOT_SUPPORTED", text, field=f"{at}/value")
    if decimals > exponent(currency):
        text = "If the currency supports decimals, only two decimal place precision is supported."
        raise Refused("DECIMAL_PRECISION", text, field=f"{at}/value")
    amount = int(Decimal(value).scaleb(exponent(currency)))
    if not amount:
        text = "Must be greater than zero."
        raise Refused("CANNOT_BE_ZERO_OR_NEGATIVE", text, field=f"{at}/value")
    return amount, currency


def money(amount: int, currency: str) -> Wire:
    value = to_decimal(amount, currency)
    text = f"{value:.0f}" if currency in NO_DECIMALS else f"{value:.{exponent(currency)}f}"
    return {"currency_code": currency, "value": text}


def smallest(currency: str) -> int:
    """The least amount that PayPal can write down, in minor units."""
    return int(10 ** exponent(currency)) if currency in NO_DECIMALS else 1


def timestamp(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def moment_of(text: str, *, field: str) -> float:
    """Seconds, of a time with its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise wrong_form(field)
    return moment.timestamp()


def link(rel: str, path: str, method: str = "GET") -> Wire:
    return {"href": f"{access.paypal_url()}{path}", "rel": rel, "method": method}


def number_in(query: Mapping[str, Any], name: str, *, usual: int, most: int) -> int:
    """Raises Refused for what is not a number from one to `most`."""
    text = str(query.get(name, usual))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise malformed("INVALID_PARAMETER_VALUE", _WRONG_FORM, field=f"/{name}")
    return int(text)


def paged(
    things: list[Wire], query: Mapping[str, Any], path: str, *, most: int
) -> tuple[list[Wire], list[Wire]]:
    """One page of them, and its links: `next` leads to the one behind it."""
    size = number_in(query, "page_size", usual=10, most=most)
    start = number_in(query, "next_page_token", usual=1, most=len(things) + 1) - 1
    links = [link("self", path)]
    if start + size < len(things):
        rest = {**query, "next_page_token": start + size + 1}
        links.append(link("next", f"{path}?{urlencode(rest)}"))
    return things[start : start + size], links
