"""Changing keys and turning them off and on, one by one and many at once, by API."""

from datetime import timedelta

import pytest
import time_machine

from core import clock
from core.scopes import SCOPES, Scope
from tests.apikeys.doors import path_of, refusal, send
from tests.apikeys.keys import KEYS, PROFILE, issue, program, rows

LATER = timedelta(minutes=6)  # the confirmation is stale


def change(client, issued, **changes):
    return send(client, "patch", path_of(issued), **{"version": 1, **changes})


@pytest.fixture
def owner(alice, client_for):
    return client_for(alice)


def test_a_key_is_made_with_everything_that_bounds_it(owner):
    asked = {
        "name": "ci",
        "scopes": ["feed:read"],
        "description": "Runs at night.",
        "allowed_networks": ["203.0.113.7", "2001:db8::/32"],
        "calls_per_minute": 60,
        "expires_in_days": 7,
    }
    made = send(owner, "post", KEYS, **asked).json()["key"]
    assert made["allowed_networks"] == ["203.0.113.7/32", "2001:db8::/32"]
    assert (made["description"], made["calls_per_minute"]) == ("Runs at night.", 60)
    assert made["version"] == 1
    assert owner.get(f"{KEYS}{made['key_id']}/").json() == made


def test_what_is_sent_changes_and_the_rest_stays(alice, owner):
    issued = issue(alice, Scope.PROFILE_READ, Scope.FEED_READ)
    before = owner.get(path_of(issued)).json()
    answer = change(owner, issued, scopes=["feed:read"], calls_per_minute=30)
    changed = answer.json()
    assert answer.status_code == 200
    same = before.keys() - {"scopes", "calls_per_minute", "version", "hints"}
    assert {name: changed[name] for name in same} == {name: before[name] for name in same}
    assert (changed["scopes"], changed["calls_per_minute"]) == (["feed:read"], 30)
    assert changed["version"] == 2
    assert refusal(program(issued.secret).get(PROFILE)) == (403, "scope_missing")


def test_null_is_a_value_and_not_the_same_as_left_out(alice, owner):
    issued = issue(alice)
    assert change(owner, issued, calls_per_minute=30).json()["expires_at"] is not None
    changed = change(owner, issued, version=2, expires_in_days=None, calls_per_minute=None).json()
    assert (changed["expires_at"], changed["calls_per_minute"]) == (None, None)


def test_a_change_of_what_was_read_too_long_ago_is_409(alice, owner):
    issued = issue(alice)
    change(owner, issued, name="first")
    assert refusal(change(owner, issued, name="second")) == (409, "key_changed")
    assert owner.get(path_of(issued)).json()["name"] == "first"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"version": None}, "version"),
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["keys:write"]}, "scopes.0"),
        ({"allowed_networks": ["203.0.113.7/24"]}, "allowed_networks"),
        ({"allowed_networks": ["everywhere"]}, "allowed_networks"),
        ({"allowed_networks": "203.0.113.0/24"}, "allowed_networks"),
        ({"calls_per_minute": 0}, "calls_per_minute"),
        ({"calls_per_minute": 601}, "calls_per_minute"),
        ({"calls_per_minute": "60"}, "calls_per_minute"),
        ({"expires_in_days": 8}, "expires_in_days"),
        ({"description": "x" * 201}, "description"),
        ({"user_sub": "x"}, "user_sub"),
        ({"hint": "x"}, "hint"),
    ],
)
def test_a_bad_change_names_its_field(alice, owner, changed, field):
    issued = issue(alice)
    before = rows()
    answer = change(owner, issued, **changed)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert rows() == before


@pytest.mark.parametrize(
    ("method", "end", "body"),
    [
        ("patch", "", {"version": 1, "name": "other"}),
        ("post", "rotate/", {"version": 1}),
        ("post", "enable/", {}),
        ("post", "undo-revoke/", {}),
    ],
)
def test_what_opens_something_asks_who_it_is(alice, owner, method, end, body):
    issued = issue(alice)
    before = rows()
    with time_machine.travel(clock.now() + LATER):
        answer = send(owner, method, path_of(issued, end), **body)
    assert refusal(answer) == (403, "reauthentication_required")
    assert rows() == before


def test_what_closes_something_asks_nothing(alice, owner):
    one, other, third = issue(alice), issue(alice), issue(alice)
    with time_machine.travel(clock.now() + LATER):
        assert send(owner, "post", path_of(one, "disable/")).json()["status"] == "disabled"
        assert owner.delete(path_of(other, "previous-secret/")).status_code == 204
        assert owner.delete(path_of(other)).status_code == 204
        named = send(owner, "post", f"{KEYS}revoke/", key_ids=[third.key.key_id])
        assert named.json()["results"] == [{"key_id": third.key.key_id, "revoked": True}]


def test_a_disabled_key_works_again_once_it_is_enabled(alice, owner):
    issued = issue(alice)
    client = program(issued.secret)
    for _twice in range(2):
        assert send(owner, "post", path_of(issued, "disable/")).json()["status"] == "disabled"
    assert refusal(client.get(PROFILE)) == (401, "key_disabled")
    for _twice in range(2):
        assert send(owner, "post", path_of(issued, "enable/")).json()["status"] == "active"
    assert client.get(PROFILE).status_code == 200


