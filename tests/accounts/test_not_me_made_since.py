"""“This was not me”: what somebody else may have left behind is turned off, the rest stays."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from accounts import services
from alerts.items import AlertKind
from alerts.repository import ALERTS
from alerts.services import webhooks
from apikeys import services as apikeys
from apikeys.items import KeyState
from core import clock
from core.actor import Actor
from dynamo.table import Table
from jobs.kinds import JobKind
from jobs.services import list_jobs
from jobs.worker import run_due
from tests.accounts.test_not_me import link_for, told
from tests.alerts.people import actor, listed
from tests.alerts.receivers import Receiver, add, stored
from tests.apikeys.keys import PROFILE, issue, program
from tests.dumps import dump_tables

DAY, MINUTES = timedelta(days=1), timedelta(minutes=5)


@pytest.fixture
def receiver(monkeypatch):
    there = Receiver()
    monkeypatch.setattr("core.outbound.post", there.post)
    return there


@pytest.fixture
def time():
    with time_machine.travel(clock.now()) as traveller:
        yield traveller


def later(ago=timedelta(minutes=2)):
    with time_machine.travel(clock.now() + ago, tick=False):
        run_due()


def said(user, alert_id):
    found = services.find_not_me(user_sub=user.user_sub, alert_id=alert_id)
    services.say_not_me(found, actor=actor(user))
    return found


def works(issued):
    return program(issued.secret).get(PROFILE).status_code == 200


@pytest.fixture
def world(alice, receiver, time):
    """A key and a webhook from the day before, the alert, and a key and a webhook since."""
    old = issue(alice, name="old"), add(alice, name="old")
    time.shift(DAY)
    alert_id = told(alice)
    time.shift(MINUTES)
    new = issue(alice, name="new"), add(alice, name="new")
    return old, alert_id, new


@pytest.mark.parametrize("door", ["page", "link"])
def test_what_was_made_since_is_off_and_what_was_there_stays(client_for, alice, world, door):
    (old_key, old_hook), alert_id, (new_key, new_hook) = world
    path = f"/not-me/{alert_id}/" if door == "page" else link_for(alice, alert_id)
    client = client_for(alice) if door == "page" else Client()
    assert client.post(path).url == "/not-me/done/"
    later()
    assert works(old_key)
    refused = program(new_key.secret).get(PROFILE)
    assert (refused.status_code, refused.json()["code"]) == (401, "key_revoked")
    assert stored(alice, old_hook).is_active
    assert not stored(alice, new_hook).is_active


def test_its_owner_is_told_of_each_and_the_webhook_itself_is_not(alice, world, receiver):
    _, alert_id, _ = world
    said(alice, alert_id)
    later()
    kinds = [each.kind for each in listed(alice)]
    assert kinds.count(AlertKind.APIKEY_REVOKED) == 1
    assert kinds.count(AlertKind.WEBHOOK_TURNED_OFF) == 1
    (revoked,) = [each for each in listed(alice) if each.kind is AlertKind.APIKEY_REVOKED]
    assert "“new”" in revoked.sentence
    subjects = " ".join(message.subject for message in mail.outbox)
    assert "An API key was revoked" in subjects
    assert "A webhook was turned off" in subjects
    assert list(list_jobs(kind=JobKind.ALERT_WEBHOOK_LAST_CALL)) == []


def test_a_webhook_made_since_hears_nothing_of_it(alice, receiver):
    alert_id = told(alice)
    run_due()
    add(alice, url="https://theirs.example.com/")
    said(alice, alert_id)
    later()
    assert [url for url, _, _ in receiver.got if "theirs" in url] == []


def test_one_that_is_changed_at_this_very_moment_is_turned_off_too(alice, receiver, monkeypatch):
    from alerts.repository import WebhookRepository

    alert_id, issued = told(alice), add(alice)
    real, raced = WebhookRepository.all_of, []

    def race(self, user_sub):
        found = real(self, user_sub)
        if not raced:
            raced.append(issued)
            named = {"endpoint_id": issued.endpoint.endpoint_id, "actor": actor(alice)}
            webhooks.disable_endpoint(user_sub=user_sub, **named)
            webhooks.enable_endpoint(user_sub=user_sub, **named)
            webhooks.remove_endpoint(user_sub=user_sub, **named)
            add(alice)
        return found

    monkeypatch.setattr(WebhookRepository, "all_of", race)
    said(alice, alert_id)
    (left,) = webhooks.list_endpoints(alice.user_sub)
    assert not left.is_active


def test_the_key_that_the_alert_tells_of_is_one_of_them(alice):
    issued = issue(alice, name="theirs")
    (alert,) = [each for each in listed(alice) if each.kind is AlertKind.APIKEY_CREATED]
    said(alice, alert.alert_id)
    later()
    assert not works(issued)


def test_the_webhook_that_the_alert_tells_of_is_one_of_them(alice, receiver):
    issued = add(alice)
    (alert,) = [each for each in listed(alice) if each.kind is AlertKind.WEBHOOK_ADDED]
    said(alice, alert.alert_id)
    later()
    assert not stored(alice, issued).is_active


def test_since_is_the_first_time_of_an_event_that_happened_again(alice, time):
    alert_id = told(alice)
    time.shift(MINUTES)
    issued = issue(alice)
    told(alice)
    counted = {each.alert_id: each.n for each in listed(alice)}
    assert counted[alert_id] == 2
    said(alice, alert_id)
    later()
    assert not works(issued)


def test_of_an_alert_that_is_gone_its_id_says_since_when(alice, world):
    (old_key, _), alert_id, (new_key, new_hook) = world
    Table(ALERTS).delete({"user_sub": alice.user_sub, "alert_id": alert_id})
    assert Client().post(link_for(alice, alert_id)).url == "/not-me/done/"
    later()
    assert works(old_key)
    assert not works(new_key)
    assert not stored(alice, new_hook).is_active


def test_what_was_under_way_is_found_by_the_second_look(alice):
    """A request that was let in before may still make a key, and an index lags."""
    alert_id = told(alice)
    said(alice, alert_id)
    run_due()
    late = issue(alice)
    assert works(late)
    later()
    assert not works(late)


def test_what_its_owner_makes_afterwards_stays(alice, receiver):
    alert_id = told(alice)
    said(alice, alert_id)
    with time_machine.travel(clock.now() + timedelta(seconds=40), tick=False):
        mine, hook = issue(alice), add(alice)
    later()
    later(timedelta(minutes=5))
    assert works(mine)
    assert stored(alice, hook).is_active


def test_nothing_of_anybody_else_is_touched(alice, bob, receiver):
    bobs, hook = issue(bob), add(bob)
    said(alice, told(alice))
    later()
    assert works(bobs)
    assert stored(bob, hook).is_active


def test_a_worker_that_dies_half_way_loses_nothing_and_tells_once(alice, world, monkeypatch):
    from jobs.repository import Outbox

    _, alert_id, (new_key, new_hook) = world
    said(alice, alert_id)
    real, died = Outbox.finish, []

    def die_once(self, row, writes):
        if row.kind.endswith(".not_me") and row.kind not in died:
            died.append(row.kind)
            raise OSError
        return real(self, row, writes)

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "finish", die_once)
        run_due()
        assert died == [JobKind.APIKEY_NOT_ME]
        assert works(new_key)
        assert not stored(alice, new_hook).is_active
    later()
    later(timedelta(hours=1))
    assert not works(new_key)
    assert not stored(alice, new_hook).is_active
    kinds = [each.kind for each in listed(alice)]
    assert kinds.count(AlertKind.APIKEY_REVOKED) == 1


def test_an_outage_asks_for_nothing(client_for, alice, world, faults):
    _, alert_id, (new_key, new_hook) = world
    client = client_for(alice)
    with faults.outage():
        assert client.post(f"/not-me/{alert_id}/").status_code == 503
    later()
    assert works(new_key)
    assert stored(alice, new_hook).is_active


def test_more_than_one_job_can_revoke_are_revoked_all_the_same(alice, monkeypatch):
    monkeypatch.setattr("apikeys.services.distrusting.AT_ONCE", 2)
    alert_id = told(alice)
    issued = [issue(alice, name=str(n)) for n in range(5)]
    said(alice, alert_id)
    later()
    states = [apikeys.get_owned_key(alice.user_sub, each.key.key_id).state for each in issued]
    assert set(states) == {KeyState.REVOKED}


def test_one_that_was_revoked_meanwhile_is_told_once(alice, monkeypatch):
    from apikeys.repository import ApiKeyRepository

    alert_id, (first, second) = told(alice), (issue(alice, name="a"), issue(alice, name="b"))
    said(alice, alert_id)
    real, raced = ApiKeyRepository.all_of, []

    def race(self, user_sub):
        found = real(self, user_sub)
        if not raced:
            raced.append(first)
            apikeys.revoke_key(user_sub=alice.user_sub, key_id=first.key.key_id, actor=actor(alice))
        return found

    monkeypatch.setattr(ApiKeyRepository, "all_of", race)
    run_due()
    later()
    assert not works(first)
    assert not works(second)
    assert [each.kind for each in listed(alice)].count(AlertKind.APIKEY_REVOKED) == 2


def test_the_pages_say_what_is_turned_off_and_what_stays(client_for, alice):
    ask = client_for(alice).get(f"/not-me/{told(alice)}/").content.decode()
    assert "API keys that were made or changed since then" in ask
    done = Client().get("/not-me/done/").content.decode()
    assert "Those from before stay on" in done
    for path, text in [
        ("/settings/api-keys/", "Look at your API keys"),
        ("/settings/webhooks/", "Look at your webhooks"),
    ]:
        assert f'href="{path}">{text}</a>' in done


def test_its_jobs_hold_ids_and_times_only(alice):
    services.say_not_me(
        services.find_not_me(user_sub=alice.user_sub, alert_id=told(alice)),
        actor=Actor(user_sub=None, ip="198.51.100.9", user_agent="Mozilla/5.0 Firefox/140.0"),
    )
    jobs = [row for _, row in list_jobs() if row.kind.endswith(".not_me")]
    assert len(jobs) == 3
    assert all(set(row.ids) == {"user_sub", "since", "until"} for row in jobs)
    assert "198.51.100.9" not in dump_tables("app")
