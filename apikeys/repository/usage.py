"""Counts of calls: one row for each key and month.

Its owner is `user_id`, and not `user_sub`: the index that lists a person's keys must not list it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from apikeys.items import Outcome
from apikeys.repository.changes import KEY_LABEL
from apikeys.repository.rows import KEPT_AFTER_THE_END, SHAPE_VERSION
from apikeys.repository.schema import API_KEYS, key_of
from core import clock
from dynamo.errors import ConditionFailed, TransactionCancelled
from dynamo.expressions import Update
from dynamo.table import Item, Key, Table, transact

# From the first day of the month, so that no row outlasts its key, by which it is found to be
# handed out and erased: a key stays for KEPT_AFTER_THE_END.
KEPT = KEPT_AFTER_THE_END
MONTHS_STORED = 6  # three that are kept, the one of now, and storage deletes late

Slot = tuple[int, Outcome]  # the day of the month, and how its calls ended


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageMonth:
    """What one row is about; `first` is the first day of the month."""

    key_id: str
    user_sub: str
    first: date


class UsageRepository:
    def __init__(self) -> None:
        self.table = Table(API_KEYS)

    def add(self, month: UsageMonth, counts: Mapping[Slot, int]) -> bool:
        """One write, but for the first of a month. False when the key is gone: nothing is counted
        of it any more."""
        update = Update()
        for (day, outcome), calls in counts.items():
            update = update.add(_attribute(day, outcome), calls)
        try:
            self.table.update(_key(month), update, condition=self.table.exists())
        except ConditionFailed:
            return self._add_first(month, update)
        return True

    def _add_first(self, month: UsageMonth, update: Update) -> bool:
        """Only while there is a key, so that erasing a person leaves no row that comes later."""
        key = self.table.get(key_of(month.key_id), consistent=True)
        if key is None:
            return False
        stamp = clock.text(clock.now())
        end = _purge_at(month.first)
        update = (
            update.set_if_missing("user_id", month.user_sub)
            .set_if_missing("created_at", stamp)
            .set_if_missing("updated_at", stamp)
            .set_if_missing("sv", SHAPE_VERSION)
            .set_if_missing("purge_at", min(end, key.get("purge_at", end)))
        )
        living = self.table.checking(key_of(month.key_id), self.table.exists(), label=KEY_LABEL)
        try:
            transact([living, self.table.updating(_key(month), update)])
        except TransactionCancelled as error:
            if error.failed(KEY_LABEL):
                return False
            raise
        return True

    def counts(
        self, key_ids: Iterable[str], months: Iterable[date]
    ) -> dict[tuple[str, date], Mapping[Slot, int]]:
        """By key and first day of the month, as far as there are rows. One call for 100 rows."""
        wanted = {
            _pk(key_id, first): (key_id, first) for first in set(months) for key_id in key_ids
        }
        rows = self.table.batch_get(map(key_of, wanted))
        return {wanted[row["key_id"]]: _counts(row) for row in rows}

    def rows_of(self, key_ids: Iterable[str], *, until: date) -> list[Item]:
        """Every row that may still be stored of these keys, as stored."""
        months = [until.replace(day=1)]
        while len(months) < MONTHS_STORED:
            months.append(month_before(months[-1]))
        keys = [key_of(_pk(key_id, first)) for key_id in key_ids for first in months]
        return self.table.batch_get(keys, consistent=True)

    def remove(self, rows: Iterable[Item]) -> None:
        self.table.batch_write(deletes=[key_of(row["key_id"]) for row in rows])


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _key(month: UsageMonth) -> Key:
    return key_of(_pk(month.key_id, month.first))


def _pk(key_id: str, first: date) -> str:
    return f"use#{key_id}#{first:%Y-%m}"


def _attribute(day: int, outcome: Outcome) -> str:
    return f"d{day:02}_{outcome}"


def _counts(row: Item) -> dict[Slot, int]:
    found = {}
    for name, calls in row.items():
        day, _, outcome = name.partition("_")
        if day[:1] == "d" and day[1:].isdigit():
            found[int(day[1:]), Outcome(outcome)] = calls
    return found


def _purge_at(first: date) -> int:
    return clock.epoch(datetime(first.year, first.month, 1, tzinfo=UTC) + KEPT)
