"""Ending keys for good, and taking that back within the hour."""

from datetime import timedelta

import pytest
import time_machine

from apikeys import services
from apikeys.errors import KeyEnded, KeyLimitReached, KeyNotFound, UndoRefused
from apikeys.items import EndReason, KeyStatus
from apikeys.services import Filter, keys, settling
from core import clock, ids
from core.errors import Invalid
from core.scopes import Scope
from dynamo.metering import budget
from tests.apikeys.keys import ACTOR, issue, rows
from tests.apikeys.owners import current, do, edit, last_alert, put, rotate, told
from tests.dumps import dump_tables

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def key(alice):
    return issue(alice, Scope.FEED_READ, days=None).key


def status(key):
    return current(key).status_at(clock.now())


def revoke_all(user, **asked):
    return services.revoke_keys(user_sub=user.user_sub, actor=ACTOR, **asked)


def all_of(user, **wanted):
    return revoke_all(user, wanted=Filter(**wanted))


def test_revoking_says_by_whom_and_keeps_the_row_for_ninety_days(key):
    revoked = do(services.revoke_key, key)
    assert (revoked.end_reason, revoked.revoked_from) == (EndReason.OWNER, key.state)
    [row] = rows().values()
    assert row["purge_at"] == clock.epoch(revoked.revoked_at) + 90 * 86400


def test_within_the_hour_it_is_what_it_was(alice, key):
    revoked = do(services.revoke_key, edit(key, allowed_networks=["192.0.2.0/24"]))
    with time_machine.travel(revoked.revoked_at + HOUR - timedelta(seconds=1), tick=False):
        back = do(services.undo_revoke, key)
        assert back.status_at(clock.now()) is KeyStatus.ACTIVE
        assert back.changed_at == clock.now()
    assert (back.digest, back.allowed_networks) == (key.digest, ("192.0.2.0/24",))
    assert told(alice)[-1] == "apikey.restored"
    assert back.version == revoked.version + 1


def test_a_key_that_came_back_is_not_cleaned_up(key):
    """TTL would delete a living key by the day that its revocation set."""
    do(services.revoke_key, key)
    do(services.undo_revoke, key)
    [row] = rows().values()
    assert not {"purge_at", "revoked_at", "revoked_from", "end_reason"} & set(row)


def test_a_key_with_an_end_is_cleaned_up_after_that_again(alice):
    key = issue(alice, days=30).key
    before = rows()[key.key_id]["purge_at"]
    do(services.revoke_key, key)
    do(services.undo_revoke, key)
    assert rows()[key.key_id]["purge_at"] == before


def test_a_disabled_key_comes_back_disabled(key):
    do(services.disable_key, key)
    do(services.revoke_key, key)
    assert do(services.undo_revoke, key).status_at(clock.now()) is KeyStatus.DISABLED


def test_undoing_twice_is_once(alice, key):
    do(services.revoke_key, key)
    back = do(services.undo_revoke, key)
    assert do(services.undo_revoke, key) == back
    assert told(alice).count("apikey.restored") == 1


def test_after_an_hour_it_is_for_good(key):
    revoked = do(services.revoke_key, key)
    before = dump_tables("api_keys", "alerts", "app")
    with time_machine.travel(revoked.revoked_at + HOUR, tick=False), pytest.raises(UndoRefused):
        do(services.undo_revoke, key)
    assert dump_tables("api_keys", "alerts", "app") == before


@pytest.mark.parametrize("reason", [EndReason.LEAKED, EndReason.NOT_ME])
def test_what_was_not_revoked_by_hand_stays_revoked(alice, key, reason):
    do(services.revoke_key, key)
    put(key, end_reason=str(reason))
    with pytest.raises(UndoRefused):
        do(services.undo_revoke, key)
    assert status(key) is KeyStatus.REVOKED
    assert told(alice) == ["apikey.created", "apikey.revoked"]


def test_a_leak_that_is_reported_at_this_moment_wins(alice, key, monkeypatch):
    do(services.revoke_key, key)
    changing = settling._changes.changing

    def leaked_meanwhile(*keys, **asked):
        put(key, end_reason=str(EndReason.LEAKED))
        return changing(*keys, **asked)

    monkeypatch.setattr(settling._changes, "changing", leaked_meanwhile)
    with pytest.raises(UndoRefused):
        do(services.undo_revoke, key)
    assert status(key) is KeyStatus.REVOKED
    assert "apikey.restored" not in told(alice)


def test_what_has_expired_meanwhile_does_not_come_back(alice):
    key = issue(alice, days=7).key
    with time_machine.travel(key.expires_at - timedelta(minutes=30), tick=False):
        do(services.revoke_key, key)
    with time_machine.travel(key.expires_at, tick=False), pytest.raises(KeyEnded):
        do(services.undo_revoke, key)
    assert current(key).revoked_at is not None
    assert "apikey.restored" not in told(alice)


def test_a_key_comes_back_only_where_there_is_room(alice, key, monkeypatch):
    do(services.revoke_key, key)
    issue(alice)
    monkeypatch.setattr(keys, "MAX_LIVING", 1)
    with pytest.raises(KeyLimitReached):
        do(services.undo_revoke, key)
    assert status(key) is KeyStatus.REVOKED


def test_a_strangers_key_does_not_come_back(mallory, key):
    do(services.revoke_key, key)
    before = dump_tables()
    with pytest.raises(KeyNotFound):
        services.undo_revoke(user_sub=mallory.user_sub, key_id=key.key_id, actor=ACTOR)
    assert dump_tables() == before


