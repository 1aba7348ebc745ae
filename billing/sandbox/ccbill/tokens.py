"""Payment tokens: made of an earlier sale, without any data of a card."""

import secrets
from datetime import datetime

from billing.sandbox.ccbill import sales
from billing.sandbox.ccbill.errors import Refused
from billing.sandbox.ccbill.fields import OWN, body_of, check_account, currency_of, query_of, whole
from billing.sandbox.ccbill.wire import ARIZONA, bare
from billing.sandbox.play import Request
from billing.sandbox.state import State, Wire

KIND = "ccbill.token"
DEFAULT_HOURS, DEFAULT_USES = 24, 1
_KNOWN = ("clientAccnum", "clientSubacc", "subscriptionId", "timeToLive", "validNumberOfUse")
_FOR_ZERO = "Customer and Payment Information required for zero Subscription ID."


def create(state: State, request: Request) -> Wire:
    """The sandbox takes no card, so `customerInfo` and `paymentInfo` are unknown to it."""
    fields = body_of(request, *_KNOWN)
    check_account(fields)
    number = whole(fields, "subscriptionId")
    if number == 0:
        raise Refused(_FOR_ZERO, field="subscriptionId")
    sale = sales.approved(state, str(number))
    if sale is None or sale["forgotten"]:
        raise Refused("Invalid Subscription ID.", field="subscriptionId")
    token = state.put(
        secrets.token_hex(16),
        KIND,
        sale=sale["id"],
        hours=whole(fields, "timeToLive", DEFAULT_HOURS),
        uses=whole(fields, "validNumberOfUse", DEFAULT_USES),
        created=state.now(),
        charged=[],
    )
    return _shown(token)


def show(state: State, request: Request, name: str) -> Wire:
    return _shown(get(state, name))


def needs_authentication(state: State, request: Request, name: str) -> bool:
    """Whether its owner must be there. Raises Refused."""
    token = get(state, name)
    currency_of(query_of(request))
    sale = sales.approved(state, token["sale"])
    return sale is not None and sales.needs_a_person(state, sale)


def get(state: State, name: str) -> Wire:
    """Raises Refused."""
    token = state.find(name)
    if token is None or token["object"] != KIND:
        raise Refused("Payment token not found.", status=404, code=100101)
    return token


def is_spent(state: State, token: Wire) -> bool:
    ended = token["created"] + token["hours"] * 3600 <= state.now()
    return bool(ended or len(token["charged"]) >= token["uses"])


def _shown(token: Wire) -> Wire:
    made = datetime.fromtimestamp(token["created"], ARIZONA)
    return {
        "paymentTokenId": token["id"],
        "programParticipationId": None,
        "originalPaymentTokenId": None,
        **OWN,
        "createdDatetime": f"{made:%Y-%m-%dT%H:%M:%S}",
        "timeToLive": token["hours"],
        "validNumberOfUse": token["uses"],
        "subscriptionId": bare(token["sale"]),
        "paymentInfoId": None,
    }
