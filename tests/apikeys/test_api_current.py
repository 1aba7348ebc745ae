"""/api/v1/api-keys/@current: what a key is told about itself."""

import pytest

from core.scopes import SCOPES, Scope
from dynamo.metering import budget
from tests.apikeys.doors import refusal
from tests.apikeys.keys import KEYS, issue, program, rows

CURRENT = f"{KEYS}@current"


@pytest.mark.parametrize("scope", SCOPES)
def test_any_key_learns_what_it_is(alice, scope):
    issued = issue(alice, scope)
    body = program(issued.secret).get(CURRENT).json()
    assert body["key"]["key_id"] == issued.key.key_id
    assert (body["key"]["scopes"], body["key"]["status"]) == ([scope], "active")
    assert body["owner"] == {"user_sub": alice.user_sub, "handle": "alice_h"}
    assert body["limit"] == {"calls": 600, "seconds": 60, "burst": 100}


def test_it_costs_one_read_more_than_any_call(alice):
    client = program(issue(alice).secret)
    client.get(CURRENT)
    with budget(calls=4, hops=3, wru=1):
        assert client.get(CURRENT).status_code == 200


def test_a_slash_at_the_end_is_no_other_address(alice):
    issued = issue(alice)
    told = program(issued.secret).get(f"{CURRENT}/").json()
    assert told["key"]["key_id"] == issued.key.key_id


def test_its_own_limit_is_what_it_is_told(alice, client_for):
    issued = issue(alice)
    path = f"{KEYS}{issued.key.key_id}/"
    asked = {"version": 1, "calls_per_minute": 30}
    client_for(alice).patch(path, asked, content_type="application/json")
    answer = program(issued.secret).get(CURRENT)
    assert answer.json()["limit"] == {"calls": 30, "seconds": 60, "burst": 30}
    assert answer.headers["RateLimit-Policy"] == '"default";q=30;w=60'


def test_the_secret_and_what_is_stored_of_it_are_not_told(alice):
    issued = issue(alice)
    told = program(issued.secret).get(CURRENT).content.decode()
    stored = rows()[issued.key.key_id]
    assert issued.secret not in told
    assert stored["secret_hash"] not in told


def test_it_is_for_keys(alice, client_for):
    assert refusal(client_for(alice).get(CURRENT)) == (403, "key_required")
    assert refusal(program("lk_live_nonsense").get(CURRENT)) == (401, "key_invalid")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_any_key_reads_and_no_key_writes(alice, method):
    client = program(issue(alice, Scope.KEYS_READ).secret)
    assert getattr(client, method)(CURRENT).status_code == 403
