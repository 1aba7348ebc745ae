"""Making, listing and revoking keys: the rules."""

from datetime import timedelta

import pytest
import time_machine

from alerts.repository import AlertRepository
from apikeys import personal_data, services
from apikeys.errors import KeyExists, KeyLimitReached, KeyNotFound
from apikeys.items import KeyStatus
from apikeys.services import Shown, keys
from core import clock, ids
from core.errors import Invalid, RateLimited
from core.scopes import SCOPES, Scope
from dynamo.cursor import CursorForged
from dynamo.metering import budget
from tests.apikeys.keys import ACTOR, issue, rows
from tests.dumps import dump_tables


def kinds_of_alerts(user):
    return [row["kind"] for row in AlertRepository().rows_of(user.user_sub)]


def test_the_row_has_the_attributes_of_the_data_model(alice):
    issued = issue(alice, Scope.FEED_WRITE, Scope.FEED_READ)
    [row] = rows().values()
    assert row["user_sub"] == alice.user_sub
    assert row["scopes"] == ["feed:read", "feed:write"]
    assert row["created_at"] == row["updated_at"] == clock.text(issued.key.created_at)
    assert (row["state"], row["version"], row["sv"]) == ("active", 1, 1)
    assert row["purge_at"] == row["expires_at"] + 90 * 86400
    assert ids.is_id(row["key_id"])
    assert services.get_owned_key(alice.user_sub, row["key_id"]) == issued.key


def test_no_table_holds_the_secret(alice):
    secret = issue(alice).secret
    dump = dump_tables()
    assert secret not in dump
    assert secret.rpartition("_")[2][:-4] not in dump


def test_it_lasts_as_long_as_asked(alice):
    issued = issue(alice, days=7)
    assert issued.key.expires_at - issued.key.created_at <= timedelta(days=7)
    assert issue(alice, days=None).key.expires_at is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \n "}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["feed:read", "keys:write"]}, "scopes"),
        ({"scopes": ["*"]}, "scopes"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"expires_in_days": 8}, "expires_in_days"),
        ({"key_id": "x#y"}, "key_id"),
    ],
)
def test_bad_input_names_its_field_and_makes_nothing(alice, changed, field):
    good = {"name": "ci", "scopes": ["feed:read"], "expires_in_days": 90}
    before = dump_tables()
    with pytest.raises(Invalid) as refused:
        services.create_key(user_sub=alice.user_sub, actor=ACTOR, **(good | changed))
    assert list(refused.value.errors) == [field]
    assert dump_tables() == before


def test_a_form_that_is_sent_twice_makes_one_key(alice):
    asked = {
        "user_sub": alice.user_sub,
        "name": "ci",
        "scopes": ["feed:read"],
        "expires_in_days": 90,
        "key_id": ids.new_id(),
        "actor": ACTOR,
    }
    services.create_key(**asked)
    before = rows()
    with pytest.raises(KeyExists):
        services.create_key(**asked)
    assert rows() == before
    assert kinds_of_alerts(alice) == ["apikey.created"]


def test_a_person_has_a_bounded_number_of_living_keys(alice, bob, monkeypatch):
    monkeypatch.setattr(keys, "MAX_LIVING", 2)
    first = issue(alice)
    issue(alice)
    with pytest.raises(KeyLimitReached):
        issue(alice)
    assert len(rows()) == 2
    issue(bob)
    services.revoke_key(user_sub=alice.user_sub, key_id=first.key.key_id, actor=ACTOR)
    issue(alice)


def test_keys_are_made_at_a_bounded_rate(alice, monkeypatch):
    monkeypatch.setattr(keys, "CREATIONS", keys.Limit("api-key-create", times=1, seconds=86_400))
    issue(alice)
    with pytest.raises(RateLimited):
        issue(alice)
    assert len(rows()) == 1


def test_creating_and_revoking_tell_the_owner(alice):
    issued = issue(alice, name="Deploy 100 %s")
    services.revoke_key(user_sub=alice.user_sub, key_id=issued.key.key_id, actor=ACTOR)
    told = list(AlertRepository().rows_of(alice.user_sub))
    assert sorted(row["kind"] for row in told) == ["apikey.created", "apikey.revoked"]
    assert all(row["context"]["key"] == "Deploy 100 %s" for row in told)
    assert all(row["context"]["device"] == "Firefox on Linux" for row in told)
    assert issued.secret not in str(told)


