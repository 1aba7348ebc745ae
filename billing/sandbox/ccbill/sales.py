"""Sales: by a form, or by the card of an earlier one. Each is a subscription of its own that ends
by itself."""

from datetime import datetime

from billing.sandbox.ccbill import webhooks
from billing.sandbox.ccbill.cards import CARDS, EXPIRED, UNAUTHENTICATED, decline_of
from billing.sandbox.ccbill.reversals import charge_back
from billing.sandbox.ccbill.wire import ARIZONA, NotPossible, new_number, padded
from billing.sandbox.state import State, Wire

SALE = "ccbill.sale"
LATER_SECONDS = 5  # until one that is waiting has ended
EXP_DATE = "1234"


def sell(
    state: State,
    card: str,
    *,
    amount: int,
    currency: str,
    passed: dict[str, str],
    original: Wire | None = None,
) -> Wire:
    """`passed` comes back in the webhook; `original` is the sale whose card is charged again. The
    `status` is approved, declined, authenticating (a person is needed) or waiting."""
    sale = state.put(
        new_number(state),
        SALE,
        status="new",
        amount=amount,
        currency=currency,
        card=card,
        expires=original["expires"] if original else EXP_DATE,
        forgotten=False,
        original=original["id"] if original else "",
        passed=passed,
        created=state.now(),
        transaction="",
        decline=0,
        canceled=0,
        sca="",
    )
    _decide(state, sale)
    return sale


def authenticate(state: State, sale: Wire, *, passed: bool) -> None:
    """The end of one that is authenticating."""
    sale["sca"] = "Y" if passed else "N"
    if passed:
        _decide(state, sale, authenticated=True)
    else:
        _decline(state, sale, UNAUTHENTICATED)


def finish(state: State, sale: Wire, *, paid: bool) -> None:
    """The end of one that is waiting. Raises Refused."""
    if sale["status"] != "waiting":
        raise NotPossible(f"This sale is {sale['status']}.")
    sale["_due"] = None
    if paid:
        _approve(state, sale)
    else:
        _decline(state, sale, decline_of(""))


def approved(state: State, number: str) -> Wire | None:
    """The sale that this subscription is of."""
    sale = state.find(padded(number))
    if sale is None or sale["object"] != SALE or sale["status"] != "approved":
        return None
    return sale


def needs_a_person(state: State, sale: Wire) -> bool:
    """Whether its card is charged again only with its owner there."""
    if state.outcomes and state.outcomes[0].authenticates:
        state.take_outcome()
        return True
    return CARDS[sale["card"]].authenticates


def is_expired(state: State, sale: Wire) -> bool:
    now = datetime.fromtimestamp(state.now(), ARIZONA)
    month, year = int(sale["expires"][:2]), 2000 + int(sale["expires"][2:])
    return (year, month) < (now.year, now.month)


def _decide(state: State, sale: Wire, *, authenticated: bool = False) -> None:
    card, planned = CARDS[sale["card"]], state.take_outcome()
    again = bool(sale["original"])
    code = card.declines if again or not card.later else 0
    if planned.code:
        code = decline_of(planned.code)
    if is_expired(state, sale):
        code = EXPIRED
    needs = (card.authenticates or planned.authenticates) and not authenticated
    if not code and needs and again:
        code = UNAUTHENTICATED
    if code or (again and planned.ends == "failed"):
        _decline(state, sale, code or decline_of(""))
    elif needs:
        sale["status"] = "authenticating"
    elif planned.is_slow and not again:
        sale |= {"status": "waiting", "_due": state.now() + LATER_SECONDS, "_ends": planned.ends}
    else:
        _approve(state, sale)


def _approve(state: State, sale: Wire) -> None:
    sale |= {"status": "approved", "created": state.now(), "transaction": new_number(state)}
    webhooks.tell_sale(state, sale)
    if CARDS[sale["card"]].disputed:
        charge_back(state, sale)


def _decline(state: State, sale: Wire, code: int) -> None:
    sale |= {"status": "declined", "decline": code}
    webhooks.tell_sale(state, sale)
