"""A day by both books, and what can differ between them.

Where both agree nobody is asked. Where they do not, the provider is asked about that one thing
first: its books may be of another day than our row, and what is under way is no difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from billing.errors import PaymentNotFound
from billing.items import Dispute, Payment, Refund
from billing.providers.interface import Provider
from billing.providers.messages import Entry, EntryKind, PaymentReport
from billing.services.payments import get_owned_payment
from billing.services.reconciling.asking import Answer, Asking
from billing.services.reconciling.rows import Row, Rows, Span, moment_of
from core import ids
from core.money import format_money

Reversal = TypeVar("Reversal", Refund, Dispute)


class What(StrEnum):
    MISSING_HERE = "missing here"
    MISSING_THERE = "missing there"
    AMOUNT = "amount"
    CURRENCY = "currency"
    FEE = "fee"
    STATUS = "status"
    DOUBLE = "double"
    PROVIDER = "provider"  # the payment was made through another one
    NAME = "name"  # perhaps the same money under two names: nothing tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`our_id` is "" for what is not here, `entry` None for what is not in the provider's books;
    `here` and `there` say what each has."""

    what: What
    of: EntryKind
    our_id: str
    ref: str
    here: str
    there: str
    entry: Entry | None
    row: Row | None


class Books:
    """`entries` are those of the day with its margin; `foreign` those of what was not started
    here, as far as it was seen."""

    def __init__(self, provider: Provider, day: Span, entries: Iterable[Entry]) -> None:
        self.provider, self.day = provider, day
        self.asking = Asking(provider)
        self.foreign: list[Entry] = []
        self._groups: dict[EntryKind, dict[str, list[Entry]]] = defaultdict(dict)
        for entry in sorted(entries, key=lambda each: (each.at, each.ref)):
            self._groups[entry.kind].setdefault(_name(entry), []).append(entry)
        self.refs = frozenset(
            ref for entry in self._all() for ref in (entry.ref, entry.payment_ref) if ref
        )
        self.rows = Rows.read(provider.name, day.with_margin, self.refs)
        self._by_ref = {ref: each for each in self._own_last() for ref in _names(each)}

    def of_the_day(self, kind: EntryKind) -> Iterator[list[Entry]]:
        """What its books say of each thing that was moved that day, its entries together."""
        for _ref, entries in sorted(self._groups[kind].items()):
            if any(self.day.holds(entry.at) for entry in entries):
                yield entries

    def about(self, kind: EntryKind, ref: str) -> list[Entry]:
        return self._groups[kind].get(ref, [])

    def payment_of(self, entry: Entry) -> Payment | None:
        """By its name here, or ours there."""
        known = self._by_ref.get(entry.ref) or self._by_ref.get(entry.payment_ref)
        if known:
            return known
        report = self._asked_whose(entry).report
        if report is None or not (ids.is_id(report.user_sub) and ids.is_id(report.payment_id)):
            return None
        try:
            return get_owned_payment(report.user_sub, report.payment_id)
        except PaymentNotFound:
            return None

    def is_foreign(self, entry: Entry) -> bool:
        """Whether the provider says so of one whose payment is not known; then it is noted."""
        answer = self._asked_whose(entry)
        is_foreign = answer.is_said and answer.report is None
        if is_foreign:
            self.foreign.append(entry)
        return is_foreign

    def may_be_of_another_day(self, payment_id: str) -> bool:
        """A payment, and what came back of it, is at the provider after it was made here."""
        return ids.moment_of(payment_id) < self.day.with_margin.start

    def twin_of(
        self, entry: Entry, payment: Payment | None, rows: Iterable[Reversal], seen: Set[str]
    ) -> Reversal | None:
        """Of `rows`, one that its books do not name, of the same payment, amount and time: booking
        the entry as well may take the same money twice. `seen` are ids of ours."""
        if payment is None:
            return None
        found = (
            each
            for each in rows
            if each.payment_intent_id == payment.payment_intent_id
            and each.amount == abs(entry.amount)
            and our_id(each) not in seen
            and self.day.with_margin.holds(moment_of(each))
            and not self.about(entry.kind, each.provider_ref)
        )
        return next(found, None)

    def doubles(self, entries: list[Entry], row: Row | None) -> Iterator[Difference]:
        """Money that came, or left, more than once under one name."""
        for is_in in (True, False):
            same = [entry for entry in entries if (entry.amount > 0) is is_in]
            if len(same) > 1:
                there = " and ".join(money(each.amount, each.currency) for each in same)
                yield differing(What.DOUBLE, same[-1], row, here="once", there=there)

    def amounts(self, entry: Entry, row: Row, amount: int) -> Iterator[Difference]:
        """`amount` as our row has it, signed like the entry's."""
        here, there = money(amount, row.currency), money(entry.amount, entry.currency)
        if row.provider != self.provider.name:
            through = f"{here} through {row.provider}"
            yield differing(What.PROVIDER, entry, row, here=through, there=there)
        if entry.currency != row.currency:
            yield differing(What.CURRENCY, entry, row, here=here, there=there)
        elif entry.amount != amount:
            yield differing(What.AMOUNT, entry, row, here=here, there=there)

    def _asked_whose(self, entry: Entry) -> Answer[PaymentReport]:
        if entry.kind is EntryKind.PAYMENT:
            return self.asking.payment(entry.ref, entry)
        return self.asking.payment(entry.payment_ref)

    def _own_last(self) -> list[Payment]:
        own = self.provider.name
        return sorted(self.rows.payments, key=lambda payment: payment.provider == own)

    def _all(self) -> Iterator[Entry]:
        for group in self._groups.values():
            for entries in group.values():
                yield from entries


def differing(
    what: What, entry: Entry | None, row: Row | None, *, here: str, there: str
) -> Difference:
    return Difference(
        what=what,
        of=entry.kind if entry else _kind(row),
        our_id=our_id(row),
        ref=_name(entry) if entry else " ".join(_names(row)),
        here=here,
        there=there,
        entry=entry,
        row=row,
    )


def money(amount: int, currency: str) -> str:
    return format_money(amount, currency)


def fee_text(fee: int | None, currency: str) -> str:
    return "no fee known" if fee is None else f"a fee of {money(fee, currency)}"


def _name(entry: Entry) -> str:
    return entry.ref or f"of {entry.payment_ref}"


def _kind(row: Row | None) -> EntryKind:
    if isinstance(row, Payment):
        return EntryKind.PAYMENT
    return EntryKind.REFUND if isinstance(row, Refund) else EntryKind.DISPUTE


def our_id(row: Row | None) -> str:
    match row:
        case Payment():
            return row.payment_intent_id
        case Refund():
            return row.refund_id
        case Dispute():
            return row.dispute_id
        case None:
            return ""


def _names(row: Row | None) -> list[str]:
    if row is None:
        return []
    if isinstance(row, Payment):
        return sorted(row.provider_ids.values())
    return [row.provider_ref] if row.provider_ref else []
