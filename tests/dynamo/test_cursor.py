from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamo import cursor
from dynamo.cursor import CursorExpired, CursorForged

SCOPE = "alice:newsfeed:home"
KEY = {"pk": "USER#alice", "sk": "FEED#2026-11-23T04:00:00.000000Z#1"}
keys = st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=200), max_size=4)


@given(key=keys, scope=st.text(max_size=40))
def test_it_gives_back_the_key(key, scope):
    assert cursor.decode(cursor.encode(key, scope=scope), scope=scope) == key


def test_it_fits_into_an_address():
    assert len(cursor.encode(KEY, scope=SCOPE)) < 250
    assert cursor.encode(KEY, scope=SCOPE).isascii()


@pytest.mark.parametrize("other", ["mallory:newsfeed:home", "alice:alerts:list", ""])
def test_it_is_bound_to_person_and_route(other):
    with pytest.raises(CursorForged):
        cursor.decode(cursor.encode(KEY, scope=SCOPE), scope=other)


def test_it_expires_after_a_day(time_machine):
    time_machine.move_to("2026-11-23T04:00:00Z", tick=False)
    text = cursor.encode(KEY, scope=SCOPE)
    time_machine.shift(timedelta(hours=24))
    assert cursor.decode(text, scope=SCOPE) == KEY
    time_machine.shift(1)
    with pytest.raises(CursorExpired):
        cursor.decode(text, scope=SCOPE)


@given(st.text(max_size=80))
def test_it_refuses_any_text(text):
    with pytest.raises(CursorForged):
        cursor.decode(text, scope=SCOPE)


@pytest.mark.parametrize("position", [0, 20, -1])
def test_it_refuses_a_changed_letter(position):
    letters = list(cursor.encode(KEY, scope=SCOPE))
    letters[position] = "A" if letters[position] != "A" else "B"
    with pytest.raises(CursorForged):
        cursor.decode("".join(letters), scope=SCOPE)


def test_it_refuses_endless_text():
    with pytest.raises(CursorForged):
        cursor.decode("A" * 1_000_000, scope=SCOPE)


def test_it_survives_a_rotation_of_the_secret(settings):
    text = cursor.encode(KEY, scope=SCOPE)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    assert cursor.decode(text, scope=SCOPE) == KEY
