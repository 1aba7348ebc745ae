"""Calling the API with a key."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from apikeys import services, texts
from core import clock, ids
from core.scopes import Scope
from dynamo.metering import budget
from dynamo.table import transact
from tests.apikeys.keys import ACTOR, KEYS, PROFILE, change_row, issue, program, rows
from users import services as users

SESSIONS = "/api/v1/sessions/"
AGENT = "curl/8.5.0  (x86_64)\t"


def told(answer):
    return answer.status_code, answer.json()["code"]


def change_name(client, name="Changed"):
    sent = {"display_name": name, "version": 1}
    return client.patch(PROFILE, sent, content_type="application/json")


def revoke(issued):
    services.revoke_key(user_sub=issued.key.user_sub, key_id=issued.key.key_id, actor=ACTOR)


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_a_key_opens_what_its_scopes_name(alice, header):
    client = program(issue(alice, Scope.PROFILE_READ).secret, header=header)
    answer = client.get(PROFILE)
    assert (answer.status_code, answer.json()["handle"]) == (200, "alice_h")


def test_a_change_needs_no_csrf_token(alice):
    client = program(issue(alice, Scope.PROFILE_WRITE).secret, enforce_csrf_checks=True)
    assert change_name(client).status_code == 200
    assert users.get_profile(alice.user_sub).display_name == "Changed"


def test_a_call_costs_three_calls_in_two_hops(alice):
    client = program(issue(alice).secret)
    with budget(calls=4, hops=3):  # the profile itself is the fourth
        client.get(PROFILE)
    issued = issue(alice)
    for _ in range(2):
        with budget(calls=3, hops=2, rru=1.5, wru=1):
            services.check_key(issued.secret, needs=Scope.FEED_READ, ip="")


def test_a_key_that_says_as_much_as_it_may_costs_twice_the_units(alice):
    issued = issue(alice)
    networks = [f"2001:db8:ffff:ff{number:02}::/64" for number in range(20)]
    change_row(issued, name="n" * 80, description="d" * 200, allowed_networks=networks)
    change_row(issued, seen_networks={f"{number:012}" for number in range(20)})
    with budget(calls=3, hops=2, rru=1.5, wru=2):
        services.check_key(issued.secret, needs=Scope.FEED_READ, ip="2001:db8:ffff:ff07::1")


def test_a_revoked_key_is_refused_at_the_next_call(alice):
    issued = issue(alice)
    client = program(issued.secret)
    assert client.get(PROFILE).status_code == 200
    revoke(issued)
    answer = client.get(PROFILE)
    assert told(answer) == (401, "key_revoked")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_key_that_is_revoked_while_a_call_is_checked_is_refused(alice, monkeypatch):
    issued = issue(alice)
    real = users.find_user

    def slow(user_sub):
        revoke(issued)
        return real(user_sub)

    monkeypatch.setattr(users, "find_user", slow)
    monkeypatch.setattr("apikeys.services.verify.gather", lambda *calls: [c() for c in calls])
    assert told(program(issued.secret).get(PROFILE)) == (401, "key_revoked")


def test_a_key_ends_when_it_expires(alice):
    issued = issue(alice, days=7)
    client = program(issued.secret)
    with time_machine.travel(issued.key.expires_at - timedelta(seconds=1), tick=False):
        assert client.get(PROFILE).status_code == 200
    with time_machine.travel(issued.key.expires_at, tick=False):
        assert told(client.get(PROFILE)) == (401, "key_expired")
    assert issued.key.key_id in rows()


def test_a_key_dies_with_its_owner(alice):
    client = program(issue(alice, Scope.PROFILE_READ).secret)
    transact(users.set_active_writes(alice.user_sub, active=False))
    assert told(client.get(PROFILE)) == (401, "key_owner_disabled")
    assert told(change_name(client)) == (401, "key_owner_disabled")
    assert told(client.post(KEYS)) == (401, "key_owner_disabled")


@pytest.mark.parametrize(
    "text",
    ["", "x", "lk_live_", texts.text_of("0" * 26, "s" * 32)[:-1] + "_", "é" * 40],
)
def test_a_malformed_key_is_401_and_costs_no_call(client_for, alice, text):
    browser = client_for(alice)
    with budget(calls=0):
        answer = browser.get(PROFILE, headers={"X-API-Key": text.encode().decode("latin-1")})
    assert told(answer) == (401, "key_invalid")


def test_unknown_and_wrong_keys_get_one_answer(alice):
    issued = issue(alice)
    unknown = texts.text_of(ids.new_id(), texts.new_secret())
    wrong = texts.text_of(issued.key.key_id, texts.new_secret())
    answers = []
    for text in (unknown, wrong, "malformed"):
        answer = program(text).get(PROFILE)
        answers.append((answer.status_code, answer.json() | {"request_id": ""}))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 401


def test_a_missing_scope_is_named_and_nothing_changes(alice):
    issued = issue(alice, Scope.PROFILE_READ, Scope.FEED_WRITE)
    before = rows()
    answer = change_name(program(issued.secret))
    assert told(answer) == (403, "scope_missing")
    assert "profile:write" in answer.json()["detail"]
    assert 'scope="profile:write"' in answer.headers["WWW-Authenticate"]
    assert users.get_profile(alice.user_sub).display_name == "Alice"
    assert rows() == before  # not even its last use


CLOSED = [
    ("get", "/api/v1/account/exports/"),
    ("post", "/api/v1/account/exports/"),
    ("get", "/api/v1/account/deletion/"),
    ("post", "/api/v1/account/deletion/"),
    ("delete", "/api/v1/account/deletion/"),
    ("post", "/api/v1/account/confirm/"),
    ("put", "/api/v1/account/password/"),
    ("post", "/api/v1/account/email-change/"),
    ("post", "/api/v1/password-resets/"),
    ("post", "/api/v1/sign-ups/"),
    ("post", SESSIONS),
    ("delete", f"{SESSIONS}current/"),
    ("post", f"{SESSIONS}end-others/"),
    ("post", KEYS),
    ("delete", f"{KEYS}01KC0QJ3N6Y5T2Z8S4V7W9X0AB/"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_what_needs_the_person_is_closed_to_every_key(alice, client_for, method, path):
    """Also beside a cookie whose session was confirmed a moment ago."""
    browser = client_for(alice)
    secret = issue(alice).secret
    before = rows()
    sent = {"headers": {"X-API-Key": secret}, "content_type": "application/json"}
    assert told(getattr(browser, method)(path, **sent)) == (403, "key_not_allowed")
    assert rows() == before
    assert browser.get(PROFILE).status_code == 200


def test_the_header_beats_the_cookie(alice, bob, client_for):
    browser = client_for(alice)
    bobs = {"X-API-Key": issue(bob).secret}
    assert browser.get(PROFILE, headers=bobs).json()["handle"] == "bob_h"
    answer = browser.get(PROFILE, headers={"X-API-Key": "broken"})
    assert told(answer) == (401, "key_invalid")
    assert "sessionid" not in answer.cookies
    assert browser.get(PROFILE).json()["handle"] == "alice_h"


def test_two_different_keys_are_none(alice, bob):
    client = program(issue(alice).secret)
    answer = client.get(PROFILE, headers={"X-API-Key": issue(bob).secret})
    assert told(answer) == (401, "key_invalid")


@pytest.mark.parametrize("name", ["key", "api_key", "access_token", "X-API-Key", "Authorization"])
def test_a_key_in_the_query_or_the_body_is_not_read(alice, name):
    secret = issue(alice).secret
    client = Client()
    assert told(client.get(PROFILE, {name: secret})) == (401, "not_authenticated")
    answer = client.patch(PROFILE, {name: secret}, content_type="application/json")
    assert told(answer) == (401, "not_authenticated")
    client.cookies["X-API-Key"] = secret
    assert client.get(PROFILE).status_code == 401


def test_other_schemes_are_not_ours(alice, client_for):
    answer = client_for(alice).get(PROFILE, headers={"Authorization": "Basic YTpi"})
    assert answer.status_code == 200


def test_a_visitor_learns_both_ways_in():
    assert Client().get(PROFILE).headers["WWW-Authenticate"] == "Session, Bearer"


def test_pages_take_no_key(alice):
    answer = program(issue(alice).secret).get("/settings/api-keys/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/settings/api-keys/")


def test_each_use_is_noted_with_its_moment_its_address_and_its_program(alice):
    issued = issue(alice)
    client = program(issued.secret, REMOTE_ADDR="198.51.100.7")
    start = clock.now() + timedelta(hours=1)
    for seconds in (0, 1):
        now = start + timedelta(seconds=seconds)
        with time_machine.travel(now, tick=False):
            assert client.get(PROFILE, headers={"User-Agent": AGENT}).status_code == 200
        key = services.get_owned_key(alice.user_sub, issued.key.key_id)
        assert key.last_used_at == now
    assert (key.last_used_ip, key.last_used_client) == ("198.51.100.7", "curl/8.5.0 (x86_64)")


@pytest.mark.parametrize(
    ("sent", "kept"), [("", ""), ("x" * 5000, "x" * 100), ("a\x00b\x1b[31m\tc", "a b [31m c")]
)
def test_a_program_names_itself_as_it_likes_and_is_kept_short(alice, sent, kept):
    issued = issue(alice)
    services.check_key(issued.secret, needs=Scope.FEED_READ, ip="", user_agent=sent)
    assert rows()[issued.key.key_id]["last_used_client"] == kept


def test_storage_that_does_not_answer_is_503_and_never_401(alice, faults):
    client = program(issue(alice).secret)
    with faults.outage():
        assert client.get(PROFILE).status_code == 503


def test_a_key_sees_and_ends_sessions_but_has_none(alice, client_for):
    browser = client_for(alice)
    client = program(issue(alice, Scope.SESSIONS_READ, Scope.SESSIONS_WRITE).secret)
    [found] = client.get(SESSIONS).json()["results"]
    assert found["current"] is False
    assert client.delete(f"{SESSIONS}{found['sid']}/").status_code == 204
    assert browser.get(PROFILE).status_code == 401
    assert client.get("/api/v1/account/sign-ins/").status_code == 200
