"""CCBill's part of the sandbox."""

from collections.abc import Mapping
from typing import Protocol

from billing.sandbox.ccbill import acts, datalink, extract, forms, rest, reversals, sales, webhooks
from billing.sandbox.ccbill.cards import CARDS, DECLINES
from billing.sandbox.faults import Fault
from billing.sandbox.play import (
    Act,
    Acts,
    Answer,
    Line,
    Page,
    PaymentRow,
    Posted,
    Request,
    acts_on,
    moment,
)
from billing.sandbox.state import State, Wire
from core.money import format_money


class _Door(Protocol):
    def answer(self, state: State, request: Request) -> Answer | Page: ...

    def broken(self, request: Request) -> Answer | Page:
        """As CCBill says that something went wrong at its side."""


_DOORS: Mapping[str, _Door] = {
    forms.PREFIX: forms,
    datalink.PATH: datalink,
    extract.PATH: extract,
    rest.PREFIX: rest,
}
_SLOW: Acts = [("Let it succeed", "succeed"), ("Let it fail", "fail")]
_CARD: Acts = [("Expire its card", "expire"), ("Renew it", "renew"), ("Forget it", "detach")]


class CCBillPlay:
    label = "CCBill"
    prefixes = tuple(_DOORS)
    kinds = frozenset({sales.SALE})
    event = webhooks.EVENT
    acts: Mapping[tuple[str, str], Act] = acts.ACTS

    def __init__(self, state: State) -> None:
        self.state = state

    def answer(self, request: Request, fault: Fault | None) -> Answer | Page:
        prefix = next(prefix for prefix in _DOORS if request.path.startswith(prefix))
        door = _DOORS[prefix]
        if fault is Fault.BEFORE:
            return door.broken(request)
        with self.state.lock:
            try:
                answer = door.answer(self.state, request)
            finally:
                self.state.save()
        return door.broken(request) if fault is Fault.AFTER else answer

    def posted(self, event: Wire) -> Posted:
        return webhooks.posted(event)

    def tick(self) -> None:
        for sale in self.state.due(sales.SALE):
            sales.finish(self.state, sale, paid=sale["_ends"] == "succeeded")

    def payments(self, limit: int) -> list[PaymentRow]:
        return [self._payment(sale) for sale in self.state.all(sales.SALE)[:limit]]

    def methods(self, limit: int) -> list[Line]:
        """None of its own: the card of every sale can be charged again, and stands beside it."""
        return []

    def _payment(self, sale: Wire) -> PaymentRow:
        paid = sale["status"] == "approved"
        steps = acts_on("payments", sale, _SLOW) if sale["status"] == "waiting" else []
        if paid and reversals.can_be_voided(self.state, sale):
            steps += acts_on("payments", sale, [("Void", "void")])
        return PaymentRow(
            name=sale["id"],
            amount=format_money(sale["amount"], sale["currency"]),
            status=sale["status"],
            why=DECLINES[sale["decline"]][0] if sale["decline"] else "",
            at=moment(sale["created"]),
            paid=paid,
            inquiries=False,
            acts=steps,
            lines=[
                *(_line(one) for one in reversals.of_sale(self.state, sale)),
                *([_card(sale)] if paid else []),
            ],
        )


def _line(reversal: Wire) -> Line:
    amount = format_money(reversal["amount"], reversal["currency"])
    return Line(text=f"{reversal['type']} of {amount}", acts=[])


def _card(sale: Wire) -> Line:
    card = CARDS[sale["card"]]
    until = f"{sale['expires'][:2]}/20{sale['expires'][2:]}"
    forgotten = ", forgotten" if sale["forgotten"] else ""
    text = f"{card.brand.title()} •••• {card.last4}, until {until}{forgotten}"
    return Line(text=text, acts=acts_on("methods", sale, _CARD))
