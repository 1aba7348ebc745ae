"""The FlexForm where the person pays. There is no field for a card number.

A link can be opened and paid as often as somebody likes: nothing at CCBill ends it."""

import re
from urllib.parse import parse_qsl, quote

from django.conf import settings
from django.template.loader import render_to_string

from billing.sandbox import access
from billing.sandbox.ccbill import sales
from billing.sandbox.ccbill.cards import CARDS, DECLINES
from billing.sandbox.ccbill.wire import (
    CURRENCIES,
    PERIOD_DAYS,
    NotPossible,
    amount_of,
    form_digest,
    is_passed_name,
)
from billing.sandbox.play import Page, Request
from billing.sandbox.state import State, Wire
from core.money import format_money

PREFIX = "/ccbill/wap-frontflex/flexforms/"
OWN = ("clientAccnum", "clientSubacc", "initialPrice", "initialPeriod", "currencyCode")
RECURRING = ("recurringPrice", "recurringPeriod", "numRebills")
_PRICE = re.compile(r"\d+\.\d\d", re.ASCII)


def approval_url(passed: dict[str, str]) -> str:
    """Where CCBill sends who has paid, as it is set in its Admin: `…?pay=%%pay%%`."""
    return f"{settings.SITE_URL}/billing/return/ccbill/?pay={quote(passed.get('pay', ''))}"


def answer(state: State, request: Request) -> Page:
    params = dict(parse_qsl(request.query, keep_blank_values=True))
    try:
        if request.path != f"{PREFIX}{access.CCBILL_FLEX_ID}":
            raise NotPossible("There is no such form.")
        link = _Link(params)
    except NotPossible as refused:
        return _page(status=400, refusal=str(refused))
    if request.method != "POST":
        return _shown(link)
    form = dict(parse_qsl(request.text))
    sale = _step(state, link, form)
    if sale is None:
        return _shown(link, error="Choose one of the test cards.")
    return _after(link, sale)


def broken(request: Request) -> Page:
    return _page(status=500, refusal="An error occurred, please try again later.")


class _Link:
    """The parameters that the site put on it, checked. Raises NotPossible."""

    def __init__(self, params: dict[str, str]) -> None:
        text, code = params.get("initialPrice", ""), params.get("currencyCode", "")
        if any(name in params for name in RECURRING):
            raise NotPossible("This form takes single payments only.")
        _check_account(params)
        if code not in CURRENCIES:
            raise NotPossible("The currency is not one that CCBill takes.")
        self.currency = CURRENCIES[code]
        amount = amount_of(text, self.currency) if _PRICE.fullmatch(text) else None
        if amount is None or not settings.CCBILL_MIN <= amount <= settings.CCBILL_MAX:
            raise NotPossible("The price is not one that this account may ask for.")
        if params.get("initialPeriod") != str(PERIOD_DAYS):
            raise NotPossible(f"The period is not {PERIOD_DAYS} days.")
        if params.get("formDigest") != form_digest(text, str(PERIOD_DAYS), code):
            raise NotPossible("The digest of the price is wrong.")
        self.amount = amount
        self.passed = {name: value for name, value in params.items() if _is_passed(name)}


def _check_account(params: dict[str, str]) -> None:
    account = params.get("clientAccnum", access.CCBILL_ACCOUNT)
    if (account, params.get("clientSubacc")) != (access.CCBILL_ACCOUNT, access.CCBILL_SUBACCOUNT):
        raise NotPossible("The account is not the one of this form.")


def _is_passed(name: str) -> bool:
    if name in (*OWN, "formDigest"):
        return False
    if not is_passed_name(name):
        raise NotPossible("A parameter has no valid name.")
    return True


def _step(state: State, link: _Link, form: dict[str, str]) -> Wire | None:
    """The sale as it is after a card was chosen, or after its owner was asked who they are."""
    for name, passed in (("authenticated", True), ("not_authenticated", False)):
        sale = state.find(form.get(name, ""))
        if sale and sale["object"] == sales.SALE and sale["status"] == "authenticating":
            sales.authenticate(state, sale, passed=passed)
            return sale
    if form.get("card") not in CARDS:
        return None
    return sales.sell(
        state, form["card"], amount=link.amount, currency=link.currency, passed=link.passed
    )


def _after(link: _Link, sale: Wire) -> Page:
    """Who is declined stays at the form."""
    if sale["status"] == "authenticating":
        return _shown(link, authenticating=sale["id"])
    if sale["status"] == "declined":
        return _shown(link, error=f"{DECLINES[sale['decline']][0]}.", status=402)
    return Page(status=303, location=approval_url(link.passed), to=settings.SITE_URL)


def _shown(link: _Link, *, error: str = "", authenticating: str = "", status: int = 200) -> Page:
    return _page(
        status=status,
        amount=format_money(link.amount, link.currency),
        error=error,
        authenticating=authenticating,
        cards=CARDS.values(),
    )


def _page(*, status: int, **context: object) -> Page:
    text = render_to_string("billing/sandbox/ccbill/pay.html", context)
    return Page(text, status=status, to=settings.SITE_URL)