def test_a_revoked_key_comes_back_within_the_hour(alice, owner):
    issued = issue(alice)
    owner.delete(path_of(issued))
    revoked = owner.get(path_of(issued)).json()
    assert (revoked["status"], revoked["end_reason"]) == ("revoked", "owner")
    assert revoked["undo_until"] > revoked["revoked_at"]
    back = send(owner, "post", path_of(issued, "undo-revoke/")).json()
    assert (back["status"], back["undo_until"], back["end_reason"]) == ("active", None, None)
    assert program(issued.secret).get(PROFILE).status_code == 200


def test_a_key_revoked_long_ago_does_not_come_back(alice, client_for):
    issued = issue(alice)
    client_for(alice).delete(path_of(issued))
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        owner = client_for(alice)
        assert owner.get(path_of(issued)).json()["undo_until"] is None
        answer = send(owner, "post", path_of(issued, "undo-revoke/"))
    assert refusal(answer) == (409, "undo_refused")
    assert program(issued.secret).get(PROFILE).status_code == 401


def test_an_ended_key_takes_no_change(alice, owner):
    issued = issue(alice)
    owner.delete(path_of(issued))
    before = rows()
    for answer in (
        change(owner, issued, version=2, name="other"),
        send(owner, "post", path_of(issued, "rotate/"), version=2),
        send(owner, "post", path_of(issued, "disable/")),
        send(owner, "post", path_of(issued, "enable/")),
        owner.delete(path_of(issued, "previous-secret/")),
    ):
        assert refusal(answer) == (409, "key_ended")
    assert rows() == before


def test_many_are_revoked_by_id_and_those_of_others_are_not(alice, bob, owner):
    mine, kept, his = issue(alice), issue(alice), issue(bob)
    named = [mine.key.key_id, his.key.key_id, "no-such-key"]
    answer = send(owner, "post", f"{KEYS}revoke/", key_ids=named)
    assert [each["revoked"] for each in answer.json()["results"]] == [True, False, False]
    states = {key_id: row["state"] for key_id, row in rows().items()}
    assert states == {
        mine.key.key_id: "revoked",
        kept.key.key_id: "active",
        his.key.key_id: "active",
    }


def test_many_are_revoked_by_what_they_have_in_common(alice, owner):
    writes = issue(alice, Scope.FEED_READ, Scope.FEED_WRITE)
    reads = issue(alice, Scope.FEED_READ)
    path = f"{KEYS}revoke/"
    assert send(owner, "post", path, scope="feed:write").json()["results"] == [
        {"key_id": writes.key.key_id, "revoked": True}
    ]
    assert send(owner, "post", path, scope="feed:read", unused_days=1).json()["results"] == []
    tomorrow = clock.text(clock.now() + timedelta(days=1))
    found = send(owner, "post", path, created_before=tomorrow).json()["results"]
    assert [each["key_id"] for each in found] == [reads.key.key_id]


def test_all_are_revoked_at_once_when_that_is_said(alice, owner):
    issued = [issue(alice) for _ in range(3)]
    found = send(owner, "post", f"{KEYS}revoke/", all=True).json()["results"]
    assert {each["key_id"] for each in found} == {each.key.key_id for each in issued}
    assert {row["state"] for row in rows().values()} == {"revoked"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "key_ids"),
        ({"all": False}, "key_ids"),
        ({"key_ids": []}, "key_ids"),
        ({"key_ids": ["x"], "scope": "feed:read"}, "key_ids"),
        ({"key_ids": ["x"], "all": True}, "all"),
        ({"all": True, "scope": "feed:read"}, "all"),
        ({"unused_days": 0}, "unused_days"),
        ({"created_before": "yesterday"}, "created_before"),
        ({"scope": "feed:all"}, "scope"),
        ({"everything": True}, "everything"),
    ],
)
def test_what_is_to_be_revoked_is_said_clearly_or_nothing_is(alice, owner, body, field):
    issue(alice)
    before = rows()
    answer = send(owner, "post", f"{KEYS}revoke/", **body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert rows() == before


def test_the_list_shows_those_that_work_or_those_that_ended(alice, owner):
    works, ended = issue(alice), issue(alice)
    owner.delete(path_of(ended))

    def ids_of(**query):
        return {key["key_id"] for key in owner.get(KEYS, query).json()["results"]}

    assert ids_of() == ids_of(status="all") == {works.key.key_id, ended.key.key_id}
    assert ids_of(status="living") == {works.key.key_id}
    assert ids_of(status="ended") == {ended.key.key_id}
    assert owner.get(KEYS, {"status": "dead"}).status_code == 400


def test_a_key_says_what_would_make_it_safer(alice, owner):
    issued = issue(alice, *SCOPES, days=None)
    assert owner.get(path_of(issued)).json()["hints"] == ["never_expires", "every_scope"]


def test_the_days_of_its_use_are_told(alice, owner):
    issued = issue(alice)
    found = owner.get(path_of(issued, "usage/"), {"days": 3}).json()["results"]
    assert len(found) == 3
    assert found[-1] == {
        "day": clock.now().date().isoformat(),
        **dict.fromkeys(("ok", "refused", "rate_limited", "client_error", "server_error"), 0),
    }


@pytest.mark.parametrize("days", ["0", "91", "x", "1.5"])
def test_days_that_are_none_are_400(alice, owner, days):
    answer = owner.get(path_of(issue(alice), "usage/"), {"days": days})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["days"])
