"""A webhook that loses alerts about security is told so, by what it was when it lost them."""

import json
from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook

from alerts.items import AlertKind
from alerts.services import webhooks
from alerts.webhook_items import DeliveryState
from core import clock, places
from jobs.services import list_jobs
from tests.alerts.people import actor, listed, prefer
from tests.alerts.receivers import URL, Receiver, add, log, stored, work
from tests.alerts.test_webhook_endpoints import named
from tests.dumps import dump_tables

LEAVING = [
    (webhooks.disable_endpoint, AlertKind.WEBHOOK_TURNED_OFF),
    (webhooks.remove_endpoint, AlertKind.WEBHOOK_REMOVED),
]


@pytest.fixture
def receiver(monkeypatch):
    there = Receiver()
    monkeypatch.setattr("core.outbound.post", there.post)
    return there


def calls():
    return [job for _, job in list_jobs(kind="alerts.webhook_last_call")]


def told(receiver, secret):
    """The types of the events that came, each checked by the secret."""
    return [Webhook(secret).verify(body, headers)["type"] for _, body, headers in receiver.got]


@pytest.mark.parametrize(("act", "kind"), LEAVING)
def test_one_that_is_turned_off_or_removed_is_told_once_signed(alice, receiver, act, kind):
    issued = add(alice)
    act(**named(alice, issued))
    work()
    work(after=timedelta(hours=80))
    assert told(receiver, issued.secret) == [kind]
    ((url, body, headers),) = receiver.got
    assert url == URL
    data = json.loads(body)["data"]
    assert data["alert_id"] == listed(alice)[0].alert_id
    assert "“My program”" in data["sentence"]
    assert headers["webhook-id"] == f"msg_{data['alert_id']}_1"
    assert calls() == []


@pytest.mark.parametrize(("act", "kind"), LEAVING)
def test_others_hear_of_it_as_of_any_alert(alice, receiver, act, kind):
    leaving, staying = add(alice), add(alice, url="https://other.example.com/")
    act(**named(alice, leaving))
    work()
    assert sorted(url for url, _, _ in receiver.got) == [URL, "https://other.example.com/"]
    assert [each.message.kind for each in log(alice, staying)] == [kind]


def test_its_address_and_secret_travel_sealed(alice, receiver):
    issued = add(alice)
    webhooks.remove_endpoint(**named(alice, issued))
    (job,) = calls()
    text = dump_tables("app")
    assert "hooks.example.com" not in text
    assert issued.endpoint.secret not in text
    assert "in-the-address" not in repr(job)


def test_one_whose_key_is_gone_is_removed_without_a_call(alice, receiver, settings):
    issued = add(alice)
    settings.FIELD_ENCRYPTION_KEYS = [f"other:{'A' * 43}="]
    webhooks.remove_endpoint(**named(alice, issued))
    assert webhooks.list_endpoints(alice.user_sub) == []
    work()
    assert calls() == receiver.got == []


def test_within_a_rotation_both_secrets_sign_it(alice, receiver):
    first = add(alice)
    second = webhooks.rotate_secret(**named(alice, first))
    webhooks.remove_endpoint(**named(alice, first))
    work()
    assert AlertKind.WEBHOOK_REMOVED in told(receiver, first.secret)
    assert AlertKind.WEBHOOK_REMOVED in told(receiver, second.secret)


def test_one_without_alerts_about_security_is_not_told(alice, receiver):
    issued = add(alice, categories=["money"], min_severity=90)
    webhooks.disable_endpoint(**named(alice, issued))
    webhooks.remove_endpoint(**named(alice, issued))
    work()
    assert calls() == receiver.got == []


def test_one_that_was_off_already_hears_nothing_more(alice, receiver):
    issued = add(alice)
    webhooks.disable_endpoint(**named(alice, issued))
    work()
    webhooks.remove_endpoint(**named(alice, issued))
    work()
    assert told(receiver, issued.secret) == [AlertKind.WEBHOOK_TURNED_OFF]


def test_one_whose_alerts_were_off_by_choice_hears_nothing(alice, receiver):
    issued = add(alice)
    prefer(alice, choices={"security": {"webhook": "off"}})
    work()
    receiver.got = []
    webhooks.remove_endpoint(**named(alice, issued))
    work()
    assert receiver.got == []


@pytest.mark.parametrize(
    "change",
    [{"choices": {"security": {"webhook": "off"}}}, {"min_severity": {"webhook": 85}}],
)
def test_choices_that_take_security_away_are_told_to_each(alice, receiver, change):
    issued, other = add(alice), add(alice, url="https://other.example.com/")
    add(alice, categories=["money"], url="https://money.example.com/")
    off = add(alice, url="https://off.example.com/")
    webhooks.disable_endpoint(**named(alice, off))
    work()
    receiver.got = []
    prefer(alice, **change)
    work()
    assert sorted(url for url, _, _ in receiver.got) == [URL, "https://other.example.com/"]
    for each in (issued, other):
        states = {entry.message.kind: entry.state for entry in log(alice, each)}
        assert states[AlertKind.PREFS_CHANGED] is DeliveryState.DELIVERED


