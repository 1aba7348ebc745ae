"""How often keys were called, for their owners to see. Counts are up to ten seconds late."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _

from apikeys.items import DayUsage
from apikeys.repository import UsageRepository
from apikeys.services.keys import get_owned_key
from core import clock
from core.errors import Invalid
from dynamo.table import Item

MOST_DAYS = 60  # of which every month is still stored

_usage = UsageRepository()


def usage_of(*, user_sub: str, key_id: str, days: int = 30) -> list[DayUsage]:
    """Each of the last `days` days (UTC), the oldest first, today last. 2 calls.

    Raises KeyNotFound, also for somebody else's key; Invalid unless 1 <= days <= MOST_DAYS.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(errors={"days": [_("Choose 1 to %(most)s.") % {"most": MOST_DAYS}]})
    get_owned_key(user_sub, key_id)
    wanted = _days(days)
    found = _usage.counts([key_id], _months(wanted))
    by_day: dict[date, dict[str, int]] = defaultdict(dict)
    for (_key_id, first), counts in found.items():
        for (day, outcome), calls in counts.items():
            by_day[first.replace(day=day)][str(outcome)] = calls
    return [DayUsage(day=day, **by_day[day]) for day in wanted]


def calls_of(key_ids: Collection[str], *, days: int = 30) -> dict[str, int]:
    """By key: its calls of the last `days` days, however they ended. The caller has made sure
    whose the keys are. One call for a page of keys."""
    wanted = _days(days)
    total = dict.fromkeys(key_ids, 0)
    if not total:
        return total
    for (key_id, first), counts in _usage.counts(key_ids, _months(wanted)).items():
        for (day, _outcome), calls in counts.items():
            if first.replace(day=day) >= wanted[0]:
                total[key_id] += calls
    return total


def usage_rows(key_ids: Collection[str]) -> list[Item]:
    """As stored: for a copy of one's data."""
    return _usage.rows_of(key_ids, until=clock.now().date())


def remove_usage(key_ids: Collection[str]) -> None:
    """Before the keys go, and once more after: a process may be writing what it counted."""
    _usage.remove(usage_rows(key_ids))


def _days(days: int) -> list[date]:
    today = clock.now().date()
    return [today - timedelta(days=back) for back in reversed(range(days))]


def _months(days: list[date]) -> set[date]:
    return {day.replace(day=1) for day in days}
