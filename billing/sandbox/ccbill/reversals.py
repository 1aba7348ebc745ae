"""Money that goes back: refunds, voids of what is not settled yet, and chargebacks."""

from billing.sandbox.ccbill import webhooks
from billing.sandbox.ccbill.cards import CARDS
from billing.sandbox.ccbill.wire import NotPossible, new_number
from billing.sandbox.state import State, Wire

REVERSAL = "ccbill.reversal"
REFUNDED, VOIDED, CHARGED_BACK = "Refund", "Void", "Chargeback"
SETTLED_AFTER = 24 * 3600  # until then a whole sale can be voided
BY_DATALINK = "Refunded through Data Link: subscriptionManagement.cgi"
BY_HAND = "Refunded through the Admin Portal"
DISPUTED = "Customer disputed the charge"


def refund(state: State, sale: Wire, amount: int | None = None, *, reason: str) -> Wire:
    """Of all that is left, without an amount. Raises NotPossible."""
    left = _left(state, sale)
    amount = left if amount is None else amount
    if _ended(state, sale):
        raise NotPossible("This sale was voided or charged back.")
    if not 0 < amount <= left:
        raise NotPossible("There is not so much left to refund.")
    if not CARDS[sale["card"]].refunds:
        raise NotPossible("The bank refuses this refund.")
    return _reverse(state, sale, REFUNDED, amount, reason)


def void(state: State, sale: Wire, *, reason: str) -> Wire:
    """Raises NotPossible."""
    if not can_be_voided(state, sale):
        raise NotPossible("This sale can no longer be voided.")
    return _reverse(state, sale, VOIDED, sale["amount"], reason.replace("Refunded", "Voided"))


def charge_back(
    state: State, sale: Wire, amount: int | None = None, *, reason: str = DISPUTED
) -> Wire:
    """Of all that is left, without an amount; no site is asked before. Raises NotPossible."""
    amount = _left(state, sale) if amount is None else amount
    if sale["status"] != "approved" or not 0 < amount <= sale["amount"]:
        raise NotPossible("There is nothing left to charge back.")
    return _reverse(state, sale, CHARGED_BACK, amount, reason)


def can_be_voided(state: State, sale: Wire) -> bool:
    young = sale["status"] == "approved" and state.now() < sale["created"] + SETTLED_AFTER
    return young and CARDS[sale["card"]].refunds and not of_sale(state, sale)


def of_sale(state: State, sale: Wire, *kinds: str) -> list[Wire]:
    """Newest first."""
    found = [one for one in state.all(REVERSAL) if one["sale"] == sale["id"]]
    return [one for one in found if not kinds or one["type"] in kinds]


def _left(state: State, sale: Wire) -> int:
    if sale["status"] != "approved":
        return 0
    return int(sale["amount"] - sum(one["amount"] for one in of_sale(state, sale)))


def _ended(state: State, sale: Wire) -> bool:
    return bool(of_sale(state, sale, VOIDED, CHARGED_BACK))


def _reverse(state: State, sale: Wire, kind: str, amount: int, reason: str) -> Wire:
    """No two of a sale are of the same second: CCBill names them by nothing else."""
    earlier = [one["created"] for one in of_sale(state, sale)]
    reversal = state.put(
        new_number(state),
        REVERSAL,
        type=kind,
        sale=sale["id"],
        amount=amount,
        currency=sale["currency"],
        reason=reason,
        created=max([state.now(), *(second + 1 for second in earlier)]),
    )
    sale["canceled"] = sale["canceled"] or reversal["created"]
    webhooks.tell_reversal(state, sale, reversal)
    return reversal
