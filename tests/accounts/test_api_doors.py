"""Signing up, in and out in JSON: the pages' services behind other doors."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from core import clock
from dynamo.metering import budget
from tests.accounts.mailbox import deliver, last_code
from tests.dumps import dump_tables
from tests.factories import PASSWORD
from users import services as users

SIGN_UPS, SESSIONS, CURRENT = "/api/v1/sign-ups/", "/api/v1/sessions/", "/api/v1/sessions/current/"
CAROL = {"email": "carol@example.com", "handle": "carol", "password": PASSWORD}
WRONG = "not the password at all"


def post(client, path, body=None, **extra):
    return client.post(path, body or {}, content_type="application/json", **extra)


def sign_up(client, **changes):
    answer = post(client, SIGN_UPS, CAROL | changes)
    assert answer.status_code == 202, answer.content
    deliver()
    return f"{SIGN_UPS}{answer.json()['attempt']}/"


def sign_in(client, login, password=PASSWORD, **changes):
    return post(client, SESSIONS, {"login": login, "password": password} | changes)


def problem(answer):
    body = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, body["code"], sorted(body["errors"])


def without_id(answer):
    """All a stranger can compare: the request id is new each time."""
    headers = {k: v for k, v in answer.headers.items() if k != "X-Request-Id"}
    return answer.status_code, headers, answer.json() | {"request_id": ""}


def carol():
    return users.find_by_login("carol@example.com")


# Signing up


def test_it_signs_up_verifies_and_signs_in(client):
    page = sign_up(client)
    assert carol() is None
    assert "sessionid" not in client.cookies
    answer = post(client, page + "verify/", {"code": last_code()})
    assert (answer.status_code, answer.json()["email"]) == (201, "carol@example.com")
    assert client.get("/api/v1/account/").json()["handle"] == "carol"
    assert client.cookies["sign_up"].value == ""


def test_another_browser_must_send_the_password(client):
    page, other = sign_up(client), Client()
    body = {"code": last_code()}
    assert problem(post(other, page + "verify/", body)) == (400, "invalid", ["password"])
    wrong = post(other, page + "verify/", body | {"password": WRONG})
    assert problem(wrong) == (400, "wrong_code", [])
    assert carol() is None
    assert post(other, page + "verify/", body | {"password": PASSWORD}).status_code == 201


def test_an_unknown_attempt_and_a_wrong_code_answer_alike(client):
    page = sign_up(client)
    body = {"code": "BBBB-BBBB", "password": PASSWORD}
    unknown = post(Client(), f"{SIGN_UPS}{'x' * 22}/verify/", body)
    wrong = post(Client(), page + "verify/", body)
    assert problem(wrong) == (400, "wrong_code", [])
    assert without_id(unknown) == without_id(wrong)
    assert carol() is None


def test_a_taken_handle_is_named_and_another_one_can_be_sent(client):
    page = sign_up(client)
    code = last_code()
    other = Client()
    theirs = sign_up(other, email="dora@example.com")
    post(other, theirs + "verify/", {"code": last_code()})
    assert problem(post(client, page + "verify/", {"code": code})) == (409, "handle_taken", [])
    body = {"code": code, "handle": "carol_2"}
    assert post(client, page + "verify/", body).json()["handle"] == "carol_2"


def test_a_resend_waits_and_the_old_code_dies(client):
    with time_machine.travel(clock.now(), tick=False) as time:
        page = sign_up(client)
        old = last_code()
        early = post(client, page + "resend/")
        assert problem(early) == (429, "rate_limited", [])
        assert int(early.headers["Retry-After"]) == 61
        assert deliver() == 0
        time.shift(timedelta(seconds=61))
        assert post(client, page + "resend/").status_code == 204
        assert deliver() == 1
        assert post(client, page + "verify/", {"code": old}).status_code == 400
        assert carol() is None
        assert post(client, page + "verify/", {"code": last_code()}).status_code == 201


def test_a_resend_for_an_unknown_attempt_says_the_same_and_sends_nothing(client):
    assert post(client, f"{SIGN_UPS}{'x' * 22}/resend/").status_code == 204
    assert deliver() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "no address"),
        ("email", None),
        ("email", 7),
        ("handle", "a b"),
        ("handle", "admin"),
        ("handle", "alice_h"),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "x" * 5000),
        ("password", ["x"]),
        ("admin", True),
    ],
)
def test_it_names_a_bad_field_and_changes_nothing(client, alice, field, value):
    before = dump_tables("users", "app")
    answer = post(client, SIGN_UPS, CAROL | {field: value})
    assert problem(answer) == (400, "invalid", [field])
    assert PASSWORD not in answer.content.decode()
    assert dump_tables("users", "app") == before
    assert deliver() == 0
    assert "sign_up" not in client.cookies


def test_the_sixth_sign_up_of_an_hour_for_one_address_is_refused(client):
    for number in range(5):
        sign_up(client, handle=f"carol{number}")
    assert problem(post(client, SIGN_UPS, CAROL)) == (429, "rate_limited", [])
    assert deliver() == 0


# Signing in and out


@pytest.mark.parametrize("login", ["alice@example.com", " ALICE@example.com", "@alice_h"])
def test_it_signs_in_by_email_or_handle(client, alice, login):
    answer = sign_in(client, login)
    assert (answer.status_code, answer.json()["user_sub"]) == (201, alice.user_sub)
    assert "password" not in answer.content.decode()
    assert answer.headers["Cache-Control"]
    (session,) = client.get(SESSIONS).json()["results"]
    assert (session["current"], session["methods"]) == (True, ["password"])


def test_remember_makes_the_cookie_last(alice):
    brief, lasting = Client(), Client()
    sign_in(brief, alice.email)
    sign_in(lasting, alice.email, remember=True)
    assert brief.cookies["sessionid"]["max-age"] == ""
    assert lasting.cookies["sessionid"]["max-age"] == timedelta(days=14).total_seconds()


def test_a_wrong_sign_in_is_one_answer(client, alice):
    wrong = sign_in(client, alice.email, WRONG)
    assert problem(wrong) == (401, "wrong_sign_in", [])
    assert without_id(wrong) == without_id(sign_in(client, "nobody@example.com", WRONG))
    assert "sessionid" not in client.cookies


def test_pages_and_programs_share_one_limit(client, alice):
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(5):
            client.post("/sign-in/", {"login": alice.email, "password": WRONG})
        answer = sign_in(client, alice.email)
    assert problem(answer) == (429, "rate_limited", [])
    assert int(answer.headers["Retry-After"]) >= 1
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize(
    ("field", "value"),
    [("login", ""), ("login", "x" * 300), ("login", 1), ("password", None), ("remember", "on")],
)
def test_a_bad_field_of_a_sign_in_counts_as_no_try(client, alice, field, value):
    before = dump_tables()
    body = {"login": alice.email, "password": PASSWORD} | {field: value}
    assert problem(post(client, SESSIONS, body)) == (400, "invalid", [field])
    assert dump_tables() == before


def test_signing_in_gives_a_new_key_and_ends_the_old_one(client, alice):
    sign_in(client, alice.email)
    before = client.cookies["sessionid"].value
    sign_in(client, alice.email)
    assert client.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/api/v1/account/").status_code == 401


def test_signing_out_ends_the_session(client, alice):
    sign_in(client, alice.email)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    answer = client.delete(CURRENT)
    assert (answer.status_code, answer.content) == (204, b"")
    assert thief.get("/api/v1/account/").status_code == 401


def test_a_visitor_cannot_sign_out(client):
    assert problem(client.delete(CURRENT)) == (401, "not_authenticated", [])


# The token


@pytest.mark.parametrize(
    "path", [SIGN_UPS, f"{SIGN_UPS}x/verify/", f"{SIGN_UPS}x/resend/", SESSIONS]
)
def test_a_visitor_needs_the_token_of_the_browser(path):
    strict = Client(enforce_csrf_checks=True)
    before = dump_tables()
    assert problem(post(strict, path, CAROL)) == (403, "csrf_failed", [])
    assert dump_tables() == before
    assert not mail.outbox


def test_signing_out_needs_the_token_too(client_for, alice):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["sessionid"] = client_for(alice).cookies["sessionid"].value
    assert problem(strict.delete(CURRENT)) == (403, "csrf_failed", [])
    assert strict.get("/api/v1/account/").status_code == 200


def test_a_program_in_the_browser_asks_for_the_token(alice):
    strict = Client(enforce_csrf_checks=True)

    def token():
        answer = strict.get("/api/v1/csrf/")
        assert "no-store" in answer.headers["Cache-Control"]
        return {"headers": {"X-CSRFToken": answer.json()["token"]}}

    old = token()
    body = {"login": alice.email, "password": PASSWORD}
    assert post(strict, SESSIONS, body, **old).status_code == 201
    assert strict.delete(CURRENT, **old).status_code == 403
    assert strict.delete(CURRENT, **token()).status_code == 204


def test_the_token_costs_no_storage_and_names_no_other_origin(client_for, alice):
    client = client_for(alice)
    with budget(calls=0):
        answer = Client().get("/api/v1/csrf/")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.get("/api/v1/csrf/").status_code == 200
