"""Old copies of a key's row, kept by a process or read from a replica that lags, decide nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from apikeys import services, texts
from apikeys.repository import ApiKeyRepository
from apikeys.services import reading
from apikeys.services.limits import microseconds
from core import clock, ids, memory
from core.scopes import Scope
from dynamo.expressions import Update
from dynamo.metering import budget
from dynamo.schema import schema_named
from dynamo.table import Table, transact
from tests.apikeys.calling import ELSEWHERE, HOME, call, passes
from tests.apikeys.keys import ACTOR, PROFILE, change_row, issue, program, rows
from tests.apikeys.rotating import prepare, rotate
from users import services as users


@pytest.fixture(params=["kept", "lagging"])
def old_copies(request, alice, settings, monkeypatch, frozen):
    """A key whose first read shows what it was when this was called."""

    def begin(issued):
        if request.param == "kept":
            settings.API_KEYS_CACHE_SECONDS = 10
            assert passes(issued)
            return
        copy = ApiKeyRepository().find(issued.key.key_id)
        real = reading._keys.find
        monkeypatch.setattr(
            reading._keys,
            "find",
            lambda key_id, *, consistent: real(key_id) if consistent else copy,
        )

    return begin


def disable_owner(issued):
    transact(users.set_active_writes(issued.key.user_sub, active=False))


def revoke(issued):
    services.revoke_key(user_sub=issued.key.user_sub, key_id=issued.key.key_id, actor=ACTOR)


CHANGES = {
    "revoked": (revoke, "key_revoked"),
    "leaked": (
        lambda issued: change_row(issued, state="revoked", end_reason="leaked"),
        "key_leaked",
    ),
    "disabled": (lambda issued: change_row(issued, state="disabled"), "key_disabled"),
    "expired": (
        lambda issued: change_row(issued, expires_at=clock.epoch(clock.now())),
        "key_expired",
    ),
    "rotated": (lambda issued: rotate(issued, overlap=timedelta()), "key_invalid"),
    "erased": (lambda issued: ApiKeyRepository().remove_all(issued.key.user_sub), "key_invalid"),
    "narrowed": (lambda issued: change_row(issued, scopes=["keys:read"]), "scope_missing"),
    "fenced": (
        lambda issued: change_row(issued, allowed_networks=["192.0.2.0/24"]),
        "address_not_allowed",
    ),
    "owner disabled": (disable_owner, "key_owner_disabled"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_holds_from_the_next_call(alice, old_copies, name):
    change, refusal = CHANGES[name]
    issued = issue(alice)
    old_copies(issued)
    change(issued)
    assert call(issued) == refusal


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "owner disabled"])
def test_what_an_old_copy_would_let_through_spends_nothing(alice, old_copies, name):
    issued = issue(alice)
    old_copies(issued)
    CHANGES[name][0](issued)
    before = rows()
    call(issued)
    assert rows() == before


def test_a_state_that_somebody_set_by_hand_holds_too(alice, old_copies):
    issued = issue(alice)
    old_copies(issued)
    table = Table(schema_named("api_keys"))
    table.update({"key_id": issued.key.key_id}, Update().set("state", "disabled"))
    assert call(issued) == "key_disabled"


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"state": "disabled"}, {"state": "active"}),
        ({"state": "revoked"}, {"state": "active"}),
        ({"expires_at": 1_800_000_000}, {"expires_at": 4_000_000_000}),
        ({"scopes": ["keys:read"]}, {"scopes": ["feed:read"]}),
        ({"allowed_networks": ["192.0.2.0/24"]}, {"allowed_networks": [f"{HOME}/32"]}),
    ],
)
def test_no_refusal_rests_on_an_old_copy(alice, monkeypatch, worse, better):
    issued = issue(alice)
    change_row(issued, **worse)
    copy = ApiKeyRepository().find(issued.key.key_id)
    change_row(issued, **better)
    real = reading._keys.find
    monkeypatch.setattr(
        reading._keys, "find", lambda key_id, *, consistent: real(key_id) if consistent else copy
    )
    assert passes(issued)


def test_a_key_works_at_once_although_no_replica_knows_it_yet(alice, monkeypatch):
    issued = issue(alice)
    real = reading._keys.find
    monkeypatch.setattr(
        reading._keys, "find", lambda key_id, *, consistent: real(key_id) if consistent else None
    )
    assert passes(issued)


def test_a_secret_of_a_moment_ago_works_at_once(alice, old_copies):
    issued = issue(alice)
    old_copies(issued)
    new = rotate(issued, overlap=timedelta(hours=1))
    assert [passes(new), passes(issued)] == [True, True]


def test_a_secret_that_waits_since_a_moment_ago_takes_over_once(alice, old_copies):
    issued = issue(alice)
    old_copies(issued)
    new = prepare(issued, overlap=timedelta(hours=1))
    assert [passes(new), passes(new), passes(issued)] == [True, True, True]
    [row] = rows().values()
    assert ("pending" in row, row["previous"]["hint"]) == (False, issued.key.hint)


def test_an_old_copy_does_not_stretch_the_limit(alice, old_copies, settings):
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 5
    issued = issue(alice)
    old_copies(issued)
    assert 4 <= sum(passes(issued) for _ in range(20)) <= 5


def test_processes_that_know_nothing_of_each_other_keep_to_one_limit(
    alice, settings, monkeypatch, frozen
):
    """Each with a copy in which nobody ever called."""
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 5
    issued = issue(alice)
    assert passes(issued)
    copy = replace(ApiKeyRepository().find(issued.key.key_id), tat=0)
    monkeypatch.setattr(reading._keys, "find", lambda key_id, *, consistent: copy)
    passed = 1
    for _ in range(20):
        memory.clear_all()
        with budget(calls=4, wru=2):
            passed += passes(issued)
    assert passed == 5
    with budget(wru=0):
        assert call(issued) == "rate_limited"  # this one knows


def test_a_row_that_was_set_back_counts_from_now_on(alice, settings, frozen):
    """A table that was restored: what the process remembers of it lies ahead."""
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 5
    issued = issue(alice)
    assert [passes(issued), passes(issued)] == [True, True]
    change_row(issued, tat=1)
    assert passes(issued)
    assert rows()[issued.key.key_id]["tat"] == microseconds(clock.now()) + 1_000_000


@pytest.mark.parametrize("slot", ["current", "previous", "pending"])
def test_the_update_itself_refuses_a_call_over_the_limit(
    alice, settings, monkeypatch, frozen, slot
):
    """By any secret, also where the process believes that nobody called."""
    settings.API_KEYS_CALLS_PER_MINUTE = settings.API_KEYS_BURST = 1
    issued = issue(alice)
    sent = issued.secret
    if slot == "previous":
        rotate(issued, overlap=timedelta(hours=1))
    if slot == "pending":
        sent = prepare(issued, overlap=timedelta(hours=1))
    assert passes(issued)
    copy = replace(ApiKeyRepository().find(issued.key.key_id), tat=0)
    monkeypatch.setattr(reading._keys, "find", lambda key_id, *, consistent: copy)
    memory.clear_all()
    before = rows()
    with budget(calls=3, wru=1) as spent:
        assert call(sent) == "rate_limited"
    assert [operation.error for operation in spent.operations].count("ConditionFailed") == 1
    assert rows() == before


@pytest.fixture
def cached(settings, frozen):
    settings.API_KEYS_CACHE_SECONDS = 10
    return frozen


def test_a_kept_row_saves_the_read(alice, cached):
    issued = issue(alice)
    assert [passes(issued), passes(issued)] == [True, True]
    for _ in range(3):
        with budget(calls=2, hops=1, rru=1, wru=1):
            call(issued)


def test_it_is_read_again_after_as_many_seconds_as_are_set(alice, cached):
    issued = issue(alice)
    assert [passes(issued), passes(issued)] == [True, True]  # the second one knows the network
    cached.shift(9)
    with budget(calls=2):
        call(issued)
    cached.shift(1)
    with budget(calls=3) as spent:
        call(issued)
    assert spent.operations[0].name == "GetItem"
    assert spent.calls == 3


def test_without_the_setting_nothing_is_kept(alice):
    issued = issue(alice)
    for _ in range(3):
        with budget() as spent:
            call(issued)
        assert spent.calls == 3


def test_that_a_key_does_not_exist_is_not_kept(alice, cached):
    unknown = texts.text_of(ids.new_id(), texts.new_secret())
    for _ in range(2):
        with budget(calls=2) as spent:
            assert call(unknown) == "key_invalid"
        assert spent.calls == 2


def test_a_revoked_key_does_not_live_on_in_any_process(alice, cached):
    client = program(issue(alice, Scope.PROFILE_READ).secret)
    assert [client.get(PROFILE).status_code for _ in range(2)] == [200, 200]
    [key], _ = services.list_keys(user_sub=alice.user_sub)
    with budget(rru=2, wru=1):
        assert client.get(PROFILE).status_code == 200  # no read of the key is left
    services.revoke_key(user_sub=alice.user_sub, key_id=key.key_id, actor=ACTOR)
    assert client.get(PROFILE).json()["code"] == "key_revoked"


def test_a_new_network_is_told_once_though_the_copy_does_not_know_it(alice, cached):
    from alerts.repository import AlertRepository

    issued = issue(alice)
    for ip in (HOME, ELSEWHERE, ELSEWHERE, ELSEWHERE):
        assert passes(issued, ip=ip)
    kinds = [row["kind"] for row in AlertRepository().rows_of(alice.user_sub)]
    assert kinds.count("apikey.new_network") == 1
