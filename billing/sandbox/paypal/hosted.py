"""PayPal's pages, where the payer agrees to pay or to be saved. There is no password to type."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.template.loader import render_to_string

from billing.sandbox.paypal import orders, vault
from billing.sandbox.paypal.accounts import ACCOUNTS, TestAccount
from billing.sandbox.paypal.objects import ORDER, SETUP
from billing.sandbox.play import Page
from billing.sandbox.state import State, Wire
from core.money import format_money

CHECKOUT, AGREEMENTS = "/paypal/checkoutnow", "/paypal/agreements/approve"
PATHS = {CHECKOUT: "token", AGREEMENTS: "approval_session_id"}


def show(state: State, path: str, query: str) -> Page:
    """Raises Refused (404) for a visit that there is not."""
    with state.lock:
        return _page(_visit(state, path, query))


def post(state: State, path: str, query: str, form: dict[str, str]) -> Page:
    """Agree, as the chosen test account. Raises Refused (404)."""
    with state.lock:
        visit = _visit(state, path, query)
        if not _is_open(visit):
            return _page(visit)
        if (account := ACCOUNTS.get(form.get("account", ""))) is None:
            return _page(visit, error="Choose one of the test accounts.")
        try:
            return _agree(state, visit, account)
        finally:
            state.save()


def _agree(state: State, visit: Wire, account: TestAccount) -> Page:
    if visit["object"] == SETUP:
        vault.approve(state, visit, account)
        named = {"approval_token_id": visit["id"], "approval_session_id": visit["id"]}
    else:
        orders.approve(state, visit, account)
        named = {"token": visit["id"], "PayerID": account.payer_id}
    if not (back := visit["_context"].get("return_url", "")):
        return _page(visit)
    back = _with(back, named)
    return Page(status=303, location=back, to=_origin(back))


def _visit(state: State, path: str, query: str) -> Wire:
    name = dict(parse_qsl(query)).get(PATHS[path], "")
    if path == AGREEMENTS:
        return vault.found_setup(state, name)
    return orders.found(state, name)


def _page(visit: Wire, *, error: str = "") -> Page:
    is_order = visit["object"] == ORDER
    amount = format_money(visit["amount"], visit["currency"]) if is_order else ""
    context = visit["_context"]
    named = {PATHS[CHECKOUT]: visit["id"]} if is_order else {}
    cancel, back = context.get("cancel_url", ""), context.get("return_url", "")
    shown = {
        "what": (visit["description"] or "Your purchase") if is_order else "Save PayPal",
        "seller": context.get("brand_name", ""),
        "amount": amount,
        "accounts": ACCOUNTS.values(),
        "is_open": _is_open(visit),
        "status": visit["status"].replace("_", " ").lower(),
        "confirms": is_order and visit["_asks"],
        "cancel": _with(cancel, named) if cancel else "",
        "back": _with(back, named) if back else "",
        "error": error,
    }
    text = render_to_string("billing/sandbox/paypal/approve.html", shown)
    return Page(text, status=400 if error else 200, to=_origin(back))


def _is_open(visit: Wire) -> bool:
    """An order also when it is approved: its payer may come back to choose another account."""
    again = visit["object"] == ORDER and visit["status"] == "APPROVED"
    return again or visit["status"] in orders.WAITING


def _with(url: str, named: dict[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(named)}" if named else url


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
