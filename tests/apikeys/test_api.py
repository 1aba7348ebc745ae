"""/api/v1/api-keys/, by session and by key."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from core import clock
from core.scopes import Scope
from tests.apikeys.keys import KEYS, PROFILE, issue, program, rows

ASKED = {"name": "ci deploy", "scopes": ["profile:read"]}


def create(client, **changed):
    return client.post(KEYS, ASKED | changed, content_type="application/json")


def test_a_key_is_made_and_its_secret_told_once(alice, client_for):
    client = client_for(alice)
    answer = create(client)
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert program(body["secret"]).get(PROFILE).status_code == 200
    key = body["key"]
    assert (key["name"], key["scopes"], key["status"]) == ("ci deploy", ["profile:read"], "active")
    assert key["hint"].endswith(body["secret"][-4:])
    for path in (KEYS, f"{KEYS}{key['key_id']}/"):
        assert body["secret"] not in client.get(path).content.decode()


def test_the_expiry_is_ninety_days_unless_asked_otherwise(alice, client_for):
    client = client_for(alice)
    ends = clock.parse(create(client).json()["key"]["expires_at"].replace("Z", ".000000Z"))
    assert timedelta(days=89) < ends - clock.now() <= timedelta(days=90)
    assert create(client, expires_in_days=None).json()["key"]["expires_at"] is None


def test_making_a_key_asks_who_it_is(alice, client_for):
    client = client_for(alice)
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        answer = create(client)
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert rows() == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["keys:write"]}, "scopes.0"),
        ({"scopes": "profile:read"}, "scopes"),
        ({"expires_in_days": 8}, "expires_in_days"),
        ({"key_id": "01KC0QJ3N6Y5T2Z8S4V7W9X0AB"}, "key_id"),
        ({"user_sub": "x"}, "user_sub"),
    ],
)
def test_bad_input_names_its_field(alice, client_for, changed, field):
    answer = create(client_for(alice), **changed)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert rows() == {}


def test_a_key_with_keys_read_lists_and_makes_nothing(alice):
    client = program(issue(alice, Scope.KEYS_READ).secret)
    [found] = client.get(KEYS).json()["results"]
    assert client.get(f"{KEYS}{found['key_id']}/").json()["key_id"] == found["key_id"]
    before = rows()
    for answer in (create(client), client.delete(f"{KEYS}{found['key_id']}/")):
        assert (answer.status_code, answer.json()["code"]) == (403, "key_not_allowed")
    assert rows() == before


def test_revoking_is_the_owners(alice, mallory, client_for):
    issued = issue(alice)
    path = f"{KEYS}{issued.key.key_id}/"
    stranger = client_for(mallory)
    for answer in (stranger.get(path), stranger.delete(path)):
        assert (answer.status_code, answer.json()["code"]) == (404, "key_not_found")
    assert stranger.get(KEYS).json() == {"results": [], "next": ""}
    owner = client_for(alice)
    assert owner.delete(path).status_code == 204
    assert owner.get(path).json()["status"] == "revoked"
    assert program(issued.secret).get(PROFILE).status_code == 401


def test_a_change_by_session_needs_the_csrf_token(alice, client_for):
    client = client_for(alice)
    issued = issue(alice)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for answer in (create(strict), strict.delete(f"{KEYS}{issued.key.key_id}/")):
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert [row["state"] for row in rows().values()] == ["active"]


@pytest.mark.parametrize("after", ["x", "x" * 5000])
def test_a_forged_cursor_is_400(alice, client_for, after):
    assert client_for(alice).get(KEYS, {"after": after}).status_code == 400


def test_the_document_says_how_a_key_is_sent():
    document = Client().get("/api/schema/", HTTP_ACCEPT="application/json").json()
    scheme = document["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
