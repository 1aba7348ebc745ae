"""Refunds of a day, in both directions."""

from collections.abc import Iterator

from billing.items import Payment, Refund, RefundStatus
from billing.providers.messages import Entry, EntryKind, RefundOutcome
from billing.services.reconciling.books import Books, Difference, What, differing, money
from billing.services.reconciling.rows import moment_of
from billing.services.refunding import list_refunds

_BACK = (RefundStatus.FAILED, RefundStatus.REVERSED)
_STATUSES = {
    RefundOutcome.PENDING: (RefundStatus.PENDING, RefundStatus.UNKNOWN),
    RefundOutcome.SUCCEEDED: (RefundStatus.SUCCEEDED,),
    RefundOutcome.FAILED: _BACK,
}


def differences(books: Books) -> Iterator[Difference]:
    seen: set[str] = set()  # our ids, as one without a name is found by its amount
    for entries in books.of_the_day(EntryKind.REFUND):
        payment = books.payment_of(entries[0])
        if payment is None and books.is_foreign(entries[0]):
            continue
        refund = _named(books, entries[0]) or _asked_for(books, entries[0], payment, seen)
        yield from books.doubles(entries, refund)
        if refund is None:
            yield from _missing(books, entries[0], payment, seen)
        else:
            seen.add(refund.refund_id)
            yield from _compared(books, entries, refund)
    for refund in books.rows.refunds:
        is_left = refund.refund_id not in seen and books.day.holds(moment_of(refund))
        if is_left and refund.provider == books.provider.name and not _is_there(books, refund):
            there = "not in its books"
            yield differing(What.MISSING_THERE, None, refund, here=_text(refund), there=there)


def _named(books: Books, entry: Entry) -> Refund | None:
    found = (each for each in books.rows.refunds if each.provider_ref == entry.ref)
    return next(found, None)


def _asked_for(
    books: Books, entry: Entry, payment: Payment | None, seen: set[str]
) -> Refund | None:
    """One of ours that has no name there so far: by ours, where the provider keeps that, else the
    oldest under way that may be it."""
    if payment is None:
        return None
    report = books.asking.refund(entry.ref, entry).report
    refunds = list_refunds(payment)
    if report and report.refund_id:
        return next((each for each in refunds if each.refund_id == report.refund_id), None)
    found = (
        each
        for each in sorted(refunds, key=lambda each: each.created_at)
        if each.is_open and not each.provider_ref and each.amount == -entry.amount
    )
    return next((each for each in found if each.refund_id not in seen), None)


def _missing(
    books: Books, entry: Entry, payment: Payment | None, seen: set[str]
) -> Iterator[Difference]:
    there = money(entry.amount, entry.currency)
    went = (each for each in books.rows.refunds if each.status is RefundStatus.SUCCEEDED)
    if entry.amount < 0 and (twin := books.twin_of(entry, payment, went, seen)):
        seen.add(twin.refund_id)
        here = f"{_text(twin)} as {twin.provider_ref}"
        yield differing(What.NAME, entry, twin, here=here, there=there)
        return
    report = books.asking.refund(entry.ref, entry).report
    if report is None or report.outcome is RefundOutcome.SUCCEEDED:
        here = f"nothing of payment {payment.payment_intent_id}" if payment else "nothing"
        yield differing(What.MISSING_HERE, entry, None, here=here, there=there)


def _compared(books: Books, entries: list[Entry], refund: Refund) -> Iterator[Difference]:
    came_back = [entry for entry in entries if entry.amount > 0]
    for entry in entries:
        amount = refund.amount if entry.amount > 0 else -refund.amount
        yield from books.amounts(entry, refund, amount)
    expected = _BACK if came_back else (RefundStatus.SUCCEEDED,)
    if refund.status in expected:
        return
    entry = entries[-1]
    there = str(RefundOutcome.FAILED if came_back else RefundOutcome.SUCCEEDED)
    if report := books.asking.refund(entry.ref, entry).report:
        if refund.status in _STATUSES[report.outcome]:
            return
        there = str(report.outcome)
    there = f"{there} {money(entry.amount, entry.currency)}"
    yield differing(What.STATUS, entry, refund, here=_text(refund), there=there)


def _is_there(books: Books, refund: Refund) -> bool:
    """Whether nothing speaks against a refund that moved money."""
    if refund.status not in (RefundStatus.SUCCEEDED, RefundStatus.REVERSED):
        return True
    is_back = refund.status is RefundStatus.REVERSED
    told = books.about(EntryKind.REFUND, refund.provider_ref)
    if any((entry.amount > 0) is is_back for entry in told):
        return True
    if not refund.provider_ref or not books.may_be_of_another_day(refund.payment_intent_id):
        return False
    report = books.asking.refund(refund.provider_ref).report
    return (
        report is not None
        and refund.status in _STATUSES[report.outcome]
        and (report.amount, report.currency) == (refund.amount, refund.currency)
    )


def _text(refund: Refund) -> str:
    return f"{refund.status} {money(-refund.amount, refund.currency)}"
