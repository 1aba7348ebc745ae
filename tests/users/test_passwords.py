import time

import pytest
from django.core.exceptions import ValidationError

from tests.factories import PASSWORD
from users import services as users
from users.hashers import Argon2id
from users.passwords import check_password_strength

TIME_COST, MEMORY_COST = Argon2id.time_cost, Argon2id.memory_cost  # before tests make them cheap


@pytest.mark.parametrize(
    "raw",
    [
        "short-1!",
        "password12",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "latchkey123",
        "alice_wonder",
        "x" * 257,
    ],
)
def test_it_refuses_a_weak_password(raw):
    with pytest.raises(ValidationError):
        check_password_strength(raw, own_words=["alice_wonder@example.com", "alice_wonder"])


@pytest.mark.parametrize(
    "raw", [PASSWORD, "ümläut genügt völlig", "7e1c0e1d5a", "é" * 3 + "hk29 ~vbn" * 25]
)
def test_it_takes_a_password_without_asking_for_kinds_of_characters(raw):
    check_password_strength(raw, own_words=[])


def test_judging_the_costliest_password_takes_no_seconds():
    started = time.process_time()
    check_password_strength("4@8({[<3!1|7069$5+2%" * 12, own_words=[])
    assert time.process_time() - started < 1.5


def test_it_sees_one_password_in_two_unicode_forms():
    stored = users.hash_password("caf\u00e9 au lait, please")
    assert users.password_matches("cafe\u0301 au lait, please", stored)


def test_it_stores_argon2id_at_the_floor_of_the_standard(monkeypatch):
    monkeypatch.setattr("users.hashers.Argon2id.time_cost", TIME_COST)
    monkeypatch.setattr("users.hashers.Argon2id.memory_cost", MEMORY_COST)
    assert users.hash_password(PASSWORD).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_it_replaces_a_hash_of_an_older_cost_and_signs_nobody_out(alice, client_for, monkeypatch):
    browser = client_for(alice)
    before = users.get_user(alice.user_sub).password
    monkeypatch.setattr("users.hashers.Argon2id.time_cost", 3)
    assert users.check_user_password(users.get_user(alice.user_sub), PASSWORD)
    assert users.get_user(alice.user_sub).password != before
    assert browser.get("/account/").status_code == 200


def test_it_does_not_store_a_hash_after_a_wrong_password(alice, monkeypatch):
    monkeypatch.setattr("users.hashers.Argon2id.time_cost", 3)
    assert not users.check_user_password(users.get_user(alice.user_sub), "wrong " + PASSWORD)
    assert users.get_user(alice.user_sub).password == alice.password
