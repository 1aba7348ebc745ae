"""DataLink's main.cgi: the books of the account, line by line. It answers once an hour.

The columns of NEW are as integrations that are published read them; CCBill's guide does not say."""

from billing.sandbox import access
from billing.sandbox.ccbill import datalink, reversals, sales
from billing.sandbox.ccbill.people import PERSON
from billing.sandbox.ccbill.wire import ACCOUNT, PERIOD_DAYS, compact, from_compact, price
from billing.sandbox.play import Answer, Request
from billing.sandbox.state import State, Wire

PATH = "/datalink/data/main.cgi"
CALL = "ccbill.extract"
PAUSE_SECONDS, MOST_SECONDS = 3600, 24 * 3600
NEW = "NEW"
TYPES = {
    "REFUND": reversals.REFUNDED,
    "VOID": reversals.VOIDED,
    "CHARGEBACK": reversals.CHARGED_BACK,
}
OTHERS = ("REBILL", "EXPIRE", "CANCELLATION")  # nothing here is ever one of these
NOTHING = "1"


class _Refused(Exception):
    """With a line that says why."""


def answer(state: State, request: Request) -> Answer:
    params = datalink.given(request)
    try:
        lines = _lines(state, params)
    except _Refused as refused:
        return _written(f"Error: {refused}")
    return _written("\n".join(lines) or NOTHING)


def broken(request: Request) -> Answer:
    return _written("Error: An internal error occurred.")


def _lines(state: State, params: dict[str, str]) -> list[str]:
    if not datalink.is_authenticated(params):
        raise _Refused("Authentication failed.")
    if params.get("clientSubacc", access.CCBILL_SUBACCOUNT) != access.CCBILL_SUBACCOUNT:
        raise _Refused("Authentication failed.")
    start, end = (from_compact(params.get(name, "")) for name in ("startTime", "endTime"))
    if start is None or end is None or not 0 <= end - start <= MOST_SECONDS:
        raise _Refused("startTime and endTime must be at most 24 hours apart.")
    wanted = params.get("transactionTypes", "").split(",")
    if not set(wanted) <= {NEW, *TYPES, *OTHERS}:
        raise _Refused("Invalid transactionTypes.")
    _take_turn(state)
    found = [(sale["created"], _new(sale)) for sale in _sold(state) if NEW in wanted]
    found += [
        (one["created"], _taken_back(one, name))
        for name, kind in TYPES.items()
        for one in state.all(reversals.REVERSAL)
        if name in wanted and one["type"] == kind
    ]
    return [line for moment, line in sorted(found) if start <= moment <= end]


def _take_turn(state: State) -> None:
    last = state.find(CALL)
    if last and state.now() < last["at"] + PAUSE_SECONDS:
        raise _Refused("Requests can only be made once every 60 minutes.")
    state.put(CALL, CALL, at=state.now())


def _sold(state: State) -> list[Wire]:
    return [sale for sale in state.all(sales.SALE) if sale["status"] == "approved"]


def _new(sale: Wire) -> str:
    person = ("firstName", "lastName", "username", "password", "address1", "city", "state")
    return _line(
        NEW,
        sale["id"],
        compact(sale["created"]),
        *(PERSON[name] for name in person),
        *(PERSON[name] for name in ("postalCode", "country", "email")),
        *("none", "Y"),
        *(price(sale["amount"], sale["currency"]), str(PERIOD_DAYS), "0.00", "0", "0"),
    )


def _taken_back(reversal: Wire, name: str) -> str:
    """A void has no time, as in samples that were published."""
    at = "" if name == "VOID" else compact(reversal["created"])
    return _line(name, reversal["sale"], at, price(reversal["amount"], reversal["currency"]))


def _line(kind: str, *columns: str) -> str:
    return ",".join(f'"{column}"' for column in (kind, *ACCOUNT.values(), *columns))


def _written(text: str) -> Answer:
    return datalink.sent(f"{text}\n", "text/plain")
