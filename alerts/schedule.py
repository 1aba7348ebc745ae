"""When things happen by a person's own clock: quiet hours, digests, "until tomorrow".

Pure: every function takes the moment and the zone, and answers in UTC. A local time that the
clock skips in spring is the first moment after the gap. Of one that it shows twice in autumn,
quiet hours take the first to start and the second to end, so that they cover both; a digest goes
at the first.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.items import DigestTime, Mode, QuietHours

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MORNING = time(8)
FIRST, SECOND_TIME = 0, 1  # fold, of a local time that comes twice


def quiet_until(now: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> datetime | None:
    """The end of the quiet hours that `now` is in; None outside them."""
    if quiet is None or quiet.start == quiet.end:
        return None
    today = now.astimezone(zone).date()
    for day in (today - DAY, today):
        if day.weekday() in quiet.days:
            start, end = _window(day, quiet, zone)
            if start <= now < end:
                return end
    return None


def next_slot(after: datetime, mode: Mode, at: DigestTime, zone: ZoneInfo) -> datetime:
    """The first daily or weekly digest later than `after`."""
    day = after.astimezone(zone).date() - DAY
    while True:
        if mode is Mode.DAILY or day.weekday() == at.weekday:
            slot = instant(day, time(at.hour), zone)
            if slot > after:
                return slot
        day += DAY


def tomorrow(now: datetime, zone: ZoneInfo) -> datetime:
    """The morning of the next local day."""
    return instant(now.astimezone(zone).date() + DAY, MORNING, zone)


def instant(day: date, at: time, zone: ZoneInfo, *, fold: int = FIRST) -> datetime:
    local = datetime.combine(day, at, tzinfo=zone).replace(fold=fold)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _end_of_gap(local, zone)


def _window(day: date, quiet: QuietHours, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last = day if quiet.end > quiet.start else day + DAY
    return instant(day, quiet.start, zone), instant(last, quiet.end, zone, fold=SECOND_TIME)


def _end_of_gap(skipped: datetime, zone: ZoneInfo) -> datetime:
    """The moment the clock was put forward: between what the offset after it and before it say."""
    low = skipped.replace(fold=1).astimezone(UTC)
    high = skipped.replace(fold=0).astimezone(UTC)
    before = low.astimezone(zone).utcoffset()
    while high - low > SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
