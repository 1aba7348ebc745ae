from datetime import UTC, datetime, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core import clock, ids

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001  (hypothesis adds the zone)
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)


@given(MOMENTS)
def test_a_moment_survives_being_stored(moment):
    text = clock.text(moment)
    assert len(text) == 27
    assert clock.parse(text) == moment
    assert clock.parse(text).tzinfo is UTC


@given(MOMENTS, MOMENTS)
def test_stored_moments_sort_like_moments(first, second):
    assert (clock.text(first) < clock.text(second)) == (first < second)


@pytest.mark.parametrize("text", ["2026-11-23T04:00:00", "yesterday", ""])
def test_a_time_without_a_zone_is_refused(text):
    with pytest.raises(ValueError, match=r"zone|isoformat"):
        clock.parse(text)


def test_epoch_is_whole_seconds_rounded_down():
    assert clock.epoch(datetime(1970, 1, 1, 0, 0, 9, 999_999, tzinfo=UTC)) == 9


def test_ids_are_valid_and_sort_by_time():
    with time_machine.travel(datetime(2026, 11, 23, tzinfo=UTC), tick=False) as now:
        first = ids.new_id()
        now.shift(timedelta(milliseconds=1))
        second = ids.new_id()
    assert first < second
    assert ids.is_id(first)
    assert len({ids.new_id() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "01ARZ3NDEKTSV4RRFFQ69G5FA",  # 25
        "01ARZ3NDEKTSV4RRFFQ69G5FAVX",  # 27
        "81ARZ3NDEKTSV4RRFFQ69G5FAV",  # more than 128 bits
        "01arz3ndektsv4rrffq69g5fav",
        "01ARZ3NDEKTSV4RRFFQ69G5FAI",  # I, L, O and U are not in the alphabet
        "01ARZ3NDEKTSV4RRFFQ69G5#AV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV\n",
        "\u0660\u0661ARZ3NDEKTSV4RRFFQ69G5FAV",
    ],
)
def test_only_the_exact_form_is_an_id(text):
    assert not ids.is_id(text)


def test_tokens_are_long_and_different():
    tokens = {ids.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 for token in tokens)


def test_a_digest_is_of_its_purpose():
    assert ids.sha256_hex("a", "x") != ids.sha256_hex("b", "x")
    # What is stored stays findable: the form is SHA-256 of "purpose:v1:value".
    assert ids.sha256_hex("verify", "x") == (
        "00a89a7762aa192a8b4eabc9621cdac563bcc586cdc0f2c11697b87beb00a858"
    )