def test_the_list_is_newest_first_paged_and_ones_own(alice, bob, monkeypatch):
    monkeypatch.setattr(keys, "PAGE", 2)
    start = clock.now()
    for number in range(3):
        with time_machine.travel(start + timedelta(seconds=number), tick=False):
            issue(alice, name=f"key {number}")
    issue(bob, name="bob's")
    with budget(calls=2, hops=2):
        first, following = services.list_keys(user_sub=alice.user_sub)
    second, end = services.list_keys(user_sub=alice.user_sub, after=following)
    assert [key.name for key in first + second] == ["key 2", "key 1", "key 0"]
    assert end == ""
    with pytest.raises(CursorForged):
        services.list_keys(user_sub=bob.user_sub, after=following)


def test_a_list_can_have_living_or_ended_ones_only(alice):
    living, expired, revoked = issue(alice, days=90), issue(alice, days=7), issue(alice)
    services.revoke_key(user_sub=alice.user_sub, key_id=revoked.key.key_id, actor=ACTOR)

    def shown(which):
        found, _ = services.list_keys(user_sub=alice.user_sub, shown=Shown(which))
        return {key.key_id for key in found}

    with time_machine.travel(expired.key.expires_at, tick=False):
        assert shown("living") == {living.key.key_id}
        assert shown("ended") == {expired.key.key_id, revoked.key.key_id}
        assert shown("all") == set(rows())


def test_revoking_is_once_and_stays_in_the_list_for_ninety_days(alice):
    issued = issue(alice, days=None)
    key_id = issued.key.key_id
    revoked = services.revoke_key(user_sub=alice.user_sub, key_id=key_id, actor=ACTOR)
    again = services.revoke_key(user_sub=alice.user_sub, key_id=key_id, actor=ACTOR)
    assert again == revoked
    assert (revoked.status_at(clock.now()), revoked.version) == (KeyStatus.REVOKED, 2)
    assert kinds_of_alerts(alice).count("apikey.revoked") == 1
    [listed] = services.list_keys(user_sub=alice.user_sub)[0]
    assert listed == revoked
    with time_machine.travel(revoked.revoked_at + timedelta(days=91)):
        assert services.list_keys(user_sub=alice.user_sub)[0] == []  # TTL may be late


@pytest.mark.parametrize("key_id", ["somebody's", "01KC0QJ3N6Y5T2Z8S4V7W9X0AB", "x", "a#b"])
def test_only_the_owner_reaches_a_key(alice, mallory, key_id):
    if key_id == "somebody's":
        key_id = issue(alice).key.key_id
    before = dump_tables()
    with pytest.raises(KeyNotFound):
        services.get_owned_key(mallory.user_sub, key_id)
    with pytest.raises(KeyNotFound):
        services.revoke_key(user_sub=mallory.user_sub, key_id=key_id, actor=ACTOR)
    assert dump_tables() == before


def test_it_costs_one_transaction_to_make_a_key(alice):
    with budget(calls=4, hops=4):  # the index, their rows, the limit, the transaction
        issue(alice)


def test_a_copy_of_ones_data_has_ones_keys_without_digests(alice, bob):
    issue(alice, name="mine")
    issue(bob, name="not mine")
    [row] = personal_data.export(alice.user_sub)["api_keys"]
    assert row["name"] == "mine"
    assert not {"secret_hash", "sv"} & set(row)


def test_keys_are_erased_with_their_owner(alice, bob):
    issue(alice)
    kept = issue(bob)
    for _ in range(2):
        personal_data.erase(alice.user_sub)
    assert list(rows()) == [kept.key.key_id]
    assert personal_data.holds(alice.user_sub) == []


def test_every_scope_is_explained():
    from core.scopes import DESCRIPTIONS

    assert set(DESCRIPTIONS) == set(Scope) == set(SCOPES.values())
