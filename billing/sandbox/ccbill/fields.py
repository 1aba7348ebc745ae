"""JSON bodies of the RESTful API: strict about what they say."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from billing.sandbox import access
from billing.sandbox.ccbill.errors import Refused
from billing.sandbox.play import Request

Fields = Mapping[str, Any]


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
            raise Refused("Problem with the attribute values", field=name)
    return found


def query_of(request: Request) -> Fields:
    """All that a query says here are whole numbers."""
    found = dict(parse_qsl(request.query))
    return {name: int(text) if text.isdecimal() else text for name, text in found.items()}


def whole(fields: Fields, name: str, default: int | None = None) -> int:
    """Raises Refused."""
    value = fields.get(name, default)
    if value is None:
        raise Refused("Attribute required", field=name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Refused("Problem with the attribute values", field=name)
    return value


def check_account(fields: Fields) -> None:
    """Raises Refused."""
    own = {
        "clientAccnum": int(access.CCBILL_ACCOUNT),
        "clientSubacc": int(access.CCBILL_SUBACCOUNT),
    }
    for name, number in own.items():
        if whole(fields, name) != number:
            raise Refused("Invalid client account.", code=100100)
