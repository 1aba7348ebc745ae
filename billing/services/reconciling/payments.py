"""Payments of a day, in both directions."""

from collections.abc import Iterator

from billing.items import Payment
from billing.providers.messages import Entry, EntryKind, Outcome, PaymentReport
from billing.services.payments import asking_refs
from billing.services.reconciling.books import Books, Difference, What, differing, fee_text, money
from billing.services.reconciling.rows import moment_of


def differences(books: Books) -> Iterator[Difference]:
    for entries in books.of_the_day(EntryKind.PAYMENT):
        payment = books.payment_of(entries[0])
        if payment:
            yield from books.doubles(entries, payment)
            yield from _compared(books, entries[0], payment)
        elif not books.is_foreign(entries[0]):
            yield from books.doubles(entries, None)
            there = money(entries[0].amount, entries[0].currency)
            yield differing(What.MISSING_HERE, entries[0], None, here="nothing", there=there)
    for payment in books.rows.payments:
        if _is_of_the_day(books, payment) and not _is_there(books, payment):
            here = f"{payment.status} {money(payment.amount, payment.currency)}"
            there = "not in its books"
            yield differing(What.MISSING_THERE, None, payment, here=here, there=there)


def _compared(books: Books, entry: Entry, payment: Payment) -> Iterator[Difference]:
    yield from books.amounts(entry, payment, payment.amount)
    here = f"{payment.status} {money(payment.amount, payment.currency)}"
    there = money(entry.amount, entry.currency)
    names = payment.provider_ids.values()
    if not payment.is_settled:
        if not _is_under_way(books, entry, payment):
            yield differing(What.MISSING_HERE, entry, payment, here=here, there=there)
    elif entry.ref not in names and entry.payment_ref not in names:
        again = f"another {there}"
        yield differing(What.DOUBLE, entry, payment, here=here, there=again)
    elif entry.fee not in (None, payment.fee):
        yield differing(
            What.FEE,
            entry,
            payment,
            here=fee_text(payment.fee, payment.currency),
            there=fee_text(entry.fee, entry.currency),
        )


def _is_under_way(books: Books, entry: Entry, payment: Payment) -> bool:
    report = books.asking.payment(entry.ref, entry).report
    return payment.is_open and report is not None and report.outcome is Outcome.PROCESSING


def _is_of_the_day(books: Books, payment: Payment) -> bool:
    is_ours = payment.provider == books.provider.name and payment.is_settled
    return is_ours and books.day.holds(moment_of(payment))


def _is_there(books: Books, payment: Payment) -> bool:
    names = payment.provider_ids.values()
    if any(books.about(EntryKind.PAYMENT, name) for name in names):
        return True
    if not books.may_be_of_another_day(payment.payment_intent_id):
        return False
    refs = asking_refs(payment.provider_ids)
    return any(_is_paid(books.asking.payment(ref).report, payment) for ref in refs)


def _is_paid(report: PaymentReport | None, payment: Payment) -> bool:
    return (
        report is not None
        and report.outcome is Outcome.SUCCEEDED
        and report.payment_id == payment.payment_intent_id
        and (report.facts.amount, report.facts.currency) == (payment.amount, payment.currency)
    )
