"""Digests of secrets, and what makes them."""

import base64
import hmac

import pytest
from django.core.checks import run_checks

from apikeys import peppers
from dynamo.metering import budget
from tests.apikeys.keys import PROFILE, issue, program, rows

OLD, NEW = "an old pepper of enough length 0123", "a new pepper of enough length 45678"


@pytest.fixture
def peppered(settings):
    settings.API_KEYS_PEPPERS = f"1:{OLD}"


def status(secret):
    return program(secret).get(PROFILE).status_code


def test_without_a_pepper_of_its_own_one_is_made_from_the_field_keys(alice):
    secret = issue(alice).secret
    assert [row["pepper"] for row in rows().values()] == ["f:t1"]
    assert status(secret) == 200


def test_keys_of_before_a_pepper_was_set_still_work(alice, settings):
    secret = issue(alice).secret
    settings.API_KEYS_PEPPERS = f"1:{OLD}"
    assert status(secret) == 200


def test_both_work_while_a_pepper_is_replaced(alice, settings, peppered):
    old, unused = issue(alice).secret, issue(alice).secret
    settings.API_KEYS_PEPPERS = f"2:{NEW},1:{OLD}"
    new = issue(alice).secret
    assert {row["pepper"] for row in rows().values()} == {"1", "2"}
    assert (status(old), status(new)) == (200, 200)
    settings.API_KEYS_PEPPERS = f"2:{NEW}"
    assert (status(old), status(unused), status(new)) == (200, 401, 200)


def test_a_key_moves_to_the_new_pepper_at_its_next_use_without_a_call_more(
    alice, settings, peppered
):
    secret = issue(alice).secret
    settings.API_KEYS_PEPPERS = f"2:{NEW},1:{OLD}"
    with budget(calls=4, hops=3):  # the last one is the view's
        assert status(secret) == 200
    assert [row["pepper"] for row in rows().values()] == ["2"]


def test_the_single_variable_is_version_one(alice, settings, peppered):
    secret = issue(alice).secret
    settings.API_KEYS_PEPPERS, settings.API_KEY_PEPPER = f"2:{NEW}", OLD
    assert status(secret) == 200


def test_the_table_and_the_source_without_the_pepper_verify_no_key(alice, settings, peppered):
    issued = issue(alice)
    [row] = rows().values()
    assert issued.secret not in str(row)
    settings.API_KEYS_PEPPERS = f"1:{NEW}"  # all that a thief of the table can do is guess it
    settings.FIELD_ENCRYPTION_KEYS = [f"t1:{base64.b64encode(bytes(32)).decode()}"]
    assert status(issued.secret) == 401


def test_without_any_pepper_of_its_version_nothing_matches():
    stored = peppers.Digest(pepper="9", secret_hash="")
    assert not peppers.matches("id", "secret", stored)
    assert not peppers.matches("id", "", None)


def test_it_compares_in_constant_time_also_for_keys_that_do_not_exist(monkeypatch):
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(
        hmac, "compare_digest", lambda a, b: compared.append(len(a) == len(b)) or real(a, b)
    )
    digest = peppers.digest("id", "secret")
    assert peppers.matches("id", "secret", digest)
    assert not peppers.matches("other", "secret", digest)
    assert not peppers.matches("id", "secret", None)
    assert compared == [True, True, True]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"API_KEYS_PEPPERS": OLD}, "apikeys.E002"),
        ({"API_KEYS_PEPPERS": "1:canary"}, "apikeys.E002"),
        ({"API_KEYS_PEPPERS": f"1:{OLD},1:{NEW}"}, "apikeys.E002"),
        ({"API_KEYS_PEPPERS": f"one:{OLD}"}, "apikeys.E002"),
        ({"API_KEY_PEPPER": "canary"}, "apikeys.E002"),
        ({"API_KEYS_PREFIX": ""}, "apikeys.E001"),
        ({"API_KEYS_PREFIX": "l_k"}, "apikeys.E001"),
        ({"API_KEYS_PREFIX": "LK"}, "apikeys.E001"),
    ],
)
def test_settings_that_cannot_work_are_named_with_the_fix(settings, changed, expected):
    for name, value in changed.items():
        setattr(settings, name, value)
    [found] = [message for message in run_checks() if str(message.id).startswith("apikeys.")]
    assert found.id == expected
    assert found.hint
    assert "canary" not in found.msg
    assert OLD not in found.msg


def test_good_settings_are_quiet(settings, peppered):
    assert not [message for message in run_checks() if str(message.id).startswith("apikeys.")]
