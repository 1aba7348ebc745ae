"""Two clicks at once, on a real engine: one of them counts, and never half of both."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from apikeys import personal_data, services
from apikeys.errors import KeyChanged, KeyEnded, KeyNotFound, RotationInProgress
from apikeys.items import KeyState, RotationStart
from apikeys.services import Filter
from core.scopes import Scope
from tests.apikeys.keys import ACTOR, PROFILE, issue, program, rows
from tests.apikeys.owners import current, do, edit, rotate, told

pytestmark = pytest.mark.engine


def at_once(*clicks):
    """What each returned, or the refusal that it raised."""

    def outcome(click):
        try:
            return click()
        except (KeyChanged, KeyEnded, KeyNotFound, RotationInProgress) as refusal:
            return refusal

    with ThreadPoolExecutor(len(clicks)) as threads:
        return list(threads.map(outcome, clicks))


def done(outcomes):
    return [each for each in outcomes if not isinstance(each, Exception)]


@pytest.mark.parametrize("start", RotationStart)
@pytest.mark.parametrize("hours", [0, 24])
def test_ten_rotations_at_once_are_one(alice, start, hours):
    key = issue(alice).key
    made = done(at_once(*[lambda: rotate(key, start=start, hours=hours)] * 10))
    assert len(made) == 1
    assert current(key) == made[0].key
    assert told(alice) == ["apikey.created", "apikey.rotated"]


def test_ten_edits_at_once_are_one(alice):
    key = issue(alice, Scope.FEED_READ).key
    scopes = ["feed:read", "profile:read"]
    made = done(at_once(*[lambda: edit(key, scopes=scopes, expires_in_days=365)] * 10))
    assert len(made) == 1
    assert current(key) == made[0]
    assert told(alice) == ["apikey.created", "apikey.changed"]


def test_a_revoke_always_wins_over_edits(alice):
    for _ in range(5):
        key = issue(alice).key
        at_once(
            lambda key=key: edit(key, scopes=["feed:read"]),
            lambda key=key: do(services.revoke_key, key),
            lambda key=key: do(services.disable_key, key),
            lambda key=key: rotate(key),
        )
        assert current(key).state is KeyState.REVOKED
    assert told(alice).count("apikey.revoked") == 5


def test_ten_undos_at_once_are_one(alice):
    key = issue(alice, days=None).key
    do(services.revoke_key, key)
    outcomes = at_once(*[lambda: do(services.undo_revoke, key)] * 10)
    assert all(each.state is KeyState.ACTIVE for each in outcomes)
    assert current(key).version == 3
    assert told(alice).count("apikey.restored") == 1


def test_an_undo_beside_an_erasure_brings_nothing_back(alice):
    for _ in range(5):
        key = issue(alice, days=None).key
        do(services.revoke_key, key)
        at_once(
            lambda key=key: do(services.undo_revoke, key),
            lambda: personal_data.erase(alice.user_sub),
        )
        assert rows() == {}


def test_disabling_and_enabling_at_once_end_as_one_of_them(alice):
    key = issue(alice).key
    for _ in range(5):
        at_once(
            lambda: do(services.disable_key, key),
            lambda: do(services.enable_key, key),
            lambda: do(services.disable_key, key),
        )
    changes = [kind for kind in told(alice) if kind != "apikey.created"]
    assert current(key).version == 1 + len(changes)
    assert set(changes) <= {"apikey.disabled", "apikey.enabled"}


def test_revoking_all_beside_changes_leaves_no_key(alice):
    keys = [issue(alice).key for _ in range(6)]
    at_once(
        lambda: services.revoke_keys(user_sub=alice.user_sub, actor=ACTOR, wanted=Filter()),
        lambda: do(services.disable_key, keys[0]),
        lambda: rotate(keys[1]),
        lambda: do(services.revoke_key, keys[2]),
    )
    assert {row["state"] for row in rows().values()} == {"revoked"}
    assert told(alice).count("apikey.several_revoked") == 1


def test_changes_beside_calls_lose_neither(alice):
    issued = issue(alice, Scope.PROFILE_READ)

    def use():
        return program(issued.secret).get(PROFILE).status_code

    answers = at_once(use, use, lambda: edit(issued.key, name="other"), use, use)
    key = current(issued.key)
    assert [each for each in answers if each == 200] == [200] * 4
    assert (key.name, key.version) == ("other", 2)
    assert key.last_used_at is not None
