"""Editing a key, and turning it off and on."""

from datetime import timedelta

import pytest
import time_machine

from apikeys import services
from apikeys.errors import KeyChanged, KeyEnded, KeyNotFound
from apikeys.items import KeyStatus
from apikeys.services import settling
from core import clock
from core.errors import Invalid, RateLimited
from core.ratelimit import Limit
from core.scopes import Scope
from dynamo.metering import budget
from tests.apikeys.keys import ACTOR, issue, rows
from tests.apikeys.owners import current, do, edit, last_alert, put, told
from tests.dumps import dump_tables

WRONG = [
    ({"name": " "}, "name", "Give the key a name."),
    ({"name": "x" * 81}, "name", "Use at most 80 characters."),
    ({"description": "x" * 201}, "description", "Use at most 200 characters."),
    ({"description": "a\u202eb"}, "description", "Remove the invisible characters"),
    ({"scopes": []}, "scopes", "Choose at least one."),
    ({"scopes": ["feed:*"]}, "scopes", "There is no scope feed:*."),
    ({"calls_per_minute": 0}, "calls_per_minute", "Give a number from 1 to 600"),
    ({"calls_per_minute": 601}, "calls_per_minute", "Give a number from 1 to 600"),
    ({"expires_in_days": 8}, "expires_in_days", "Choose one of 7, 30"),
    ({"allowed_networks": ["home"]}, "allowed_networks", "“home” is no address or network"),
]


@pytest.fixture
def key(alice):
    return issue(alice, Scope.FEED_READ).key


def test_an_edit_changes_what_it_names_and_nothing_else(key):
    changed = edit(key, name="nightly", description="Numbers\r\nof the week", calls_per_minute=60)
    assert changed == current(key)
    assert (changed.name, changed.description) == ("nightly", "Numbers\nof the week")
    assert (changed.calls_per_minute, changed.version) == (60, 2)
    assert (changed.scopes, changed.expires_at) == (key.scopes, key.expires_at)
    assert changed.digest == key.digest


def test_what_is_given_up_leaves_the_row(key):
    edit(key, description="x", allowed_networks=["192.0.2.0/24"], calls_per_minute=5)
    edit(
        current(key),
        description="",
        allowed_networks=[],
        calls_per_minute=None,
        expires_in_days=None,
    )
    [row] = rows().values()
    gone = {"description", "allowed_networks", "calls_per_minute", "expires_at", "purge_at"}
    assert not gone & set(row)


def test_a_later_end_moves_the_day_on_which_the_row_goes(key):
    with time_machine.travel(clock.now() + timedelta(days=10), tick=False):
        changed = edit(key, expires_in_days=365)
        assert changed.expires_at == clock.from_epoch(clock.epoch(clock.now())) + timedelta(
            days=365
        )
    [row] = rows().values()
    assert row["purge_at"] == row["expires_at"] + 90 * 86400


def test_its_owner_is_told_what_was_changed(alice, key):
    edit(
        key,
        name="wider",
        scopes=["feed:write", "profile:read"],
        allowed_networks=["192.0.2.0/24", "198.51.100.7", "2001:db8::/32", "203.0.113.0/24"],
        calls_per_minute=60,
        expires_in_days=None,
    )
    alert = last_alert(alice)
    assert alert["kind"] == "apikey.changed"
    assert alert["context"] == {
        "key": "ci deploy",
        "hint": key.hint,
        "key_id": key.key_id,
        "ip": ACTOR.ip,
        "device": "Firefox on Linux",
        "changes": "scopes added: feed:write, profile:read; scopes removed: feed:read; networks:"
        " 192.0.2.0/24, 198.51.100.7/32, 203.0.113.0/24 and 1 more; calls per minute: 60;"
        " expires: never; name: wider",
    }


def test_every_change_at_once_fits_into_its_alert(alice):
    key = issue(alice, *list(Scope)[:5]).key
    networks = [f"2001:db8:ffff:ffff:ffff:ffff:ffff:{number:x}000/116" for number in range(1, 16)]
    edit(
        key,
        name="n" * 80,
        scopes=list(Scope)[5:],
        allowed_networks=networks,
        calls_per_minute=599,
        expires_in_days=365,
    )
    changes = last_alert(alice)["context"]["changes"]
    assert changes.startswith("scopes added: alerts:write, billing:read")
    assert "; expires: " in changes
    assert len(changes) <= 450


def test_opening_a_key_to_everywhere_is_told(alice, key):
    edit(key, allowed_networks=["192.0.2.0/24"])
    edit(current(key), allowed_networks=[])
    assert last_alert(alice)["context"]["changes"] == "networks: everywhere"


def test_other_words_alone_raise_no_alert(alice, key):
    changed = edit(key, name="other", description="words")
    assert told(alice) == ["apikey.created"]
    assert changed.changed_at is None


