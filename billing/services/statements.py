"""A month of a person's books: what it opened with, its lines, what it closed with."""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from django.conf import settings

from billing.errors import StatementNotFound
from billing.items import (
    OWN_BUCKETS,
    Bucket,
    Closing,
    EntryType,
    LedgerEntry,
    LedgerPage,
    Statement,
)
from billing.repository import LedgerRepository, StatementRepository
from billing.services.wallet import require_configured
from core import clock
from dynamo import cursor as cursors
from dynamo.table import Key

LINES = 100  # of one page
# A line has the time at which it was made, and is written some seconds later at most.
FINAL_AFTER = timedelta(hours=1)

logger = logging.getLogger("billing")
_ledger = LedgerRepository()
_statements = StatementRepository()


def get_statement(user_sub: str, month: str) -> Statement:
    """`month` as "2026-11"; the one that is running is a statement so far.

    Raises StatementNotFound before the person's first movement and after this month.
    """
    require_configured()
    wanted = _month_of(month)
    walk = _Walk(user_sub, _statements.upto(user_sub, wanted, limit=2), wanted)
    walk.go()
    if walk.first is None:
        raise StatementNotFound
    if not walk.is_right:
        logger.error("statement does not add up", extra={"statement": month})
    return Statement(
        user_sub=user_sub,
        month=wanted,
        currency=walk.currency,
        opening=walk.opening,
        closing=walk.balances,
        moved=walk.moved,
        lines=walk.lines,
        is_final=_is_final(wanted),
        is_verified=walk.is_right,
    )


def list_statements(user_sub: str) -> list[Closing]:
    """What each month closed with, from the running one back to that of the first movement."""
    require_configured()
    this_month = _first_of(clock.now())
    kept = _statements.upto(user_sub, this_month, limit=0)
    walk = _Walk(user_sub, kept, this_month)
    walk.go()
    closed = {one.month: one for one in (*kept, *walk.closings)}
    listed: list[Closing] = []
    for month in _months(min(closed), this_month) if closed else ():
        balances = closed[month].balances if month in closed else listed[-1].balances
        listed.append(Closing(month=month, balances=balances))
    return listed[::-1]


def statement_lines(user_sub: str, month: str, cursor: str = "") -> LedgerPage:
    """Oldest first. Raises StatementNotFound for what is no month, CursorForged, CursorExpired."""
    require_configured()
    since = _start_of(_month_of(month))
    scope = f"{user_sub}:statement:{month}"
    start = cursors.decode(cursor, scope=scope) if cursor else None
    entries, following = _ledger.oldest_first(
        user_sub, since=since, until=_end_of(since.date()), limit=LINES, start=start
    )
    next_cursor = cursors.encode(following, scope=scope) if following else ""
    return LedgerPage(items=entries, next_cursor=next_cursor)


def entries_of(
    user_sub: str, since: datetime | None, until: datetime | None
) -> Iterator[LedgerEntry]:
    """Oldest first, one read after another: never more than one in memory."""
    start: Key | None = None
    while True:
        entries, start = _ledger.oldest_first(user_sub, since=since, until=until, start=start)
        yield from entries
        if start is None:
            return


def span_of(month: str) -> tuple[datetime, datetime]:
    """From when, and until before when. Raises StatementNotFound for what is no month."""
    first = _month_of(month)
    return _start_of(first), _end_of(first)


class _Walk:
    """Adds up the lines behind the newest closing that is kept before `wanted`, and keeps those of
    months that are over: a history too long for one request goes on there at the next one."""

    def __init__(self, user_sub: str, kept: Sequence[Closing], wanted: date) -> None:
        self._user_sub, self._wanted = user_sub, wanted
        self._kept = {one.month: one.balances for one in kept}
        before = [month for month in self._kept if month < wanted]
        self._known = max(before, default=None)
        nothing = dict.fromkeys(OWN_BUCKETS, 0)
        self.balances = dict(self._kept[self._known]) if self._known else nothing
        self.first = self._known  # a month with a line in it, or before it
        self.closings: list[Closing] = []
        self.currency = settings.BILLING_CURRENCY
        self.is_right = True
        self._begin()

    def go(self) -> None:
        since = _end_of(self._known) if self._known else None
        month = None
        lines = entries_of(self._user_sub, since, _end_of(self._wanted))
        for month, entries in groupby(lines, key=lambda entry: _first_of(entry.ts)):
            self.first = self.first or month
            self._begin()
            for entry in entries:
                self._add(entry)
            self._end(month)
        if self.first and month != self._wanted:
            self._begin()
            self._end(self._wanted)

    def _begin(self) -> None:
        self.opening = dict(self.balances)
        self.moved: dict[tuple[Bucket, EntryType], int] = defaultdict(int)
        self.lines = 0

    def _add(self, entry: LedgerEntry) -> None:
        self.balances[entry.bucket] += entry.amount
        self.moved[entry.bucket, entry.type] += entry.amount
        self.lines += 1
        self.currency = entry.currency
        if entry.after is not None and entry.after != self.balances[entry.bucket]:
            self.is_right = False

    def _end(self, month: date) -> None:
        closing = Closing(month=month, balances=dict(self.balances))
        self.closings.append(closing)
        if month in self._kept:
            self.is_right &= self._kept[month] == closing.balances
        elif self.is_right and _is_final(month):
            _statements.keep(self._user_sub, closing)


def _month_of(text: str) -> date:
    """Its first day. Raises StatementNotFound for what is no month, or one to come."""
    if not re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", text, re.ASCII):
        raise StatementNotFound
    found = date(int(text[:4]), int(text[5:]), 1)
    if found > _first_of(clock.now()):
        raise StatementNotFound
    return found


def _first_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date().replace(day=1)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = _next(first)


def _start_of(month: date) -> datetime:
    return datetime.combine(month, time(), UTC)


def _end_of(month: date) -> datetime:
    return _start_of(_next(month))


def _is_final(month: date) -> bool:
    return clock.now() >= _end_of(month) + FINAL_AFTER
