"""The demo keys: every state that a page can show, once, however often they are loaded."""

from datetime import timedelta

import time_machine

from apikeys import demo, services
from apikeys.items import KeyStatus
from apikeys.services import Hint, hints_of
from core import clock
from jobs.kinds import JobKind
from tests.apikeys.keys import rows
from tests.apikeys.owners import do, jobs_of, told
from tests.dumps import dump_tables


def load(user):
    demo.load({"alice": user.user_sub})
    return {key.name: key for key in services.list_keys(user_sub=user.user_sub)[0]}


def test_a_load_leaves_what_is_there(alice):
    load(alice)
    before = dump_tables()
    load(alice)
    demo.load({})
    assert dump_tables() == before
    assert len(rows()) == len(demo.STORIES)


def test_every_state_is_there(alice):
    now = clock.now()
    keys = load(alice)
    assert {name: key.status_at(now) for name, key in keys.items()} == {
        "Weekly numbers": KeyStatus.ACTIVE,
        "Nightly backup": KeyStatus.ACTIVE,
        "Deploy": KeyStatus.ACTIVE,
        "Kitchen display": KeyStatus.DISABLED,
        "Old laptop": KeyStatus.REVOKED,
        "First try": KeyStatus.ACTIVE,
    }
    assert {name: hints_of(key, now) for name, key in keys.items() if hints_of(key, now)} == {
        "Nightly backup": [Hint.EXPIRES_SOON],
        "Deploy": [Hint.OLD_SECRET_IN_USE],
        "First try": [Hint.IDLE, Hint.NEVER_EXPIRES, Hint.EVERY_SCOPE],
    }
    assert told(alice) == ["apikey.revoked"]


def test_the_calls_of_thirty_days_are_there(alice):
    keys = load(alice)
    calls = services.calls_of([key.key_id for key in keys.values()])
    used = {name for name, key in keys.items() if calls[key.key_id]}
    assert used == {"Weekly numbers", "Nightly backup", "Deploy"}
    days = services.usage_of(user_sub=alice.user_sub, key_id=keys["Deploy"].key_id)
    assert all(day.ok for day in days)
    assert any(day.client_error for day in days)


def test_they_can_be_used_as_any_other(alice):
    keys = load(alice)
    do(services.undo_revoke, keys["Old laptop"])
    do(services.end_overlap, keys["Deploy"])
    do(services.enable_key, keys["Kitchen display"])
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert all(key.is_living_at(clock.now()) for key in load(alice).values())
    assert len(jobs_of(JobKind.APIKEY_EXPIRY)) == len(keys) - 1
    assert len(jobs_of(JobKind.APIKEY_IDLE)) == 1
