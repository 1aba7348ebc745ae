"""DataLink's subscriptionManagement.cgi: what became of a sale, and money back. Its answers are
numbers; the caller learns nothing more of why."""

from collections.abc import Callable
from enum import IntEnum
from urllib.parse import parse_qsl

from billing.sandbox import access
from billing.sandbox.ccbill import reversals, sales, webhooks
from billing.sandbox.ccbill.wire import ACCOUNT, PERIOD_DAYS, NotPossible, amount_of, compact, stamp
from billing.sandbox.play import Answer, Request
from billing.sandbox.state import State, Wire

PATH = "/datalink/utils/subscriptionManagement.cgi"
PERIOD_SECONDS = PERIOD_DAYS * 24 * 3600


class Code(IntEnum):
    DONE = 1
    FAILED = 0
    NOT_AUTHENTICATED = -1
    BAD_SUBSCRIPTION = -2
    UNKNOWN = -3
    OTHER_ACCOUNT = -4
    BAD_ARGUMENTS = -5
    BAD_ACTION = -6
    BROKEN = -7


Params = dict[str, str]
Results = dict[str, str] | Code


class _Ended(Exception):
    """With a code in place of a result."""

    def __init__(self, code: Code) -> None:
        self.code = code


def answer(state: State, request: Request) -> Answer:
    params = given(request)
    try:
        results = _results(state, params)
    except _Ended as ended:
        results = ended.code
    return _written(results, params)


def broken(request: Request) -> Answer:
    """An error of its own, which does not say whether anything was done."""
    return _written(Code.BROKEN, given(request))


def given(request: Request) -> Params:
    return dict(parse_qsl(request.query)) | dict(parse_qsl(request.text))


def sent(text: str, kind: str) -> Answer:
    return Answer(
        status=200, body=text.encode(), headers={"Content-Type": f"{kind}; charset=utf-8"}
    )


def is_authenticated(params: Params) -> bool:
    own = (access.CCBILL_ACCOUNT, *access.ccbill_datalink())
    return own == tuple(params.get(name) for name in ("clientAccnum", "username", "password"))


def _results(state: State, params: Params) -> Results:
    if not is_authenticated(params):
        raise _Ended(Code.NOT_AUTHENTICATED)
    if (action := _ACTIONS.get(params.get("action", ""))) is None:
        raise _Ended(Code.BAD_ACTION)
    number = params.get("subscriptionId", "")
    if not (number.isascii() and number.isdigit()):
        raise _Ended(Code.BAD_SUBSCRIPTION)
    sale = sales.approved(state, number)
    if sale is None:
        raise _Ended(Code.UNKNOWN)
    if params.get("usingSubacc", params.get("clientSubacc")) != access.CCBILL_SUBACCOUNT:
        raise _Ended(Code.OTHER_ACCOUNT)
    try:
        return action(state, sale, params)
    except NotPossible:
        return Code.FAILED


def _status(state: State, sale: Wire, params: Params) -> Results:
    """A sale of a single payment is active until its period is over or its money went back."""
    ends = sale["canceled"] or sale["created"] + PERIOD_SECONDS
    kinds = (reversals.CHARGED_BACK, reversals.REFUNDED, reversals.VOIDED)
    chargebacks, refunds, voids = (len(reversals.of_sale(state, sale, kind)) for kind in kinds)
    return {
        **({"cancelDate": compact(sale["canceled"])} if sale["canceled"] else {}),
        "chargebacksIssued": str(chargebacks),
        "expirationDate": compact(ends),
        "recurringSubscription": "0",
        "refundsIssued": str(refunds),
        "returnsIssued": "0",
        "signupDate": compact(sale["created"]),
        "subscriptionStatus": "1" if state.now() < ends else "0",
        "timesRebilled": "0",
        "voidsIssued": str(voids),
    }


def _refund(state: State, sale: Wire, params: Params) -> Results:
    reversals.refund(state, sale, _amount(sale, params), reason=reversals.BY_DATALINK)
    return Code.DONE


def _void(state: State, sale: Wire, params: Params) -> Results:
    if "amount" in params:
        raise _Ended(Code.BAD_ARGUMENTS)
    reversals.void(state, sale, reason=reversals.BY_DATALINK)
    return Code.DONE


def _void_or_refund(state: State, sale: Wire, params: Params) -> Results:
    whole = _amount(sale, params) in (None, sale["amount"])
    if whole and reversals.can_be_voided(state, sale):
        reversals.void(state, sale, reason=reversals.BY_DATALINK)
        return Code.DONE
    return _refund(state, sale, params)


def _cancel(state: State, sale: Wire, params: Params) -> Results:
    if sale["canceled"]:
        raise NotPossible("This subscription has ended already.")
    sale["canceled"] = state.now()
    body = {
        **ACCOUNT,
        "subscriptionId": sale["id"],
        "timestamp": stamp(state.now()),
        "reason": "Canceled through Data Link: subscriptionManagement.cgi",
        "source": "API",
    }
    webhooks.emit(state, "Cancellation", body)
    return Code.DONE


def _amount(sale: Wire, params: Params) -> int | None:
    if "amount" not in params:
        return None
    if (amount := amount_of(params["amount"], sale["currency"])) is None:
        raise _Ended(Code.BAD_ARGUMENTS)
    return amount


_ACTIONS: dict[str, Callable[[State, Wire, Params], Results]] = {
    "viewSubscriptionStatus": _status,
    "refundTransaction": _refund,
    "voidTransaction": _void,
    "voidOrRefundTransaction": _void_or_refund,
    "cancelSubscription": _cancel,
}


def _written(results: Results, params: Params) -> Answer:
    named = results if isinstance(results, dict) else {}
    if params.get("returnXML") == "1":
        lines = "".join(f"    <{name}>{value}</{name}>\n" for name, value in named.items())
        inner = f"\n{lines}" if named else str(results)
        text = f"<?xml version='1.0' standalone='yes'?>\n<results>{inner}</results>\n"
        return sent(text, "text/xml")
    rows = named or {"results": str(results)}
    text = "\n".join(",".join(f'"{one}"' for one in row) for row in (rows, rows.values()))
    return sent(f"{text}\n", "text/plain")
