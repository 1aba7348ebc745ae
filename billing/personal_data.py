"""What billing holds of a person. Books are kept after the person has gone, without their words:
balance, ledger, payments and what came back of them, purchases, earnings and corrections are
amounts, times and ids."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from billing.repository import PersonRepository
from billing.services.buying import earnings_of
from billing.services.payments import has_open_payment
from billing.services.wallet import get_wallet, is_configured
from core.money import format_money
from core.personal_data import Section, visible

_SECTIONS = {  # by what their sk begins with
    "BALANCE": "wallet",
    "BILLING": "settings",
    "PM": "payment_methods",
    "PAY": "payments",
    "PAYX": "refunds_and_disputes",
    "ADJ": "corrections",
    "LEDGER": "ledger",
    "EARNDAY": "earnings",
    "IDEM": "purchases",
    "ASK": "requests",
    "CAP": "daily_limits",
    "STMT": "statements",
}


def export(user_sub: str) -> Mapping[str, Section]:
    if not is_configured():
        return {}
    sections: dict[str, list[Mapping[str, Any]]] = {}
    for row in PersonRepository().rows_of(user_sub):
        kind = row["sk"].partition("#")[0]
        sections.setdefault(_SECTIONS.get(kind, kind.lower()), []).append(visible(row))
    return sections


def erase(user_sub: str) -> None:
    if is_configured():
        PersonRepository().forget(user_sub)


def holds(user_sub: str) -> list[str]:
    """Money that is on its way, on hold or owed must be settled first; for the rest there is
    forfeits()."""
    if not is_configured():
        return []
    wallet = get_wallet(user_sub)
    reasons = []
    if has_open_payment(user_sub):
        reasons.append(_("A payment of yours is under way. Wait until it has ended."))
    if wallet.held:
        reasons.append(_("Money in your wallet is on hold. Wait until that is settled."))
    if wallet.open_disputes:
        reasons.append(_("A payment of yours is disputed. Wait until that has ended."))
    if wallet.debt:
        reasons.append(_("Your wallet owes money. Add funds to pay it back first."))
    return reasons


def forfeits(user_sub: str) -> list[str]:
    """What is available and what was earned, while there is any; and what stays as books."""
    if not is_configured():
        return []
    wallet, earnings = get_wallet(user_sub), earnings_of(user_sub)
    lost = []
    if wallet.available:
        amount = format_money(wallet.available, wallet.currency)
        lost.append(
            _("The %(amount)s in your wallet is given up. Spend it first.") % {"amount": amount}
        )
    if earnings.pending > 0:
        amount = format_money(earnings.pending, earnings.currency)
        lost.append(_("The %(amount)s that you earned is given up.") % {"amount": amount})
    if wallet.version:
        lost.append(
            _("The amounts and dates of your payments stay in the books, without your name.")
        )
    return lost
