from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from billing import services, wording
from billing.items import OWN_BUCKETS, Bucket, Closing, EntryType, Statement
from billing.pages.doors import billing_page, restart_when_expired, show
from billing.pages.rows import entry_row, signed
from core import clock
from core.money import format_money
from dynamo.gather import gather


@require_safe
@billing_page
def statement_list(request: HttpRequest) -> HttpResponse:
    user_sub = str(request.user.pk)
    closings, wallet = gather(
        lambda: services.list_statements(user_sub), lambda: services.get_wallet(user_sub)
    )
    rows = [
        _month_row(closing, wallet.currency, is_running=closing is closings[0])
        for closing in closings
    ]
    return show(request, "billing/statements.html", {"rows": rows})


@require_safe
@billing_page
@restart_when_expired
def statement(request: HttpRequest, month: str) -> HttpResponse:
    """Raises StatementNotFound (404), CursorForged (400)."""
    user_sub, after = str(request.user.pk), request.GET.get("after", "")
    found, lines = gather(
        lambda: services.get_statement(user_sub, month),
        lambda: services.statement_lines(user_sub, month, after),
    )
    shown = {
        **_shown(found),
        "rows": [entry_row(entry) for entry in lines.items],
        **_pager(reverse("billing:statement", args=[month]), after, lines.next_cursor),
    }
    return show(request, "billing/statement.html", shown)


def _shown(statement: Statement) -> dict[str, Any]:
    return {
        "statement": statement,
        "name": _name(statement.month),
        "seller": services.seller(),
        "printed_at": clock.now(),
        "accounts": _accounts(statement),
        "moved": _moved(statement),
    }


def _pager(here: str, after: str, following: str) -> dict[str, str]:
    older = f"{here}?{urlencode({'after': following})}" if following else ""
    return {"newer": here if after else "", "older": older}


def _month_row(closing: Closing, currency: str, *, is_running: bool) -> dict[str, Any]:
    balances = closing.balances
    wallet = sum(balances[bucket] for bucket in OWN_BUCKETS if bucket is not Bucket.EARN)
    return {
        "month": f"{closing.month:%Y-%m}",
        "name": _name(closing.month),
        "wallet": format_money(wallet, currency),
        "earned": format_money(balances[Bucket.EARN], currency),
        "is_running": is_running,
    }


def _accounts(statement: Statement) -> list[dict[str, str]]:
    """What is always there, and of the others those that hold or moved something."""
    shown = []
    for bucket in OWN_BUCKETS:
        parts = [amount for (place, _), amount in statement.moved.items() if place is bucket]
        numbers = (statement.opening[bucket], sum(parts), statement.closing[bucket])
        if bucket is Bucket.AVAILABLE or parts or any(numbers):
            opening, change, closing = numbers
            currency = statement.currency
            row = {"name": str(wording.ACCOUNTS[bucket]), "change": signed(change, currency)}
            row["opening"] = format_money(opening, currency)
            row["closing"] = format_money(closing, currency)
            shown.append(row)
    return shown


def _moved(statement: Statement) -> list[dict[str, str]]:
    """By kind of movement, over all buckets: what the person has more or less by it."""
    sums: dict[EntryType, int] = {}
    for (_, kind), amount in statement.moved.items():
        sums[kind] = sums.get(kind, 0) + amount
    return [
        {"name": str(wording.ENTRIES[kind]), "amount": signed(sums[kind], statement.currency)}
        for kind in EntryType
        if sums.get(kind)
    ]


def _name(month: Any) -> str:
    return date_format(month, "F Y")
