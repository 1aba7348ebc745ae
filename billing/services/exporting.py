"""The ledger as a table for spreadsheets and bookkeepers, read and written part by part."""

from collections.abc import Iterator
from itertools import chain, islice

from billing.items import Bucket, LedgerEntry
from billing.services.statements import entries_of, get_statement, span_of
from billing.services.wallet import require_configured
from core import clock
from core.money import to_decimal
from core.spreadsheets import csv_text, harmless

ROWS = 200  # of one part
COLUMNS = (
    "time",
    "type",
    "bucket",
    "amount",
    "amount_minor",
    "currency",
    "balance",
    "balance_minor",
    "reference",
    "transaction",
    "entry",
)


def export_ledger(user_sub: str, *, month: str = "") -> Iterator[str]:
    """The file's parts, oldest line first: all of them, or those of one month ("2026-11").

    Amounts are signed. A balance is that of the line's bucket right after it. The first lines are
    read before this returns, so that a store that does not answer is an error and not half a
    file. Raises StatementNotFound, BillingNotConfigured.
    """
    require_configured()
    since, until = span_of(month) if month else (None, None)
    earned = get_statement(user_sub, month).opening[Bucket.EARN] if month else 0
    records = _records(entries_of(user_sub, since, until), earned)
    first = list(islice(records, ROWS))
    rest = iter(lambda: list(islice(records, ROWS)), [])
    return chain([csv_text([COLUMNS])], map(csv_text, chain([first], rest)))


def _records(entries: Iterator[LedgerEntry], earned: int) -> Iterator[list[str]]:
    for entry in entries:
        if entry.bucket is Bucket.EARN:
            earned += entry.amount
        yield _record(entry, earned if entry.after is None else entry.after)


def _record(entry: LedgerEntry, balance: int) -> list[str]:
    """What is text is made harmless; a minus before a number is one."""
    return [
        clock.text(entry.ts),
        str(entry.type),
        str(entry.bucket),
        str(to_decimal(entry.amount, entry.currency)),
        str(entry.amount),
        entry.currency,
        str(to_decimal(balance, entry.currency)),
        str(balance),
        harmless(entry.ref),
        harmless(entry.txn),
        harmless(entry.id),
    ]
