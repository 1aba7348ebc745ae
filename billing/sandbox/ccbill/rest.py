"""CCBill's RESTful API: payment tokens of earlier sales, and charges by them. It knows no
idempotency keys: what is charged once is a token that can be used once."""

import json
import re
from collections.abc import Callable
from typing import Any

from billing.sandbox.ccbill import bearer, charges, tokens
from billing.sandbox.ccbill.errors import Refused, broken_error
from billing.sandbox.play import Answer, Request
from billing.sandbox.state import State

PREFIX = "/ccbill/"
VERSIONS = {
    "application/vnd.mcn.transaction-service.api.v.1+json": 1,
    "application/vnd.mcn.transaction-service.api.v.2+json": 2,
}
_NAME = "([0-9a-f]{32})"
Do = Callable[..., Any]
_ROUTES: list[tuple[str, re.Pattern[str], Do]] = [
    (method, re.compile(f"/ccbill/{path}"), do)
    for method, path, do in (
        ("POST", "payment-tokens/merchant-only", tokens.create),
        ("GET", f"payment-tokens/{_NAME}", tokens.show),
        ("GET", f"payment-tokens/{_NAME}/threeds-required", tokens.needs_authentication),
        ("POST", f"transactions/payment-tokens/{_NAME}", charges.charge),
        ("GET", f"transactions/payment-tokens/{_NAME}", charges.charged),
    )
]


def answer(state: State, request: Request) -> Answer:
    """Raises Refused."""
    if request.path == bearer.PATH:
        return _written(bearer.issue(state, request), "application/json")
    bearer.check(state, request)
    try:
        return _answer(state, request)
    except Refused as refused:
        refused.body["url"] = request.path.removeprefix("/ccbill")
        raise


def broken(request: Request) -> Answer:
    """Raises Refused."""
    raise broken_error()


def _answer(state: State, request: Request) -> Answer:
    do, names = _route(request)
    accepted = request.headers.get("Accept", "")
    if accepted not in VERSIONS:
        raise Refused("Not Acceptable", status=406, code=100015)
    found = do(state, request, *names)
    return _written(_in_version(found, VERSIONS[accepted]), accepted)


def _route(request: Request) -> tuple[Do, tuple[str, ...]]:
    known = False
    for method, pattern, do in _ROUTES:
        if match := pattern.fullmatch(request.path):
            if method == request.method:
                return do, match.groups()
            known = True
    if known:
        raise Refused("Method Not Allowed", status=405, code=130000)
    raise Refused("Not Found", status=404, code=130000)


def _in_version(found: Any, version: int) -> Any:
    """The first version writes the number of a subscription as a number."""
    if isinstance(found, dict) and version == 1 and found.get("subscriptionId"):
        return {**found, "subscriptionId": int(found["subscriptionId"])}
    return found


def _written(found: Any, kind: str) -> Answer:
    return Answer(status=200, body=json.dumps(found).encode(), headers={"Content-Type": kind})
