"""Many at once, on a real engine."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from alerts.repository import AlertRepository
from apikeys import services
from apikeys.errors import KeyExists, KeyRevoked
from apikeys.services import spending
from core import clock, ids
from core.scopes import Scope
from tests.apikeys.calling import ELSEWHERE, HOME, call, passes
from tests.apikeys.keys import ACTOR, issue, rows
from tests.apikeys.rotating import prepare, rotate

pytestmark = pytest.mark.engine
THREADS = 25
MANY = pytest.mark.parametrize("calls", [50, pytest.param(1000, marks=pytest.mark.long)])


def at_once(calls, ask):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(ask, range(calls)))


def alerts_of(user, kind):
    rows_of = AlertRepository().rows_of(user.user_sub)
    return sum(row["n"] for row in rows_of if row["kind"] == kind)


def test_one_form_sent_by_ten_clicks_makes_one_key(alice):
    key_id = ids.new_id()

    def click(_):
        try:
            return services.create_key(
                user_sub=alice.user_sub,
                name="ci",
                scopes=["feed:read"],
                expires_in_days=90,
                key_id=key_id,
                actor=ACTOR,
            )
        except KeyExists:
            return None

    with ThreadPoolExecutor(10) as clicks:
        made = [issued for issued in clicks.map(click, range(10)) if issued]
    assert len(made) == len(rows()) == 1
    assert len(list(AlertRepository().rows_of(alice.user_sub))) == 1
    services.check_key(made[0].secret, needs=Scope.FEED_READ, ip="")


def test_parallel_calls_and_a_revoke_end_with_a_dead_key(alice):
    issued = issue(alice)

    def call(number):
        if number == 10:
            services.revoke_key(user_sub=alice.user_sub, key_id=issued.key.key_id, actor=ACTOR)
            return None
        try:
            return services.check_key(issued.secret, needs=Scope.FEED_READ, ip="192.0.2.1")
        except KeyRevoked:
            return None

    with ThreadPoolExecutor(10) as calls:
        list(calls.map(call, range(40)))
    [row] = rows().values()
    assert (row["state"], row["version"]) == ("revoked", 2)
    with pytest.raises(KeyRevoked):
        services.check_key(issued.secret, needs=Scope.FEED_READ, ip="")


@MANY
@pytest.mark.parametrize("knows", [True, False])
def test_parallel_calls_never_exceed_the_burst(alice, settings, monkeypatch, frozen, calls, knows):
    """Also of as many processes, which know nothing of each other."""
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 20
    if not knows:
        monkeypatch.setattr(spending._arrivals, "get", lambda name, now: None)
    issued = issue(alice)
    answers = at_once(calls, lambda _: call(issued))
    over = [answer for answer in answers if isinstance(answer, str)]
    assert len(answers) - len(over) == 20
    assert set(over) == {"rate_limited"}
    [row] = rows().values()
    assert row["tat"] == spending.microseconds(clock.now()) + 20_000_000
    left = [answer.quota.remaining for answer in answers if not isinstance(answer, str)]
    assert sorted(left) == list(range(20))


@MANY
def test_parallel_calls_while_time_goes_on_keep_to_the_limit(alice, settings, calls):
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 600, 10
    issued = issue(alice)
    start = clock.now()
    passed = sum(at_once(calls, lambda _: passes(issued)))
    seconds = (clock.now() - start).total_seconds()
    assert 10 <= passed <= 10 + 10 * seconds


def test_parallel_calls_that_are_refused_spend_nothing(alice, settings, frozen):
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 20
    issued = issue(alice, Scope.FEED_READ)
    asked = [{"needs": Scope.FEED_WRITE}, {"needs": None}, {}]
    answers = at_once(60, lambda number: call(issued, **asked[number % 3]))
    refused = [answer for answer in answers if isinstance(answer, str)]
    assert sorted(set(refused)) == ["key_not_allowed", "scope_missing"]
    assert len(refused) == 40  # the other twenty are all that the limit allows
    assert not passes(issued)


def test_a_new_secret_takes_over_once_however_often_it_comes_at_once(alice):
    issued = issue(alice)
    new = prepare(issued, overlap=timedelta(hours=1))
    version = rows()[issued.key.key_id]["version"]
    secrets = [new, issued]
    assert all(at_once(50, lambda number: passes(secrets[number % 2])))
    [row] = rows().values()
    assert (row["version"], row["previous"]["hint"]) == (version + 1, issued.key.hint)


def test_calls_at_once_tell_of_one_thing_once(alice):
    issued = issue(alice)
    assert passes(issued, ip=HOME)
    rotate(issued, overlap=timedelta(hours=1))
    assert all(at_once(50, lambda _: passes(issued, ip=ELSEWHERE)))
    assert alerts_of(alice, "apikey.new_network") == 1
    assert alerts_of(alice, "apikey.old_secret_used") == 1


def test_of_two_first_networks_at_once_one_is_told(alice):
    issued = issue(alice)
    assert all(at_once(20, lambda number: passes(issued, ip=[HOME, ELSEWHERE][number % 2])))
    assert len(rows()[issued.key.key_id]["seen_networks"]) == 2
    assert alerts_of(alice, "apikey.new_network") == 1


def test_nothing_passes_after_a_revoke_with_warm_copies(alice, settings):
    settings.API_KEYS_CACHE_SECONDS = 10
    issued = issue(alice)
    assert all(at_once(20, lambda _: passes(issued)))
    services.revoke_key(user_sub=alice.user_sub, key_id=issued.key.key_id, actor=ACTOR)
    assert set(at_once(20, lambda _: call(issued))) == {"key_revoked"}
