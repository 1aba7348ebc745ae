"""A new secret for a key: /api/v1/api-keys/{key_id}/rotate/ and …/previous-secret/."""

from datetime import timedelta

import pytest
import time_machine

from core import clock
from tests.apikeys.doors import path_of, refusal, send
from tests.apikeys.keys import PROFILE, issue, program, rows


@pytest.fixture
def owner(alice, client_for):
    return client_for(alice)


def rotate(client, issued, **asked):
    return send(client, "post", path_of(issued, "rotate/"), **{"version": 1, **asked})


def status_of(secret):
    return program(secret).get(PROFILE).status_code


def test_both_secrets_work_for_the_overlap_and_then_the_new_one(alice, owner):
    issued = issue(alice)
    answer = rotate(owner, issued, overlap_hours=1)
    body = answer.json()
    new, key = body["secret"], body["key"]
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert (key["key_id"], key["version"]) == (issued.key.key_id, 2)
    assert key["previous_secret"]["hint"] == issued.key.hint
    assert (key["hint"][-4:], key["pending_secret"]) == (new[-4:], None)
    assert [status_of(issued.secret), status_of(new)] == [200, 200]
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert [status_of(issued.secret), status_of(new)] == [401, 200]
        assert owner.get(path_of(issued)).json()["previous_secret"] is None
    assert new not in owner.get(path_of(issued)).content.decode()


def test_a_day_is_what_is_meant_without_saying(alice, owner):
    key = rotate(owner, issue(alice)).json()["key"]
    until = clock.parse(key["previous_secret"]["works_until"].replace("Z", ".000000Z"))
    assert timedelta(hours=23) < until - clock.now() <= timedelta(hours=24)


def test_without_an_overlap_the_old_one_ends_at_once(alice, owner):
    issued = issue(alice)
    new = rotate(owner, issued, overlap_hours=0).json()["secret"]
    assert [status_of(issued.secret), status_of(new)] == [401, 200]


def test_a_new_secret_may_wait_for_its_first_use(alice, owner):
    issued = issue(alice)
    key = rotate(owner, issued, start="first_use", overlap_hours=24).json()["key"]
    assert key["pending_secret"]["overlap_hours"] == 24
    assert (key["hint"], key["previous_secret"]) == (issued.key.hint, None)
    assert status_of(issued.secret) == 200


def test_a_second_rotation_waits_for_the_end_of_the_first(alice, owner):
    issued = issue(alice)
    rotate(owner, issued)
    before = rows()
    assert refusal(rotate(owner, issued, version=2)) == (409, "rotation_in_progress")
    assert rows() == before
    assert owner.delete(path_of(issued, "previous-secret/")).status_code == 204
    assert status_of(issued.secret) == 401
    assert rotate(owner, issued, version=3).status_code == 200


def test_the_wrong_secret_is_not_ended_by_who_looked_too_long_ago(alice, owner):
    issued = issue(alice)
    rotate(owner, issued)
    before = rows()
    path = path_of(issued, "previous-secret/")
    assert refusal(owner.delete(f"{path}?version=1")) == (409, "key_changed")
    assert rows() == before
    assert owner.delete(f"{path}?version=2").status_code == 204


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"version": None}, "version"),
        ({"overlap_hours": 2}, "overlap_hours"),
        ({"start": "later"}, "start"),
        ({"expires_in_days": 8}, "expires_in_days"),
        ({"start": "first_use", "expires_in_days": 30}, "expires_in_days"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_a_bad_rotation_names_its_field(alice, owner, asked, field):
    issued = issue(alice)
    before = rows()
    answer = rotate(owner, issued, **asked)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert rows() == before


def test_a_rotation_may_set_another_end(alice, owner):
    key = rotate(owner, issue(alice, days=7), expires_in_days=None).json()["key"]
    assert key["expires_at"] is None
