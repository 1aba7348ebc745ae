import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import crypto, keyring

OLD = f"old:{base64.b64encode(bytes(32)).decode()}"
NEW = f"new:{base64.b64encode(bytes([7] * 32)).decode()}"
FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "BCDF-GHJK")
TEXTS = st.text(st.characters(codec="utf-8"))


@pytest.fixture
def keys(settings):
    def use(*entries):
        settings.FIELD_ENCRYPTION_KEYS = list(entries)

    return use


@given(TEXTS, TEXTS)
def test_what_is_encrypted_can_be_read_under_its_context(text, context):
    assert crypto.decrypt(crypto.encrypt(text, context=context), context=context) == text


@given(TEXTS, st.data())
def test_any_changed_byte_is_refused(text, data):
    blob = crypto.encrypt(text, context="c")
    key_id, _, encoded = blob.partition(".")
    raw = bytearray(base64.urlsafe_b64decode(encoded))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(f"{key_id}.{base64.urlsafe_b64encode(raw).decode()}", context="c")


@given(TEXTS)
def test_what_we_did_not_write_is_refused(blob):
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(blob, context="c")


def test_a_value_does_not_open_on_another_record():
    blob = crypto.encrypt("secret", context="totp:alice")
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(blob, context="totp:mallory")


def test_two_encryptions_of_one_text_differ():
    assert crypto.encrypt("same", context="c") != crypto.encrypt("same", context="c")


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key(keys):
    keys(OLD)
    blob, digest = crypto.encrypt("text", context="c"), crypto.code_digest("BCDF", purpose="p")
    keys(NEW, OLD)
    assert crypto.decrypt(blob, context="c") == "text"
    assert crypto.code_matches("BCDF", digest, purpose="p")
    assert crypto.encrypt("text", context="c").startswith("new.")


def test_without_its_key_a_value_stays_closed(keys):
    keys(OLD)
    blob, digest = crypto.encrypt("text", context="c"), crypto.code_digest("BCDF", purpose="p")
    keys(NEW)
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(blob, context="c")
    assert not crypto.code_matches("BCDF", digest, purpose="p")


def test_a_key_of_the_same_id_but_other_bytes_opens_nothing(keys):
    keys(OLD)
    blob, digest = crypto.encrypt("text", context="c"), crypto.code_digest("BCDF", purpose="p")
    keys(NEW.replace("new:", "old:"))
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(blob, context="c")
    assert not crypto.code_matches("BCDF", digest, purpose="p")


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([], "no key"),
        (["nothing"], "entry 1 is not `id:base64`"),
        ([OLD, "a.b:AAAA"], "entry 2 is not `id:base64`"),
        ([OLD, OLD], "entry 2 repeats the id"),
        (["k1:not base64!"], "entry 1 is not base64"),
        (["k1:AAAA"], "entry 1 has 3 bytes, not 32"),
    ],
)
def test_malformed_keys_are_named_by_place_and_never_repeated(entries, complaint):
    with pytest.raises(keyring.MalformedKey, match=re.escape(complaint)) as raised:
        keyring.parse(entries)
    assert "AAAA" not in str(raised.value)


def test_each_purpose_has_a_key_of_its_own():
    key_id = keyring.current_id()
    assert keyring.subkey(key_id, "a") != keyring.subkey(key_id, "b")
    assert keyring.subkey("gone", "a") is None


def test_new_codes_are_typable():
    codes = {crypto.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(
        re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", c) for c in codes
    )


@pytest.mark.parametrize("typed", ["bcdf-ghjk", " BCDF GHJK ", "bcdfghjk.", FULL_WIDTH])
def test_a_code_matches_however_it_was_typed(typed):
    digest = crypto.code_digest("BCDF-GHJK", purpose="sign-up:1")
    assert crypto.code_matches(typed, digest, purpose="sign-up:1")


@pytest.mark.parametrize(
    ("typed", "purpose"),
    [
        ("BCDF-GHJL", "sign-up:1"),
        ("BCDF-GHJK", "sign-up:2"),
        ("", "sign-up:1"),
        ("--", "sign-up:1"),
    ],
)
def test_another_code_or_purpose_does_not_match(typed, purpose):
    digest = crypto.code_digest("BCDF-GHJK", purpose="sign-up:1")
    assert not crypto.code_matches(typed, digest, purpose=purpose)


@given(TEXTS, TEXTS)
def test_no_text_matches_a_digest_that_is_not_one(code, digest):
    assert not crypto.code_matches(code, digest, purpose="p")


def test_an_empty_code_has_no_digest():
    with pytest.raises(ValueError, match="at least one"):
        crypto.code_digest(" - ", purpose="p")


def test_a_digest_shows_nothing_of_the_code():
    assert "BCDF" not in crypto.code_digest("BCDF-GHJK", purpose="p").upper().partition(".")[2]
