"""A new secret for a key that is in use."""

from datetime import timedelta

import pytest
import time_machine

from apikeys import peppers, services, texts
from apikeys.errors import KeyChanged, KeyEnded, KeyNotFound, RotationInProgress
from apikeys.items import RotationStart
from apikeys.services import rotating, settling
from core import clock
from core.errors import Invalid, RateLimited
from core.ratelimit import Limit
from core.scopes import Scope
from dynamo.expressions import Update
from dynamo.metering import budget
from dynamo.schema import schema_named
from dynamo.table import Table
from tests.apikeys.keys import issue, rows
from tests.apikeys.owners import alerts_of, current, do, edit, last_alert, put, rotate, told
from tests.dumps import dump_tables

FIRST_USE = RotationStart.FIRST_USE
DAY = timedelta(days=1)


@pytest.fixture
def issued(alice):
    return issue(alice, Scope.FEED_READ)


def opens(secret, digest):
    parsed = texts.parse(secret)
    return peppers.matches(parsed.key_id, parsed.secret, digest)


def test_the_old_secret_works_for_the_overlap(issued):
    now = clock.now()
    with time_machine.travel(now, tick=False):
        new = rotate(issued.key, hours=24)
    key = current(issued.key)
    assert new.key == key
    assert opens(new.secret, key.digest)
    assert not opens(issued.secret, key.digest)
    assert opens(issued.secret, key.previous.digest)
    assert key.previous.until == clock.from_epoch(clock.epoch(now + DAY))
    assert (key.hint, key.previous.hint) == (texts.hint_of(new.secret), issued.key.hint)
    assert (key.version, key.pending) == (2, None)


def test_the_key_stays_the_same_one(issued):
    new = rotate(issued.key).key
    same = ("key_id", "name", "scopes", "created_at", "expires_at")
    assert all(getattr(new, name) == getattr(issued.key, name) for name in same)


def test_without_an_overlap_the_old_secret_ends_at_once(alice, issued):
    rotate(issued.key, hours=0)
    [row] = rows().values()
    assert "previous" not in row
    assert not opens(issued.secret, current(issued.key).digest)
    assert last_alert(alice)["context"]["end"] == "at once"


def test_a_start_at_first_use_leaves_the_old_secret_until_then(alice, issued):
    new = rotate(issued.key, hours=1, start=FIRST_USE)
    key = current(issued.key)
    assert opens(issued.secret, key.digest)
    assert opens(new.secret, key.pending.digest)
    assert (key.hint, key.pending.hint) == (issued.key.hint, texts.hint_of(new.secret))
    assert (key.pending.overlap, key.previous) == (timedelta(hours=1), None)
    assert last_alert(alice)["context"]["end"] == "1 hour after the new one is used first"


def test_the_old_secret_never_outlives_the_key(alice):
    key = issue(alice, days=7).key
    with time_machine.travel(key.expires_at - DAY, tick=False):
        rotate(key, hours=168)
    assert current(key).previous.until == key.expires_at


def test_a_new_end_does_not_keep_the_old_secret_longer(alice):
    key = issue(alice, days=7).key
    with time_machine.travel(key.expires_at - DAY, tick=False):
        new = rotate(key, hours=168, expires_in_days=90).key
    assert new.expires_at == key.expires_at + 89 * DAY
    assert new.previous.until == key.expires_at


def test_an_earlier_end_ends_the_old_secret_with_the_key(alice):
    key = rotate(issue(alice, days=None).key, hours=168).key
    with time_machine.travel(key.previous.until - DAY, tick=False):
        assert edit(key, expires_in_days=7).previous.until == key.previous.until
    sooner = key.previous.until - 8 * DAY
    with time_machine.travel(sooner, tick=False):
        changed = edit(current(key), expires_in_days=7)
    assert current(key) == changed
    assert changed.previous.until == changed.expires_at == key.previous.until - DAY


def test_moving_the_end_keeps_what_the_old_secret_did_meanwhile(alice, monkeypatch):
    """A call with it comes between looking at the key and changing it."""
    key = rotate(issue(alice, days=None).key, hours=168).key
    changing = settling._changes.changing

    def used_meanwhile(*keys, **asked):
        used = {"last_used_at": clock.text(clock.now()), "last_used_ip": "192.0.2.1"}
        put(key, previous={**rows()[key.key_id]["previous"], **used})
        return changing(*keys, **asked)

    monkeypatch.setattr(settling._changes, "changing", used_meanwhile)
    with time_machine.travel(key.created_at - DAY, tick=False):
        edit(key, expires_in_days=7)
    [row] = rows().values()
    assert row["previous"]["until"] == row["expires_at"]
    assert row["previous"]["last_used_ip"] == "192.0.2.1"


@pytest.mark.parametrize("start", RotationStart)
def test_a_second_rotation_waits_for_the_end_of_the_first(alice, issued, start):
    rotated = rotate(issued.key, hours=24, start=start).key
    before = dump_tables()
    for version in (issued.key.version, rotated.version):
        with pytest.raises(RotationInProgress):
            rotate(rotated, version=version)
    assert dump_tables() == before


