"""What is sent to a webhook, when again, and when no more."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from standardwebhooks import Webhook, WebhookVerificationError

from alerts import services as alerts
from alerts.errors import DeliveryNotFound, NothingToReplay, WebhookOff
from alerts.items import AlertKind
from alerts.repository import ALERTS
from alerts.services import webhooks
from alerts.services.webhooks import posting, sending
from alerts.webhook_items import DeliveryState, EndpointState
from core import clock
from core.errors import RateLimited
from core.ids import new_id
from dynamo.metering import budget
from dynamo.table import Table
from jobs.services import list_jobs
from tests.alerts.people import actor, listed
from tests.alerts.receivers import URL, Receiver, add, log, send_alert, stored, work
from tests.dumps import dump_tables


@pytest.fixture
def receiver(monkeypatch):
    there = Receiver()
    monkeypatch.setattr("core.outbound.post", there.post)
    return there


@pytest.fixture
def webhook(alice, receiver):
    issued = add(alice)
    work()  # the mail about it
    mail.outbox.clear()
    return issued


def kinds_of(receiver):
    return [json.loads(body)["type"] for _, body, _ in receiver.got]


def waiting():
    return [job for _, job in list_jobs(kind="alerts.webhook")]


def test_an_alert_arrives_signed(alice, webhook, receiver):
    alert = send_alert(alice, device="Firefox on Windows", ip="192.0.2.7")
    work()
    ((url, body, headers),) = receiver.got
    assert url == URL
    event = Webhook(webhook.secret).verify(body, headers)
    assert event["type"] == "session.new_device"
    assert event["timestamp"] == clock.text(alert.last_at)
    assert event["data"]["title"] == "New sign-in to your account"
    assert event["data"]["facts"] == {"device": "Firefox on Windows", "ip": "192.0.2.7"}
    assert event["data"]["url"] == f"http://testserver/alerts/{alert.alert_id}/"
    assert headers["webhook-id"] == f"msg_{alert.alert_id}_1"
    with pytest.raises(WebhookVerificationError):
        Webhook(webhook.secret).verify(body + b" ", headers)


def test_the_job_holds_ids_only_and_the_log_no_text_of_the_alert(alice, webhook, receiver):
    send_alert(alice, device="Firefox on Windows")
    (job,) = waiting()
    assert set(job.ids) == {
        *("user_sub", "endpoint_id", "delivery_id", "alert_id"),
        *("kind", "occurrence", "attempt"),
    }
    assert "Firefox" not in dump_tables("app")
    assert "hooks.example.com" not in dump_tables("app")


def test_the_log_says_how_it_went(alice, webhook, receiver):
    receiver.status, receiver.body = 200, b"fi\x00ne\xff" + b"x" * 2000
    send_alert(alice)
    work()
    (delivery,) = log(alice, webhook)
    assert delivery.state is DeliveryState.DELIVERED
    assert (delivery.status, delivery.attempts, delivery.error) == (200, 1, "")
    assert delivery.answer.startswith("fine�xx")
    assert len(delivery.answer) <= 1024
    assert waiting() == []


def test_the_last_fifty_are_shown_for_fourteen_days(alice, webhook, receiver):
    for _ in range(52):
        sending_test(alice, webhook)
    work()
    assert len(log(alice, webhook)) == 50
    with time_machine.travel(clock.now() + timedelta(days=14, hours=1), tick=False):
        assert log(alice, webhook) == []


def sending_test(user, issued):
    return webhooks.send_test(
        user_sub=user.user_sub, endpoint_id=issued.endpoint.endpoint_id, actor=actor(user)
    )


@pytest.mark.parametrize("status", [300, 301, 302, 307, 400, 404, 429, 500, 503])
def test_whatever_is_not_a_success_is_tried_again(alice, webhook, receiver, status):
    receiver.status = status
    send_alert(alice)
    work()
    (delivery,) = log(alice, webhook)
    assert (delivery.state, delivery.status) == (DeliveryState.RETRYING, status)
    receiver.status = 200
    work(after=timedelta(seconds=7))
    (delivery,) = log(alice, webhook)
    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 2)
    first, second = receiver.got
    assert first[1] == second[1]
    assert first[2]["webhook-id"] == second[2]["webhook-id"]
    assert int(second[2]["webhook-timestamp"]) > int(first[2]["webhook-timestamp"])


def test_the_times_of_its_attempts_are_those_of_the_table(alice, webhook, receiver):
    receiver.failure = "no_connection"
    start = clock.now()
    send_alert(alice)
    work()
    waits, last = [], start
    while jobs := waiting():
        due = clock.parse(jobs[0].due)
        waits.append((due - last).total_seconds())
        last = due
        with time_machine.travel(due + timedelta(milliseconds=1), tick=False):
            from jobs.worker import run_due

            run_due()
    assert len(receiver.got) == 10
    for waited, planned in zip(waits, sending.DELAYS, strict=True):
        assert planned.total_seconds() * 0.79 - 2 < waited < planned.total_seconds() * 1.21 + 3
    (delivery,) = log(alice, webhook)
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, 10)
    assert delivery.error == "no_connection"


def test_one_that_asks_for_time_gets_it_up_to_a_day(alice, webhook, receiver):
    receiver.status, receiver.headers = 429, {"retry-after": "3600"}
    send_alert(alice)
    work()
    (job,) = waiting()
    assert clock.parse(job.due) - clock.now() > timedelta(minutes=59)
    for asked, most in [
        ("9" * 30, timedelta(hours=24)),
        ("soon", timedelta()),
        ("-1", timedelta()),
    ]:
        assert posting.asked_for(asked) == most


def test_one_that_is_gone_is_turned_off_and_its_owner_told(alice, webhook, receiver):
    receiver.status = 410
    send_alert(alice)
    work()
    assert stored(alice, webhook).state is EndpointState.GONE
    assert len(receiver.got) == 1
    assert waiting() == []
    assert listed(alice)[0].kind is AlertKind.WEBHOOK_DISABLED
    assert log(alice, webhook)[0].state is DeliveryState.FAILED
    send_alert(alice)
    assert waiting() == []


def test_days_of_failures_turn_it_off(alice, webhook, receiver):
    receiver.status = 500
    send_alert(alice)
    work()
    since = stored(alice, webhook).failing_since
    assert since is not None
    with time_machine.travel(since + timedelta(hours=119), tick=False):
        send_alert(alice)
        work()
        assert len(receiver.got) == 2
        assert stored(alice, webhook).is_active
        assert stored(alice, webhook).failing_since == since
    with time_machine.travel(since + timedelta(hours=121), tick=False):
        send_alert(alice)
        work()
        assert stored(alice, webhook).state is EndpointState.FAILING
        assert AlertKind.WEBHOOK_DISABLED in {alert.kind for alert in listed(alice)}


def test_one_success_ends_the_count(alice, webhook, receiver):
    receiver.status = 500
    send_alert(alice)
    work()
    receiver.status = 200
    send_alert(alice)
    work(after=timedelta(seconds=30))
    found = stored(alice, webhook)
    assert (found.failing_since, found.failures, found.probe_at) == (None, 0, None)


def test_what_waits_for_one_that_was_turned_off_is_dropped(alice, webhook, receiver):
    send_alert(alice)
    webhooks.disable_endpoint(**named(alice, webhook))
    work()
    assert kinds_of(receiver) == ["webhook.turned_off"]
    states = {each.message.kind: each.state for each in log(alice, webhook)}
    assert states["session.new_device"] is DeliveryState.DROPPED


def test_what_waits_for_one_that_was_removed_is_nothing(alice, webhook, receiver):
    send_alert(alice)
    webhooks.remove_endpoint(**named(alice, webhook))
    work()
    assert kinds_of(receiver) == ["webhook.removed"]
    assert waiting() == []


def test_one_removed_while_it_is_sent_leaves_no_row(alice, webhook, receiver, monkeypatch):
    def remove_then_answer(url, **sent):
        if not receiver.got:
            webhooks.remove_endpoint(**named(alice, webhook))
        return receiver.post(url, **sent)

    monkeypatch.setattr("core.outbound.post", remove_then_answer)
    send_alert(alice)
    work()
    work(after=timedelta(minutes=1))
    assert kinds_of(receiver) == ["session.new_device", "webhook.removed"]
    assert "LOG#" not in dump_tables("alerts")
    assert waiting() == []


def test_an_alert_that_was_deleted_is_not_sent(alice, webhook, receiver):
    alert = send_alert(alice)
    Table(ALERTS).delete({"user_sub": alice.user_sub, "alert_id": alert.alert_id})
    work()
    assert receiver.got == []
    (delivery,) = log(alice, webhook)
    assert (delivery.state, delivery.error) == (DeliveryState.FAILED, "alert_gone")


def named(user, issued):
    return {
        "user_sub": user.user_sub,
        "endpoint_id": issued.endpoint.endpoint_id,
        "actor": actor(user),
    }


def test_an_attempt_whose_end_was_lost_is_made_again_as_the_same(alice, webhook, receiver):
    """The worker dies between the answer and its note of it: sent twice, noted once."""
    from jobs import worker
    from jobs.repository import Outbox

    alert = send_alert(alice)
    real, died = Outbox.finish, []

    def die_once(self, row, writes):
        if row.kind == "alerts.webhook" and not died:
            died.append(row)
            raise OSError
        return real(self, row, writes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Outbox, "finish", die_once)
        with time_machine.travel(clock.now() + timedelta(seconds=1), tick=False):
            worker.run_due()
    work(after=timedelta(minutes=2))
    assert [headers["webhook-id"] for _, _, headers in receiver.got] == [
        f"msg_{alert.alert_id}_1"
    ] * 2
    assert [delivery.attempts for delivery in log(alice, webhook)] == [1]


def test_a_test_event_tells_nothing_and_is_sent_once(alice, webhook, receiver):
    receiver.status = 500
    webhooks.disable_endpoint(**named(alice, webhook))
    work()
    receiver.got = []
    delivery_id = sending_test(alice, webhook)
    work()
    ((_, body, headers),) = receiver.got
    event = Webhook(webhook.secret).verify(body, headers)
    assert event["type"] == "webhook.test"
    assert event["data"] == {"endpoint_id": webhook.endpoint.endpoint_id}
    states = {each.delivery_id: each.state for each in log(alice, webhook)}
    assert states[delivery_id] is DeliveryState.FAILED
    assert stored(alice, webhook).failing_since is None
    assert waiting() == []


def test_a_test_that_is_answered_by_gone_turns_nothing_off(alice, webhook, receiver):
    receiver.status = 410
    sending_test(alice, webhook)
    work()
    assert stored(alice, webhook).is_active


def test_tests_are_limited(alice, webhook):
    for _ in range(60):
        sending_test(alice, webhook)
    with pytest.raises(RateLimited):
        sending_test(alice, webhook)


def replay(user, issued, delivery_id):
    return webhooks.replay(**named(user, issued), delivery_id=delivery_id)


def test_a_replay_is_the_same_event_in_a_delivery_of_its_own(alice, webhook, receiver):
    send_alert(alice)
    work()
    (first,) = log(alice, webhook)
    again = replay(alice, webhook, first.delivery_id)
    work()
    assert [delivery.delivery_id for delivery in log(alice, webhook)] == [again, first.delivery_id]
    (_, one, before), (_, two, after) = receiver.got
    assert json.loads(one) == json.loads(two)
    assert before["webhook-id"] == after["webhook-id"]


def test_what_cannot_be_replayed_says_why(alice, mallory, webhook, receiver):
    alert = send_alert(alice)
    test_id = sending_test(alice, webhook)
    work()
    sent_id = next(d.delivery_id for d in log(alice, webhook) if d.delivery_id != test_id)
    for unknown in (new_id(), "x"):
        with pytest.raises(DeliveryNotFound):
            replay(alice, webhook, unknown)
    with pytest.raises(NothingToReplay):
        replay(alice, webhook, test_id)
    webhooks.disable_endpoint(**named(alice, webhook))
    with pytest.raises(WebhookOff):
        replay(alice, webhook, sent_id)
    webhooks.enable_endpoint(**named(alice, webhook))
    Table(ALERTS).delete({"user_sub": alice.user_sub, "alert_id": alert.alert_id})
    with pytest.raises(NothingToReplay):
        replay(alice, webhook, sent_id)
    assert waiting() == []


def test_a_secret_that_no_longer_opens_sends_nothing(alice, webhook, receiver):
    key = {"user_sub": f"wh#{alice.user_sub}"}
    key["alert_id"] = f"ENDPOINT#{webhook.endpoint.endpoint_id}"
    row = Table(ALERTS).get(key)
    Table(ALERTS).put({**row, "secret": "gone.AAAA"})
    send_alert(alice)
    work()
    assert receiver.got == []
    assert len(waiting()) == 1


def test_an_attempt_costs_what_it_should(alice, webhook, receiver):
    send_alert(alice)
    (job,) = waiting()
    message, attempt = webhooks.message_of(job.ids)
    with budget(calls=4, hops=3, rru=2, wru=2):  # webhook beside alert, then its place
        assert len(webhooks.deliver(message, attempt=attempt)) == 2


def test_a_copy_of_ones_data_has_them_and_erasing_leaves_nothing(alice, bob, webhook, receiver):
    from alerts import personal_data

    webhooks.rotate_secret(**named(alice, webhook))
    add(bob)
    send_alert(alice)
    work()
    copy = list(personal_data.export(alice.user_sub)["webhooks"])
    assert {row.get("name") for row in copy} == {"My program", None}
    assert all(row["user_sub"] == alice.user_sub for row in copy)
    assert not [row for row in copy if {"secret", "old_secret", "alert_id"} & set(row)]
    for _ in range(2):
        personal_data.erase(alice.user_sub)
    left = dump_tables("alerts", "alert_prefs")
    assert alice.user_sub not in left
    assert bob.user_sub in left


def test_the_inbox_and_the_badge_know_nothing_of_them(alice, webhook, receiver):
    before = alerts.badge(alice.user_sub), len(listed(alice))
    sending_test(alice, webhook)
    work()
    assert (alerts.badge(alice.user_sub), len(listed(alice))) == before


def test_the_largest_event_is_below_twenty_kilobytes(alice, webhook, receiver):
    longest = dict.fromkeys(("device", "ip", "hint", "key", "method"), "ü" * 500)
    send_alert(alice, AlertKind.APIKEY_CREATED, **longest)
    work()
    ((_, body, _),) = receiver.got
    assert 3_000 < len(body) < 20_000
