"""What CCBill's staff, banks and time do by its side of the control API."""

from collections.abc import Mapping
from datetime import datetime

from billing.sandbox.ccbill import reversals, sales
from billing.sandbox.ccbill.wire import ARIZONA, NotPossible
from billing.sandbox.play import Act
from billing.sandbox.state import State, Wire
from billing.sandbox.stripe.wire import Params, amount_in, missing, only


def _refund(state: State, name: str, params: Params) -> None:
    only(params, "amount")
    reversals.refund(state, _sale(state, name), amount_in(params), reason=reversals.BY_HAND)


def _void(state: State, name: str, params: Params) -> None:
    only(params)
    reversals.void(state, _sale(state, name), reason=reversals.BY_HAND)


def _dispute(state: State, name: str, params: Params) -> None:
    only(params, "amount", "reason", "inquiry")
    if params.get("inquiry") == "true":
        raise NotPossible("CCBill tells of chargebacks only.")
    reason = params.get("reason", reversals.DISPUTED)
    reversals.charge_back(state, _sale(state, name), amount_in(params), reason=reason)


def _finish(*, paid: bool) -> Act:
    def finish(state: State, name: str, params: Params) -> None:
        only(params)
        sales.finish(state, _sale(state, name), paid=paid)

    return finish


def _expire(state: State, name: str, params: Params) -> None:
    """The card's last month was the one before this."""
    only(params)
    now = datetime.fromtimestamp(state.now(), ARIZONA)
    year, month = (now.year, now.month - 1) if now.month > 1 else (now.year - 1, 12)
    _sale(state, name)["expires"] = f"{month:02}{year % 100:02}"


def _renew(state: State, name: str, params: Params) -> None:
    """Its bank sent another card; no webhook of the events that we know tells of it."""
    only(params)
    year = datetime.fromtimestamp(state.now(), ARIZONA).year + 5
    _sale(state, name)["expires"] = f"12{year % 100:02}"


def _forget(state: State, name: str, params: Params) -> None:
    """From now on CCBill makes no payment token of it."""
    only(params)
    _sale(state, name)["forgotten"] = True


def _sale(state: State, name: str) -> Wire:
    sale = state.find(name)
    if sale is None or sale["object"] != sales.SALE:
        raise missing("sale", name)
    return sale


ACTS: Mapping[tuple[str, str], Act] = {
    ("payments", "refund"): _refund,
    ("payments", "void"): _void,
    ("payments", "dispute"): _dispute,
    ("payments", "succeed"): _finish(paid=True),
    ("payments", "fail"): _finish(paid=False),
    ("methods", "expire"): _expire,
    ("methods", "renew"): _renew,
    ("methods", "detach"): _forget,
}