def test_nothing_changed_writes_nothing(alice, key):
    before = dump_tables()
    assert edit(key, name=f" {key.name} ", scopes=["feed:read"], calls_per_minute=None) == key
    assert edit(key) == key
    assert dump_tables() == before


@pytest.mark.parametrize(("changes", "field", "message"), WRONG)
def test_bad_input_names_its_field_and_changes_nothing(key, changes, field, message):
    before = dump_tables()
    with pytest.raises(Invalid) as refused:
        edit(key, **changes)
    assert list(refused.value.errors) == [field]
    assert refused.value.errors[field][0].startswith(message)
    assert dump_tables() == before


@pytest.mark.parametrize(("changes", "field", "message"), WRONG)
def test_a_new_key_is_held_to_the_same_rules(alice, changes, field, message):
    good = {"name": "ci", "scopes": ["feed:read"], "expires_in_days": 90}
    before = dump_tables()
    with pytest.raises(Invalid) as refused:
        services.create_key(user_sub=alice.user_sub, actor=ACTOR, **(good | changes))
    assert refused.value.errors[field][0].startswith(message)
    assert dump_tables() == before


def test_all_wrong_fields_are_named_at_once(key):
    with pytest.raises(Invalid) as refused:
        edit(key, name="", scopes=[], calls_per_minute=-1)
    assert set(refused.value.errors) == {"name", "scopes", "calls_per_minute"}


def test_an_older_copy_changes_nothing(key):
    edit(key, name="first")
    before = dump_tables()
    with pytest.raises(KeyChanged):
        edit(key, name="second")
    with pytest.raises(KeyChanged):
        edit(key, version=99, name="second")
    assert dump_tables() == before


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_key_that_ended_is_not_changed(key, end):
    if end == "revoked":
        do(services.revoke_key, key)
    after = key.expires_at if end == "expired" else clock.now()
    before = dump_tables()
    with time_machine.travel(after, tick=False):
        for change in (
            lambda: edit(current(key), name="other"),
            lambda: do(services.disable_key, key),
            lambda: do(services.enable_key, key),
        ):
            with pytest.raises(KeyEnded):
                change()
    assert dump_tables() == before


def test_a_strangers_key_is_no_key(mallory, key):
    before = dump_tables()
    asked = {"user_sub": mallory.user_sub, "key_id": key.key_id, "actor": ACTOR}
    with pytest.raises(KeyNotFound):
        services.edit_key(**asked, version=1, changes=services.KeyChanges(name="mine"))
    for service in (services.disable_key, services.enable_key):
        with pytest.raises(KeyNotFound):
            service(**asked)
    assert dump_tables() == before


def test_disabling_is_once_and_told(alice, key):
    off = do(services.disable_key, key)
    assert off.status_at(clock.now()) is KeyStatus.DISABLED
    assert do(services.disable_key, key) == off
    assert told(alice) == ["apikey.created", "apikey.disabled"]
    assert off.version == 2


def test_enabling_is_once_and_told(alice, key):
    do(services.disable_key, key)
    on = do(services.enable_key, key)
    assert on.status_at(clock.now()) is KeyStatus.ACTIVE
    assert on.changed_at is not None
    assert do(services.enable_key, key) == on
    assert told(alice) == ["apikey.created", "apikey.disabled", "apikey.enabled"]


def test_a_disabled_key_can_be_edited_and_stays_off(key):
    do(services.disable_key, key)
    assert edit(current(key), name="later").status_at(clock.now()) is KeyStatus.DISABLED


def test_what_opens_is_limited_and_what_closes_is_not(monkeypatch, key):
    from apikeys.services import changing

    monkeypatch.setattr(changing, "CHANGES", Limit("api-key-change", times=1, seconds=86_400))
    assert settling.CHANGES.times > 1
    edit(key, name="other")
    do(services.disable_key, key)
    before = dump_tables()
    with pytest.raises(RateLimited):
        do(services.enable_key, key)
    with pytest.raises(RateLimited):
        edit(current(key), name="third")
    assert dump_tables() == before


def test_an_edit_keeps_what_calls_wrote_meanwhile(key):
    put(key, tat=7, last_used_at=clock.text(clock.now()), last_used_ip="192.0.2.1")
    put(key, pepper="2", secret_hash="0" * 64)
    edit(key, name="other", scopes=["profile:read"])
    [row] = rows().values()
    assert (row["tat"], row["last_used_ip"]) == (7, "192.0.2.1")
    assert (row["pepper"], row["secret_hash"]) == ("2", "0" * 64)


def test_an_edit_costs_the_row_the_limit_and_one_transaction(key):
    with budget(calls=3, hops=3):
        edit(key, scopes=["profile:read"])
    with budget(calls=3, hops=3):
        do(services.disable_key, key)
