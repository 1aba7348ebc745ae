"""Disputes of a day, in both directions; and all that are open here, for no entry tells that one
was lost."""

from collections.abc import Iterator

from billing.items import Dispute, DisputeStatus, Payment
from billing.providers.messages import Entry, EntryKind
from billing.services.disputing import has_money, list_disputes, standing_of
from billing.services.reconciling.books import Books, Difference, What, differing, fee_text, money
from billing.services.reconciling.rows import moment_of


def differences(books: Books) -> Iterator[Difference]:
    seen: set[str] = set()
    for entries in books.of_the_day(EntryKind.DISPUTE):
        payment = books.payment_of(entries[0])
        if payment is None and books.is_foreign(entries[0]):
            continue
        dispute = _named(books, entries[0], payment)
        if _times_taken(entries) > 1:
            there = " and ".join(money(entry.amount, entry.currency) for entry in entries)
            yield differing(What.DOUBLE, entries[-1], dispute, here="once", there=there)
        if dispute is None:
            yield from _missing(books, entries[0], payment, seen)
        else:
            seen.add(dispute.dispute_id)
            yield from _amounts(books, entries, dispute)
            yield from _states(books, entries, dispute)
    for dispute in books.rows.disputes:
        if dispute.dispute_id in seen or dispute.provider != books.provider.name:
            continue
        if _is_missing_there(books, dispute):
            there = "not in its books"
            yield differing(What.MISSING_THERE, None, dispute, here=_text(dispute), there=there)
        elif dispute.is_pending and dispute.created_at < books.day.end:
            yield from _states(books, [], dispute)


def _times_taken(entries: list[Entry]) -> int:
    """How often the money went, less how often it came back: it may be held before it is taken."""
    return sum(1 if entry.amount < 0 else -1 for entry in entries)


def _amounts(books: Books, entries: list[Entry], dispute: Dispute) -> Iterator[Difference]:
    if _is_lost_in_part(books, entries, dispute):
        return
    for entry in entries:
        amount = dispute.amount if entry.amount > 0 else -dispute.amount
        yield from books.amounts(entry, dispute, amount)


def _is_lost_in_part(books: Books, entries: list[Entry], dispute: Dispute) -> bool:
    """Whether more was taken at first than was lost in the end, perhaps on another day: then its
    provider says whether what was lost is what it kept."""
    lost = dispute.status is DisputeStatus.LOST
    taken = [-entry.amount for entry in entries if entry.amount < 0]
    came_back = any(entry.amount > 0 for entry in entries)
    if not lost or not (came_back or max(taken, default=0) > dispute.amount):
        return False
    report = books.asking.dispute(dispute.provider_ref, entries[-1]).report
    if report is None or report.status is not DisputeStatus.LOST:
        return False
    return (report.amount, report.currency) == (dispute.amount, dispute.currency)


def _named(books: Books, entry: Entry, payment: Payment | None) -> Dispute | None:
    """By its name; by payment and amount where the entry has none."""
    if entry.ref:
        found = (each for each in books.rows.disputes if each.provider_ref == entry.ref)
    else:
        disputes = list_disputes(payment) if payment else []
        found = (each for each in disputes if each.amount == abs(entry.amount))
    return next(found, None)


def _missing(
    books: Books, entry: Entry, payment: Payment | None, seen: set[str]
) -> Iterator[Difference]:
    there = money(entry.amount, entry.currency)
    taken = (each for each in books.rows.disputes if has_money(each.status))
    if twin := books.twin_of(entry, payment, taken, seen):
        seen.add(twin.dispute_id)
        here = f"{_text(twin)} as {twin.provider_ref}"
        yield differing(What.NAME, entry, twin, here=here, there=there)
        return
    here = f"nothing of payment {payment.payment_intent_id}" if payment else "nothing"
    yield differing(What.MISSING_HERE, entry, None, here=here, there=there)


def _states(books: Books, entries: list[Entry], dispute: Dispute) -> Iterator[Difference]:
    """Lost, won and the fee: as the entries say, else as the provider says when asked."""
    is_back = bool(entries) and _times_taken(entries) < 1
    expected = (DisputeStatus.WON,) if is_back else (DisputeStatus.WON, DisputeStatus.LOST)
    fees = [entry.fee for entry in entries if entry.fee is not None]
    fits = dispute.status in expected
    fee_fits = not fees or sum(fees) == dispute.fee
    if fits and fee_fits:
        return
    entry = entries[-1] if entries else None
    report = books.asking.dispute(dispute.provider_ref, entry).report
    if report:
        standing = standing_of(dispute.status, report)
        fits, there = standing is dispute.status, str(standing)
        fee_fits = not has_money(dispute.status) or report.fee == dispute.fee
    else:
        there = "won" if is_back else "taken"
        fits = fits or (has_money(dispute.status) and not is_back) or not entries
    if not fits:
        amount = money(entry.amount, entry.currency) if entry else _amount(dispute)
        there = f"{there} {amount}"
        yield differing(What.STATUS, entry, dispute, here=_text(dispute), there=there)
    if not fee_fits:
        yield differing(
            What.FEE,
            entry,
            dispute,
            here=fee_text(dispute.fee, dispute.currency),
            there=fee_text(report.fee if report else sum(fees), dispute.currency),
        )


def _is_missing_there(books: Books, dispute: Dispute) -> bool:
    if not has_money(dispute.status) or not books.day.holds(moment_of(dispute)):
        return False
    if not books.provider.lists(dispute.provider_ref):
        return False
    told = books.about(EntryKind.DISPUTE, dispute.provider_ref)
    if any(entry.amount < 0 for entry in told):
        return False
    if not books.may_be_of_another_day(dispute.payment_intent_id):
        return True
    report = books.asking.dispute(dispute.provider_ref).report
    return report is None or not report.taken or report.amount != dispute.amount


def _text(dispute: Dispute) -> str:
    return f"{dispute.status} {_amount(dispute)}"


def _amount(dispute: Dispute) -> str:
    return money(-dispute.amount, dispute.currency)