def test_one_that_still_gets_the_alert_itself_is_told_once(alice, receiver):
    add(alice)
    prefer(alice, min_severity={"webhook": 60})
    work()
    assert len(receiver.got) == 1


def test_what_it_was_at_the_change_counts_and_not_what_came_after(alice, receiver):
    issued = add(alice)
    prefer(alice, choices={"security": {"webhook": "off"}})
    webhooks.remove_endpoint(**named(alice, issued))
    work()
    assert told(receiver, issued.secret) == [AlertKind.PREFS_CHANGED]
    assert receiver.got[0][0] == URL


def test_another_added_since_gets_no_call_of_the_one_before(alice, receiver):
    issued = add(alice)
    webhooks.remove_endpoint(**named(alice, issued))
    newer = add(alice, url="https://mallory.example.com/", categories=["money"])
    work()
    assert [url for url, _, _ in receiver.got] == [URL]
    assert log(alice, newer) == []


def test_it_is_tried_three_times_within_minutes(alice, receiver):
    issued = add(alice)
    receiver.failure = "no_connection"
    webhooks.remove_endpoint(**named(alice, issued))
    work()
    for hours in range(1, 5):
        work(after=timedelta(hours=hours))
    assert len(receiver.got) == 3
    assert calls() == []
    assert len({headers["webhook-id"] for _, _, headers in receiver.got}) == 1


def test_it_says_nothing_about_the_health_of_one_that_is_on_again(alice, receiver):
    issued = add(alice)
    webhooks.disable_endpoint(**named(alice, issued))
    webhooks.enable_endpoint(**named(alice, issued))
    receiver.status = 410
    (call,) = calls()
    message, attempt = webhooks.message_of(call.ids)
    facts = {"url": URL, "secret": issued.secret, "old_secret": "", "old_until": ""}
    assert len(webhooks.deliver_last_call(message, attempt=attempt, facts=facts)) == 2
    assert stored(alice, issued).is_active
    assert stored(alice, issued).failing_since is None


def test_one_turned_off_shows_it_in_its_log_and_a_removed_one_leaves_none(alice, receiver):
    off, gone = add(alice), add(alice, categories=["security"])
    webhooks.disable_endpoint(**named(alice, off))
    webhooks.remove_endpoint(**named(alice, gone))
    work()
    assert [each.message.kind for each in log(alice, off)] == [AlertKind.WEBHOOK_TURNED_OFF]
    assert f"LOG#{gone.endpoint.endpoint_id}" not in dump_tables("alerts")


def test_it_waits_for_a_place_like_any_delivery(alice, receiver):
    from alerts.services.webhooks import posting

    issued = add(alice)
    for _ in range(2):
        places.take(posting.UNDER_WAY, alice.user_sub)
    webhooks.remove_endpoint(**named(alice, issued))
    work()
    assert receiver.got == []
    work(after=timedelta(seconds=70))
    assert told(receiver, issued.secret) == [AlertKind.WEBHOOK_REMOVED]


def test_of_an_erased_account_nothing_is_sent(alice, receiver):
    from alerts import personal_data

    issued = add(alice)
    webhooks.remove_endpoint(**named(alice, issued))
    personal_data.erase(alice.user_sub)
    work()
    assert receiver.got == []
    assert calls() == []


def test_a_worker_that_dies_after_it_tells_the_same_again(alice, receiver, monkeypatch):
    from jobs import worker
    from jobs.repository import Outbox

    issued = add(alice)
    webhooks.remove_endpoint(**named(alice, issued))
    real, died = Outbox.finish, []

    def die_once(self, row, writes):
        if row.kind == "alerts.webhook_last_call" and not died:
            died.append(row)
            raise OSError
        return real(self, row, writes)

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "finish", die_once)
        with time_machine.travel(clock.now() + timedelta(seconds=1), tick=False):
            worker.run_due()
    work(after=timedelta(minutes=2))
    assert [headers["webhook-id"] for _, _, headers in receiver.got] == [
        f"msg_{listed(alice)[0].alert_id}_1"
    ] * 2
    assert calls() == []


def test_removing_costs_what_it_should(alice):
    from dynamo.metering import budget

    issued = add(alice)
    with budget(calls=3, rru=2):  # the webhook, the choices, one transaction
        webhooks.remove_endpoint(
            user_sub=alice.user_sub,
            endpoint_id=issued.endpoint.endpoint_id,
            actor=actor(alice),
        )
