from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from core import clock
from dynamo.metering import budget, meter
from tests import shell
from tests.factories import PASSWORD

WRONG = "not the password at all"


def try_sign_in(client, login, password=PASSWORD, **extra):
    return client.post("/sign-in/", {"login": login, "password": password, **extra})


@pytest.mark.parametrize("login", ["alice@example.com", "ALICE@example.com ", "@alice_h"])
def test_it_signs_in_by_email_or_handle(client, alice, login):
    assert try_sign_in(client, login).url == "/account/"
    assert b"alice@example.com" in client.get("/account/").content


def test_it_answers_alike_for_an_unknown_name_and_a_wrong_password(client, alice):
    unknown = try_sign_in(client, "nobody@example.com", WRONG)
    wrong = try_sign_in(client, alice.email, WRONG)
    assert unknown.status_code == wrong.status_code == 200
    strip = lambda answer, login: answer.content.decode().replace(login, "")  # noqa: E731
    one, other = strip(unknown, "nobody@example.com"), strip(wrong, alice.email)
    assert "do not go together" in one
    assert len(one) == len(other)
    assert "sessionid" not in client.cookies


def test_it_never_shows_the_password_again(client, alice):
    assert WRONG.encode() not in try_sign_in(client, alice.email, WRONG).content


def test_the_sixth_try_within_five_minutes_is_refused_even_with_the_right_password(client, alice):
    with time_machine.travel(clock.now(), tick=False) as time:
        for _ in range(5):
            try_sign_in(client, alice.email, WRONG)
        answer = try_sign_in(client, alice.email)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 300
        assert b"Try again in" in answer.content
        assert "sessionid" not in client.cookies
        time.shift(timedelta(seconds=301))
        assert try_sign_in(client, alice.email).status_code == 302


@pytest.mark.parametrize(
    "spelling",
    [
        "alice@\uff45xample.com",
        "alice@ex\u00adample.com",
        "alice@example\u3002com",
        "ALICE@EXAMPLE.COM",
    ],
)
def test_another_spelling_of_the_address_is_no_new_budget(client, alice, spelling):
    for _ in range(5):
        try_sign_in(client, alice.email, WRONG)
    assert try_sign_in(client, spelling).status_code == 429
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("spelling", ["alice_h", "ALICE_H ", "@alice_h"])
def test_another_spelling_of_the_handle_is_no_new_budget(client, alice, spelling):
    for _ in range(5):
        try_sign_in(client, alice.handle, WRONG)
    assert try_sign_in(client, spelling).status_code == 429


def test_the_limit_does_not_tell_whose_handle_goes_with_an_address(client, alice):
    for _ in range(6):
        try_sign_in(client, alice.handle, WRONG)
    assert try_sign_in(client, alice.email, WRONG).status_code == 200


@pytest.mark.parametrize("unknown", ["nobody@example.com", "nobody"])
def test_an_unknown_name_costs_what_a_wrong_password_costs(client, alice, unknown):
    spent = []
    for login in (alice.email, unknown):
        with meter() as one:
            assert try_sign_in(client, login, WRONG).status_code == 200
        spent.append([operation.name for operation in one.operations])
    assert spent[0] == spent[1] != []


def test_good_sign_ins_do_not_use_up_tries(alice):
    for _ in range(7):
        assert try_sign_in(Client(), alice.email).status_code == 302


def test_a_forwarded_address_does_not_beat_the_limit(client, alice, bob):
    for number in range(30):
        try_sign_in(client, f"n{number}", WRONG)
    answer = client.post(
        "/sign-in/",
        {"login": bob.email, "password": PASSWORD},
        HTTP_X_FORWARDED_FOR="203.0.113.9",
    )
    assert answer.status_code == 429


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_next_stays_on_this_site(client, alice, target):
    assert try_sign_in(client, alice.email, next=target).url == "/account/"


def test_it_returns_to_where_the_person_was_going(client, alice):
    target = client.get("/settings/sessions/").url
    assert target == "/sign-in/?next=/settings/sessions/"
    answer = client.post(target, {"login": alice.email, "password": PASSWORD})
    assert answer.url == "/settings/sessions/"


def test_signing_out_ends_the_session(client_for, alice):
    client = client_for(alice)
    key = client.cookies["sessionid"].value
    client.post("/sign-out/")
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/account/").status_code == 302


def test_signing_out_needs_a_post(client_for, alice):
    client = client_for(alice)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/account/").status_code == 200


def test_signing_in_gives_a_new_key(client_for, alice):
    client = client_for(alice)
    before = client.cookies["sessionid"].value
    client.get("/account/")
    try_sign_in(client, alice.email)
    assert client.cookies["sessionid"].value != before


def test_a_remembered_cookie_lasts_and_another_ends_with_the_browser(client_for, alice):
    assert client_for(alice).cookies["sessionid"]["max-age"] == ""
    lasting = client_for(alice, remember=True).cookies["sessionid"]["max-age"]
    assert lasting == timedelta(days=14).total_seconds()


def test_a_signed_in_page_costs_two_reads_and_its_frame(client_for, alice):
    client = client_for(alice)
    client.get("/account/")
    with budget(calls=2 + shell.CALLS, hops=2 + shell.HOPS, rru=2 + shell.RRU, wru=0):
        assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/sign-up/"])
def test_a_signed_out_page_costs_nothing(client, path):
    with budget(calls=0, hops=0, rru=0, wru=0):
        assert client.get(path).status_code == 200
