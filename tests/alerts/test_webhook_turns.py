"""Slow and failing webhooks hold up nobody else's, and nothing is lost or told twice for it."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import Mock

import pytest
import time_machine

from alerts.items import AlertKind
from alerts.services import webhooks
from alerts.services.webhooks import posting, sending
from alerts.webhook_items import DeliveryState
from core import clock, places
from core.outbound import Answer
from dynamo.table import transact
from jobs.services import list_jobs
from jobs.worker import Worker
from tests.alerts.receivers import Receiver, add, log, send_alert, stored, work
from tests.jobs.work import SECONDS, until, working

HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def receiver(monkeypatch):
    there = Receiver()
    monkeypatch.setattr("core.outbound.post", there.post)
    return there


def jobs_waiting():
    return [job for _, job in list_jobs(kind="alerts.webhook")]


def deliver(job):
    message, attempt = webhooks.message_of(job.ids)
    return webhooks.deliver(message, attempt=attempt)


def send_many(user, count):
    return [send_alert(user, AlertKind.APIKEY_REVOKED, key=str(n)) for n in range(count)]


def go_to_the_probe(user, issued):
    """The time at which what was put off is due as well."""
    return stored(user, issued).probe_at - clock.now() + timedelta(seconds=sending.BEHIND[1])


def told(receiver):
    return Counter(headers["webhook-id"] for _, _, headers in receiver.got)


def test_while_it_fails_one_delivery_a_time_tries_it(alice, receiver):
    issued = add(alice)
    receiver.status = 500
    send_many(alice, 5)
    work()
    assert len(receiver.got) == 1
    for tries in (2, 3, 4):
        work(after=go_to_the_probe(alice, issued))
        assert len(receiver.got) == tries
        assert len(jobs_waiting()) == 5
    assert stored(alice, issued).failures == 4


def test_once_it_answers_again_all_of_it_arrives_once(alice, receiver):
    issued = add(alice)
    receiver.status = 500
    alerts = send_many(alice, 5)
    work()
    receiver.status, receiver.got = 200, []
    work(after=go_to_the_probe(alice, issued))
    assert told(receiver) == {f"msg_{alert.alert_id}_1": 1 for alert in alerts}
    assert jobs_waiting() == []
    assert {each.state for each in log(alice, issued)} == {DeliveryState.DELIVERED}
    assert sorted(each.attempts for each in log(alice, issued)) == [1, 1, 1, 1, 2]
    assert stored(alice, issued).failing_since is None


def test_waiting_costs_a_delivery_none_of_its_attempts(alice, receiver):
    issued = add(alice)
    receiver.status = 500
    send_many(alice, 2)
    for _ in range(6):
        work(after=go_to_the_probe(alice, issued) if receiver.got else timedelta())
    attempts = [each.attempts for each in log(alice, issued)]
    assert sum(attempts) == len(receiver.got) == 6


def test_the_log_says_that_it_waits_and_for_how_long(alice, receiver):
    issued = add(alice)
    receiver.status = 500
    send_many(alice, 2)
    work()
    (waits,) = [each for each in log(alice, issued) if not each.attempts]
    assert (waits.state, waits.error) == (DeliveryState.RETRYING, "waiting")
    assert waits.next_at > stored(alice, issued).probe_at
    (failed,) = [each for each in log(alice, issued) if each.attempts]
    assert (failed.status, failed.error) == (500, "")


def test_what_is_put_off_again_keeps_what_its_last_attempt_said(alice, receiver):
    issued = add(alice)
    receiver.status = 500
    send_many(alice, 1)
    work()
    (before,) = log(alice, issued)
    (job,) = jobs_waiting()
    transact(deliver(job))
    (after,) = log(alice, issued)
    assert (after.status, after.attempts) == (before.status, before.attempts) == (500, 1)
    assert after.next_at > before.next_at
    assert len(receiver.got) == 1


def test_another_webhook_does_not_wait_for_one_that_fails(alice, monkeypatch):
    got = []

    def post(url, **_sent):
        got.append(url)
        return Answer(status=500 if "bad" in url else 204, headers={}, body=b"")

    monkeypatch.setattr("core.outbound.post", post)
    add(alice, url="https://bad.example.com/")
    add(alice, url="https://good.example.com/")
    send_many(alice, 3)
    work()
    assert Counter(got) == {"https://bad.example.com/": 1, "https://good.example.com/": 3}


def test_a_test_event_is_sent_at_once_and_ends_the_waiting_of_what_comes(alice, receiver):
    issued = add(alice)
    receiver.status = 500
    send_many(alice, 1)
    work()
    receiver.status = 200
    named = {"user_sub": alice.user_sub, "endpoint_id": issued.endpoint.endpoint_id}
    webhooks.send_test(**named, actor=None)
    work()
    assert stored(alice, issued).probe_at is None
    send_alert(alice)
    work()
    assert len(receiver.got) == 3


def test_without_a_place_it_is_put_back_and_has_not_tried(alice, receiver):
    issued = add(alice)
    send_many(alice, 1)
    held = [places.take(posting.UNDER_WAY, alice.user_sub) for _ in range(2)]
    work()
    assert receiver.got == []
    assert log(alice, issued) == []
    (job,) = jobs_waiting()
    assert (job.ids["attempt"], job.tries) == ("1", 0)
    assert timedelta() < clock.parse(job.due) - clock.now() < timedelta(seconds=15)
    places.leave(held[0])
    work(after=HALF_A_MINUTE)
    assert [each.attempts for each in log(alice, issued)] == [1]
    assert len(receiver.got) == 1


def test_a_worker_that_dies_holds_a_probe_and_a_place_for_a_minute(alice, receiver, monkeypatch):
    issued = add(alice)
    receiver.status = 500
    send_many(alice, 1)
    work()
    with monkeypatch.context() as dying:
        dying.setattr(places, "leave", lambda place: None)
        dying.setattr(posting, "post", Mock(side_effect=RuntimeError("died")))
        with time_machine.travel(stored(alice, issued).probe_at, tick=False):
            (job,) = jobs_waiting()
            with pytest.raises(RuntimeError, match="died"):
                deliver(job)
            assert stored(alice, issued).probe_after(clock.now()) is not None
    receiver.status = 200
    work(after=timedelta(minutes=3))
    assert len(receiver.got) == 2
    assert stored(alice, issued).failing_since is None


@pytest.mark.engine
def test_of_deliveries_that_race_one_is_the_probe(alice, receiver):
    add(alice)
    receiver.status = 500
    send_many(alice, 6)
    work()
    receiver.got = []
    jobs = jobs_waiting()
    with (
        time_machine.travel(clock.now() + HALF_A_MINUTE, tick=False),
        ThreadPoolExecutor(max_workers=6) as pool,
    ):
        writes = list(pool.map(deliver, jobs))
    assert len(receiver.got) == 1
    assert all(writes)  # the others have a next time


@pytest.mark.engine
def test_bobs_arrives_while_mallorys_slow_ones_hang(alice, bob, mallory, monkeypatch):
    released, arrived, lock = threading.Event(), threading.Event(), threading.Lock()
    under_way, most = 0, 0

    def post(url, **_sent):
        nonlocal under_way, most
        if "bob" in url:
            arrived.set()
            return Answer(status=204, headers={}, body=b"")
        with lock:
            under_way += 1
            most = max(most, under_way)
        released.wait(SECONDS)
        with lock:
            under_way -= 1
        return Answer(status=204, headers={}, body=b"")

    monkeypatch.setattr("core.outbound.post", post)
    slow = [add(mallory, url=f"https://slow{n}.example.com/") for n in range(5)]
    send_many(mallory, 2)
    mine = add(bob, url="https://bob.example.com/")
    with working(Worker()):
        until(lambda: under_way == 2)
        send_alert(bob)
        assert arrived.wait(SECONDS)
        assert under_way == 2
        until(lambda: [each.status for each in log(bob, mine)] == [204])
        released.set()
        until(lambda: sum(len(log(mallory, each)) for each in slow) == 10, seconds=60)
    assert most == 2
    assert jobs_waiting() == []
