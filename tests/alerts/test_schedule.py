"""Quiet hours and digests by the local clock, over both changes of it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.items import DigestTime, Mode, QuietHours
from alerts.schedule import instant, next_slot, quiet_until, tomorrow

BERLIN, NEW_YORK, UTC_ZONE = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "UTC"))
NIGHT = QuietHours(start=time(22), end=time(7))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",  # half an hour of summer time
            "Asia/Kathmandu",
            "Africa/Casablanca",
            "Pacific/Chatham",
        )
    ]
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.frozensets(st.integers(0, 6))
digest_times = st.builds(DigestTime, hour=st.integers(0, 23), weekday=st.integers(0, 6))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(zone, text, *, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, UTC_ZONE])
@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-01-14T21:59:59", None),
        ("2026-01-14T22:00:00", "2026-01-15T07:00"),
        ("2026-01-15T00:00:00", "2026-01-15T07:00"),
        ("2026-01-15T06:59:59", "2026-01-15T07:00"),
        ("2026-01-15T07:00:00", None),
    ],
)
def test_a_night_is_one_window(zone, now, ends):
    expected = local(zone, ends) if ends else None
    assert quiet_until(local(zone, now), NIGHT, zone) == expected


def test_a_day_is_one_on_which_it_starts():
    weekdays = QuietHours(start=time(22), end=time(7), days=frozenset(range(5)))
    saturday_morning, saturday_night = "2026-01-17T06:00", "2026-01-17T23:00"
    assert quiet_until(local(BERLIN, saturday_morning), weekdays, BERLIN)
    assert quiet_until(local(BERLIN, saturday_night), weekdays, BERLIN) is None
    assert quiet_until(local(BERLIN, "2026-01-18T06:00"), weekdays, BERLIN) is None


def test_quiet_hours_of_no_length_are_none():
    same = QuietHours(start=time(7), end=time(7))
    assert quiet_until(local(BERLIN, "2026-01-15T07:00"), same, BERLIN) is None
    assert quiet_until(utc("2026-01-15T07:00"), None, BERLIN) is None


# The clock jumps from 2 to 3 in spring, and shows the hour after 1 (or 2) twice in autumn.
CHANGES = [
    (BERLIN, "2026-03-28", "2026-03-29", 8 * HOUR),
    (BERLIN, "2026-10-24", "2026-10-25", 10 * HOUR),
    (NEW_YORK, "2026-03-07", "2026-03-08", 8 * HOUR),
    (NEW_YORK, "2026-10-31", "2026-11-01", 10 * HOUR),
]


@pytest.mark.parametrize(("zone", "evening", "morning", "length"), CHANGES)
def test_a_night_of_a_change_ends_at_seven_all_the_same(zone, evening, morning, length):
    start = local(zone, f"{evening}T22:00")
    end = quiet_until(start, NIGHT, zone)
    assert end == local(zone, f"{morning}T07:00")
    assert end - start == length


@pytest.mark.parametrize(
    ("zone", "day", "gap_ends"),
    [(BERLIN, "2026-03-29", "2026-03-29T01:00"), (NEW_YORK, "2026-03-08", "2026-03-08T07:00")],
)
def test_times_that_spring_skips_are_the_end_of_the_gap(zone, day, gap_ends):
    until_gap = QuietHours(start=time(0), end=time(2, 30))
    from_gap = QuietHours(start=time(2, 30), end=time(4))
    assert quiet_until(local(zone, f"{day}T01:59"), until_gap, zone) == utc(gap_ends)
    assert quiet_until(utc(gap_ends) - timedelta(minutes=1), from_gap, zone) is None
    assert quiet_until(utc(gap_ends), from_gap, zone) == local(zone, f"{day}T04:00")
    inside = QuietHours(start=time(2, 10), end=time(2, 50))
    assert quiet_until(utc(gap_ends), inside, zone) is None
    slot = next_slot(local(zone, f"{day}T00:00"), Mode.DAILY, DigestTime(hour=2), zone)
    assert slot == utc(gap_ends)


@pytest.mark.parametrize(
    ("zone", "day", "hour"), [(BERLIN, "2026-10-25", 2), (NEW_YORK, "2026-11-01", 1)]
)
def test_times_that_autumn_shows_twice(zone, day, hour):
    half_past = [local(zone, f"{day}T0{hour}:30", fold=fold) for fold in (0, 1)]
    assert half_past[1] - half_past[0] == HOUR
    until = QuietHours(start=time(0), end=time(hour, 30))
    assert quiet_until(half_past[0], until, zone) == half_past[1]
    since = QuietHours(start=time(hour, 30), end=time(hour + 2))
    assert quiet_until(half_past[0] - timedelta(minutes=1), since, zone) is None
    assert quiet_until(half_past[0], since, zone) == local(zone, f"{day}T0{hour + 2}:00")
    at = DigestTime(hour=hour)
    first = next_slot(local(zone, f"{day}T00:00"), Mode.DAILY, at, zone)
    assert first == local(zone, f"{day}T0{hour}:00", fold=0)
    next_day = date.fromisoformat(day) + DAY
    assert next_slot(first, Mode.DAILY, at, zone) == local(zone, f"{next_day}T0{hour}:00")


@pytest.mark.parametrize(("zone", "before", "change", "length"), CHANGES)
def test_a_digest_keeps_its_local_hour_over_a_change(zone, before, change, length):
    eight = next_slot(local(zone, f"{before}T00:00"), Mode.DAILY, DigestTime(hour=8), zone)
    following = next_slot(eight, Mode.DAILY, DigestTime(hour=8), zone)
    assert [eight, following] == [local(zone, f"{day}T08:00") for day in (before, change)]
    assert following - eight == DAY + length - 9 * HOUR


def test_a_weekly_digest_is_of_the_local_weekday():
    after = utc("2026-01-12T03:00")  # Monday in Berlin, still Sunday in New York
    at = DigestTime(hour=23, weekday=6)
    assert next_slot(after, Mode.WEEKLY, at, BERLIN) == utc("2026-01-18T22:00")
    assert next_slot(after, Mode.WEEKLY, at, NEW_YORK) == utc("2026-01-12T04:00")


def test_tomorrow_is_by_the_local_day():
    late = utc("2026-01-14T23:30")
    assert tomorrow(late, BERLIN) == utc("2026-01-16T07:00")
    assert tomorrow(late, NEW_YORK) == utc("2026-01-15T13:00")


def test_a_day_that_a_zone_skipped_is_the_next_one():
    apia = ZoneInfo("Pacific/Apia")
    assert instant(date(2011, 12, 30), time(8), apia) == utc("2011-12-30T10:00")


@given(moments, times, times, days, zones)
def test_quiet_hours_end_soon_and_are_over_then(now, start, end, days, zone):
    quiet = QuietHours(start=start, end=end, days=days)
    ends = quiet_until(now, quiet, zone)
    if ends is None:
        return
    assert now < ends <= now + 26 * HOUR
    assert quiet_until(ends - timedelta(seconds=1), quiet, zone) == ends
    assert quiet_until(ends, quiet, zone) != ends
    assert instant(ends.astimezone(zone).date(), end, zone, fold=1) == ends


@given(moments, times, times, zones)
def test_every_day_the_clock_decides(now, start, end, zone):
    """Away from a change of the clock, it is quiet exactly when its face says so."""
    near = [(now + step).astimezone(zone).utcoffset() for step in (-2 * DAY, 0 * DAY, 2 * DAY)]
    face = now.astimezone(zone).time()
    if len(set(near)) > 1 or start == end:
        return
    is_inside = start <= face < end if start < end else face >= start or face < end
    quiet = QuietHours(start=start, end=end)
    assert (quiet_until(now, quiet, zone) is not None) == is_inside


@given(moments, digest_times, st.sampled_from([Mode.DAILY, Mode.WEEKLY]), zones)
def test_digests_come_once_a_local_day_or_week(now, at, mode, zone):
    slots = [now]
    for _ in range(4):
        slots.append(next_slot(slots[-1], mode, at, zone))
    assert slots == sorted(set(slots))
    days = [slot.astimezone(zone).date() for slot in slots[1:]]
    step = DAY if mode is Mode.DAILY else 7 * DAY
    assert [later - day for day, later in pairwise(days)] == [step] * 3
    if mode is Mode.WEEKLY:
        assert {day.weekday() for day in days} == {at.weekday}
    assert slots[1] - now <= step + 2 * HOUR


@given(moments, digest_times, zones)
def test_nothing_lies_between_a_moment_and_its_next_slot(now, at, zone):
    slot = next_slot(now, Mode.DAILY, at, zone)
    assert next_slot(slot - timedelta(microseconds=1), Mode.DAILY, at, zone) == slot
    hour = slot.astimezone(zone).hour
    assert hour == at.hour or (hour - at.hour) % 24 == 1  # a skipped hour