def test_several_are_revoked_by_their_ids_and_told_as_one(alice):
    made = [issue(alice, name=f"key {number}").key for number in range(3)]
    done = revoke_all(alice, key_ids=[made[2].key_id, made[0].key_id])
    assert done == [(made[2].key_id, True), (made[0].key_id, True)]
    assert [status(key) for key in made] == ["revoked", "active", "revoked"]
    assert told(alice)[3:] == ["apikey.several_revoked"]
    assert last_alert(alice)["context"]["keys"] in ("key 2, key 0", "key 0, key 2")
    assert all(current(key).end_reason is EndReason.OWNER for key in (made[0], made[2]))


def test_each_of_them_can_come_back(alice):
    made = [issue(alice).key for _ in range(2)]
    all_of(alice)
    do(services.undo_revoke, made[0])
    assert [status(key) for key in made] == ["active", "revoked"]


def test_repeating_it_changes_nothing_and_says_the_same(alice, key):
    first = revoke_all(alice, key_ids=[key.key_id])
    before = dump_tables()
    assert revoke_all(alice, key_ids=[key.key_id]) == first
    assert dump_tables() == before


def test_unknown_ids_and_those_of_others_are_told_alike(alice, bob, key):
    others, unknown = issue(bob).key, ids.new_id()
    asked = [others.key_id, unknown, "x", "a#b", key.key_id, key.key_id]
    assert revoke_all(alice, key_ids=asked) == [
        (others.key_id, False),
        (unknown, False),
        ("x", False),
        ("a#b", False),
        (key.key_id, True),
    ]
    assert status(others) is KeyStatus.ACTIVE
    assert told(bob) == ["apikey.created"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"key_ids": []}, "key_ids"),
        ({"key_ids": [str(number) for number in range(51)]}, "key_ids"),
        ({}, "key_ids"),
        ({"key_ids": ["x"], "wanted": Filter()}, "key_ids"),
        ({"wanted": Filter(unused_days=0)}, "unused_days"),
        ({"wanted": Filter(unused_days=10**9)}, "unused_days"),
    ],
)
def test_bad_input_names_its_field_and_revokes_nothing(alice, key, asked, field):
    before = dump_tables()
    with pytest.raises(Invalid) as refused:
        revoke_all(alice, **asked)
    assert list(refused.value.errors) == [field]
    assert dump_tables() == before


def test_all_living_ones_are_revoked(alice, bob):
    made = [issue(alice).key for _ in range(3)]
    do(services.disable_key, made[0])
    rotate(made[1])
    others = issue(bob).key
    assert set(all_of(alice)) == {(key.key_id, True) for key in made}
    assert [status(key) for key in made] == ["revoked"] * 3
    assert status(others) is KeyStatus.ACTIVE
    assert all_of(alice) == []


def test_an_expired_key_is_not_among_the_living(alice):
    key = issue(alice, days=7).key
    with time_machine.travel(key.expires_at, tick=False):
        assert all_of(alice) == []


def test_those_that_nothing_uses_are_revoked(alice):
    used, unused, fresh = (issue(alice, days=365, name=name).key for name in "abc")
    later = clock.now() + 100 * DAY
    put(used, last_used_at=clock.text(later - DAY))
    put(unused, last_used_at=clock.text(later - 90 * DAY))
    put(fresh, created_at=clock.text(later - DAY))
    with time_machine.travel(later, tick=False):
        assert all_of(alice, unused_days=90) == [(unused.key_id, True)]


def test_a_filter_is_all_that_it_says(alice):
    old = issue(alice, Scope.FEED_READ).key
    with time_machine.travel(clock.now() + DAY, tick=False):
        new = issue(alice, Scope.FEED_READ).key
        issue(alice, Scope.ALERTS_READ)
        assert all_of(alice, scope=Scope.FEED_READ, created_before=new.created_at) == [
            (old.key_id, True)
        ]
        assert all_of(alice, scope=Scope.FEED_READ) == [(new.key_id, True)]


def test_one_that_is_used_at_this_moment_is_not_revoked_as_unused(alice, monkeypatch):
    """The call comes between looking at the keys and revoking them."""
    used, unused = (issue(alice, days=365, name=name).key for name in "ab")
    later = clock.now() + 100 * DAY
    revoking = services.revoking._keys.revoking

    def used_meanwhile(key, **asked):
        if key.key_id == used.key_id:
            put(used, last_used_at=clock.text(later))
        return revoking(key, **asked)

    monkeypatch.setattr(services.revoking._keys, "revoking", used_meanwhile)
    with time_machine.travel(later, tick=False):
        assert all_of(alice, unused_days=90) == [(unused.key_id, True)]
        assert status(used) is KeyStatus.ACTIVE
    assert told(alice).count("apikey.several_revoked") == 1


def test_fifty_names_fit_into_their_alert(alice):
    made = [issue(alice, name="n" * 79 + str(number % 10)).key for number in range(50)]
    with budget(calls=2, hops=2):
        done = revoke_all(alice, key_ids=[key.key_id for key in made])
    assert len(done) == 50
    assert last_alert(alice)["context"]["keys"].endswith(" and 45 more")


def test_a_filter_costs_the_index_the_rows_and_one_transaction(alice):
    issue(alice)
    with budget(calls=3, hops=3):
        all_of(alice)
