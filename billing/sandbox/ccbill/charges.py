"""Charges by a payment token. Their webhooks are those of an upsale."""

from decimal import Decimal
from typing import Any

from django.conf import settings

from billing.sandbox.ccbill import sales, tokens
from billing.sandbox.ccbill.cards import DECLINES
from billing.sandbox.ccbill.errors import Refused, absent, wrong
from billing.sandbox.ccbill.fields import (
    OWN,
    Fields,
    body_of,
    check_account,
    currency_of,
    query_of,
    whole,
)
from billing.sandbox.ccbill.wire import PERIOD_DAYS, amount_of, bare, is_passed_name
from billing.sandbox.play import Request
from billing.sandbox.state import State, Wire

_KNOWN = (
    *("clientAccnum", "clientSubacc", "initialPrice", "initialPeriod", "currencyCode"),
    *("createNewPaymentToken", "passThroughInfo"),
)


def charge(state: State, request: Request, name: str) -> Wire:
    """Declined is an answer, not an error, and uses the token up as well."""
    token = tokens.get(state, name)
    fields = body_of(request, *_KNOWN)
    check_account(fields)
    currency = currency_of(fields)
    amount, passed = _amount(fields, currency), _passed(fields)
    if whole(fields, "initialPeriod") != PERIOD_DAYS:
        raise wrong("initialPeriod")
    if tokens.is_spent(state, token):
        raise Refused("Expired payment token.", code=100102)
    sale = sales.sell(
        state,
        state.objects[token["sale"]]["card"],
        amount=amount,
        currency=currency,
        passed=passed,
        original=state.objects[token["sale"]],
    )
    token["charged"].append(sale["id"])
    return _shown(sale)


def charged(state: State, request: Request, name: str) -> list[Wire]:
    """What was charged by a token; what was declined is no charge."""
    token = tokens.get(state, name)
    fields = query_of(request)
    check_account({"clientSubacc": OWN["clientSubacc"], **fields})
    return [
        {**OWN, "subscriptionId": bare(number)}
        for number in token["charged"]
        if sales.approved(state, number)
    ]


def _amount(fields: Fields, currency: str) -> int:
    value = fields.get("initialPrice")
    if value is None:
        raise absent("initialPrice")
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise wrong("initialPrice")
    amount = amount_of(str(value), currency)
    if amount is None or not settings.CCBILL_MIN <= amount <= settings.CCBILL_MAX:
        raise wrong("initialPrice")
    return amount


def _passed(fields: Fields) -> dict[str, str]:
    pairs: Any = fields.get("passThroughInfo", [])
    try:
        passed = {pair["name"]: pair["value"] for pair in pairs}
        texts = [*passed.values()]
    except (TypeError, KeyError) as error:
        raise wrong("passThroughInfo") from error
    good = all(isinstance(name, str) and is_passed_name(name) for name in passed)
    if not good or not all(isinstance(text, str) for text in texts):
        raise wrong("passThroughInfo")
    return passed


def _shown(sale: Wire) -> Wire:
    approved = sale["status"] == "approved"
    text = None if approved else DECLINES[sale["decline"]][0]
    return {
        "declineCode": None if approved else sale["decline"],
        "declineText": text,
        "denialId": None if approved else int(sale["id"]),
        "approved": approved,
        "paymentUniqueId": "sandbox" if approved else None,
        "sessionId": None,
        "subscriptionId": bare(sale["id"]) if approved else None,
        "newPaymentTokenId": None,
    }
