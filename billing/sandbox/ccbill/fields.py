"""JSON bodies of the RESTful API: strict about what they say."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from billing.sandbox.ccbill.errors import Refused, absent, wrong
from billing.sandbox.ccbill.wire import ACCOUNT, CURRENCIES
from billing.sandbox.play import Request

Fields = Mapping[str, Any]
OWN = {name: int(number) for name, number in ACCOUNT.items()}


def body_of(request: Request, *known: str) -> Fields:
    """Raises Refused."""
    if request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise Refused("Unsupported Media Type", status=415, code=100014)
    try:
        found = json.loads(request.text, parse_float=Decimal)
    except ValueError as error:
        raise Refused("The body is not JSON.", code=100013) from error
    if not isinstance(found, dict):
        raise Refused("The body is no object.", code=100013)
    for name in found:
        if name not in known:
            raise wrong(name)
    return found


def query_of(request: Request) -> Fields:
    """All that a query says here are whole numbers."""
    found = dict(parse_qsl(request.query))
    return {name: int(text) if text.isdecimal() else text for name, text in found.items()}


def whole(fields: Fields, name: str, default: int | None = None) -> int:
    """Raises Refused."""
    value = fields.get(name, default)
    if value is None:
        raise absent(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise wrong(name)
    return value


def currency_of(fields: Fields) -> str:
    """Raises Refused."""
    code = f"{whole(fields, 'currencyCode'):03}"
    if code not in CURRENCIES:
        raise wrong("currencyCode")
    return CURRENCIES[code]


def check_account(fields: Fields) -> None:
    """Raises Refused."""
    for name, number in OWN.items():
        if whole(fields, name) != number:
            raise Refused("Invalid client account.", code=100100)