def test_after_the_overlap_it_can_be_rotated_again(issued):
    first = rotate(issued.key, hours=1)
    with time_machine.travel(first.key.previous.until, tick=False):
        second = rotate(first.key, hours=1)
    assert opens(first.secret, second.key.previous.digest)
    assert current(issued.key) == second.key


def test_an_older_copy_rotates_nothing(issued):
    edit(issued.key, name="other")
    before = dump_tables()
    with pytest.raises(KeyChanged):
        rotate(issued.key)
    assert dump_tables() == before


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"hours": 2}, "overlap_hours"),
        ({"hours": -1}, "overlap_hours"),
        ({"start": "later"}, "start"),
        ({"expires_in_days": 8}, "expires_in_days"),
        ({"start": FIRST_USE, "expires_in_days": 90}, "expires_in_days"),
        ({"start": FIRST_USE, "expires_in_days": None}, "expires_in_days"),
    ],
)
def test_bad_input_names_its_field_and_rotates_nothing(issued, asked, field):
    before = dump_tables()
    with pytest.raises(Invalid) as refused:
        rotate(issued.key, **asked)
    assert list(refused.value.errors) == [field]
    assert dump_tables() == before


def test_a_key_that_ended_or_is_somebody_elses_is_not_rotated(mallory, issued):
    key = do(services.revoke_key, issued.key)
    before = dump_tables()
    with pytest.raises(KeyEnded):
        rotate(key)
    with pytest.raises(KeyNotFound):
        services.rotate_key(
            user_sub=mallory.user_sub,
            key_id=key.key_id,
            version=key.version,
            overlap_hours=0,
            start=RotationStart.NOW,
            actor=None,
        )
    assert dump_tables() == before


def test_its_owner_is_told_without_a_secret(alice, issued):
    with time_machine.travel("2027-02-01T10:00:30Z", tick=False):
        new = rotate(issued.key, hours=24)
    assert told(alice) == ["apikey.created", "apikey.rotated"]
    assert last_alert(alice)["context"]["end"] == "at 2 February 2027, 10:00 UTC"
    assert new.secret not in str(alerts_of(alice))


def test_no_table_holds_either_secret(issued):
    new = rotate(issued.key, start=FIRST_USE)
    dump = dump_tables()
    for secret in (issued.secret, new.secret):
        assert secret.rpartition("_")[2][:-4] not in dump


def test_rotations_are_limited(monkeypatch, issued):
    monkeypatch.setattr(rotating, "ROTATIONS", Limit("api-key-rotate", times=1, seconds=86_400))
    key = rotate(issued.key, hours=0).key
    before = dump_tables()
    with pytest.raises(RateLimited):
        rotate(key)
    assert dump_tables() == before


def test_the_old_secret_can_end_early(alice, issued):
    key = rotate(issued.key).key
    alone = do(services.end_overlap, key)
    assert (alone.previous, alone.digest, alone.version) == (None, key.digest, 3)
    assert last_alert(alice)["context"]["changes"] == "the old secret ended"
    assert do(services.end_overlap, key) == alone
    assert told(alice)[2:] == ["apikey.changed"]


def test_a_new_secret_that_nobody_used_can_be_dropped(alice, issued):
    key = rotate(issued.key, start=FIRST_USE).key
    alone = do(services.end_overlap, key, version=key.version)
    assert (alone.pending, alone.digest) == (None, issued.key.digest)
    assert last_alert(alice)["context"]["changes"] == "the new secret, not used yet, ended"
    rotate(alone)


def first_use(key):
    """As a call would: what was in use is the old secret now, and the version moved."""
    row = rows()[key.key_id]
    until = clock.epoch(clock.now() + DAY)
    old = {name: row[name] for name in ("pepper", "secret_hash", "hint")} | {"until": until}
    put(key, previous=old, version=key.version + 1)
    Table(schema_named("api_keys")).update({"key_id": key.key_id}, Update().remove("pending"))


def test_dropping_the_new_secret_never_ends_the_old_one(issued):
    """Its first use came between looking at the page and clicking."""
    looked_at = rotate(issued.key, start=FIRST_USE).key
    first_use(looked_at)
    before = dump_tables()
    with pytest.raises(KeyChanged):
        do(services.end_overlap, looked_at, version=looked_at.version)
    assert dump_tables() == before


def test_nor_when_the_first_use_comes_at_the_very_moment(issued, monkeypatch):
    key = rotate(issued.key, start=FIRST_USE).key
    changing = settling._changes.changing

    def used_meanwhile(*keys, **asked):
        first_use(key)
        return changing(*keys, **asked)

    monkeypatch.setattr(settling._changes, "changing", used_meanwhile)
    with pytest.raises(KeyChanged):
        do(services.end_overlap, key)
    assert opens(issued.secret, current(key).previous.digest)


def test_there_is_nothing_to_end_beside_one_secret(issued):
    before = dump_tables()
    assert do(services.end_overlap, issued.key) == issued.key
    assert dump_tables() == before


def test_the_overlap_of_a_key_that_ended_is_not_touched(issued):
    key = rotate(issued.key).key
    do(services.revoke_key, key)
    before = dump_tables()
    with pytest.raises(KeyEnded):
        do(services.end_overlap, key)
    assert dump_tables() == before


def test_a_rotation_costs_the_row_the_limit_and_one_transaction(issued):
    with budget(calls=3, hops=3):
        rotate(issued.key)
