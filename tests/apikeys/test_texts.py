"""The form of a key."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apikeys import texts
from core import ids

KEY_ID = "01KC0QJ3N6Y5T2Z8S4V7W9X0AB"
SECRET = "0123456789abcdefghijklmnopqrstuv"
secrets_of_any_kind = st.text(string.ascii_letters + string.digits, min_size=32, max_size=32)


def test_a_key_has_the_documented_form():
    text = texts.text_of(ids.new_id(), texts.new_secret())
    assert re.fullmatch(r"lk_live_[0-7][0-9A-HJKMNP-TV-Z]{25}_[0-9A-Za-z]{38}", text)


def test_the_checksum_is_the_crc_of_all_before_it():
    assert texts.checksum("") == "000000"
    number = 0
    for digit in texts.checksum("123456789"):
        number = number * 62 + texts.ALPHABET.index(digit)
    assert number == 0xCBF43926  # the check value of CRC-32


@given(secrets_of_any_kind)
def test_what_was_made_is_read_again(secret):
    parsed = texts.parse(texts.text_of(KEY_ID, secret))
    assert (parsed.key_id, parsed.secret) == (KEY_ID, secret)


@given(secrets_of_any_kind, st.data())
def test_one_changed_character_is_noticed(secret, data):
    text = texts.text_of(KEY_ID, secret)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda letter: letter != text[place]))
    assert texts.parse(text[:place] + other + text[place + 1 :]) is None


@given(st.text())
def test_other_text_is_no_key(text):
    assert texts.parse(text) is None


@pytest.mark.parametrize("change", [" {}", "{} ", "{}\n", "{}x", "x{}", "{0} {0}"])
def test_nothing_may_stand_around_it(change):
    assert texts.parse(change.format(texts.text_of(KEY_ID, SECRET))) is None


def test_a_key_of_local_mode_is_none_of_a_live_site(settings):
    settings.API_KEYS_ENVIRONMENT = "test"
    text = texts.text_of(KEY_ID, SECRET)
    settings.API_KEYS_ENVIRONMENT = "live"
    assert text.startswith("lk_test_")
    assert texts.parse(text) is None


def test_a_hint_shows_four_characters_of_what_is_secret():
    text = texts.text_of(KEY_ID, SECRET)
    assert texts.hint_of(text) == f"lk_live_{KEY_ID}_…{text[-4:]}"


def test_secrets_do_not_repeat_and_use_the_whole_alphabet():
    made = {texts.new_secret() for _ in range(200)}
    assert len(made) == 200
    assert set("".join(made)) == set(string.ascii_letters + string.digits)


def test_a_parsed_key_does_not_print_its_secret():
    assert SECRET not in repr(texts.parse(texts.text_of(KEY_ID, SECRET)))


def test_keys_are_found_in_any_text():
    keys = [texts.text_of(ids.new_id(), texts.new_secret()) for _ in range(2)]
    wrong = texts.text_of(ids.new_id(), texts.new_secret())[:-1] + "_"
    found = texts.found_in(f'{{"a": "{keys[0]}"}} {wrong} x{keys[1]}\n')
    assert found == keys
