"""The queue as a carrier of keys: what is lost, doubled, foreign or late on it harms nothing."""

import json
import logging
import threading
from datetime import timedelta

import pytest

from core import clock
from dynamo.metering import budget
from dynamo.table import Table
from jobs import receiving, relaying, services
from jobs.items import Lane
from jobs.messages import Queue
from jobs.polling import Poller
from jobs.receiving import Receiver
from jobs.relaying import Relay
from jobs.repository import DEAD_PARTITION, SCHEMA, Outbox
from jobs.running import Outcome
from jobs.worker import Worker
from tests.jobs.queues import count, new_queue, sqs, take_all
from tests.jobs.work import RECORD, SECONDS, effects, record, stored, until, waiting, working

pytestmark = pytest.mark.engine


@pytest.fixture
def url(settings, monkeypatch):
    monkeypatch.setattr(receiving, "WAIT", 1)
    settings.JOBS_QUEUE_URL = new_queue()
    return settings.JOBS_QUEUE_URL


@pytest.fixture
def relay(url):
    return Relay(Queue(url))


@pytest.fixture
def receiver(url):
    return Receiver(Queue(url), wake=lambda: None)


@pytest.fixture
def no_polling(monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a worker with a queue does not poll")

    monkeypatch.setattr(Poller, "next_row", refuse)


def send(url, body):
    sqs(
        "SendMessage", QueueUrl=url, MessageBody=body if isinstance(body, str) else json.dumps(body)
    )


def received(receiver):
    """One round of the receiver's thread; everything it found."""
    receiver.ask(10)
    receiver._receive()
    found = []
    while each := receiver.next():
        found.append(each)
    return found


def test_a_message_is_a_key_and_nothing_else(relay, url, registry):
    record("alice", secret={"token": "correct-horse"})
    (row,) = waiting()
    assert relay.publish_due() == 1
    assert [json.loads(body) for body in take_all(url)] == [row.key]


def test_a_key_is_sent_once_and_again_when_nobody_acted_upon_it(relay, hands, registry):
    record()
    assert relay.publish_due() == 1
    with budget(wru=0):
        assert relay.publish_due() == 0
    hands.shift(relaying.REQUEUE)
    assert relay.publish_due() == 1


def test_two_relays_send_it_once(relay, url, registry):
    for number in range(40):
        record(f"job {number}")
    together, sent = threading.Barrier(2), []

    def publish():
        together.wait()
        sent.append(Relay(Queue(url)).publish_due())

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 40
    assert count(url) == (40, 0)


def test_one_of_two_relays_marks_a_row(hands, registry):
    record()
    (row,) = waiting()
    now, until = clock.now(), clock.text(clock.now() + relaying.REQUEUE)
    marks = [Outbox().mark_queued(row, now=clock.text(now), until=until) for _ in range(2)]
    assert marks == [True, False]


def test_neither_a_job_that_runs_nor_one_that_is_gone_is_marked(hands, registry):
    record()
    (row,) = waiting()
    now, until = clock.text(clock.now()), clock.text(clock.now() + relaying.REQUEUE)
    leased = Outbox().lease(row, owner="another", now=now, until=until)
    assert not Outbox().mark_queued(row, now=now, until=until)
    Outbox().finish(leased, [])
    assert not Outbox().mark_queued(row, now=now, until=until)
    Outbox().lift_mark(row)
    assert waiting() == []


def test_a_job_that_is_due_later_stays_out_of_the_queue(relay, hands, registry):
    record(due=clock.now() + timedelta(hours=1))
    assert relay.publish_due() == 0
    hands.shift(timedelta(hours=1))
    assert relay.publish_due() == 1


def test_a_crowd_of_bulk_jobs_does_not_queue_up_in_front_of_a_person(relay, url, registry):
    for number in range(60):
        record(f"bulk {number}", lane=Lane.BULK)
    relay.publish_due()
    assert 0 < count(url)[0] <= 32
    take_all(url)
    record("a person waits")
    assert relay.publish_due() == 1


def test_what_the_queue_refuses_is_offered_again(relay, registry, monkeypatch):
    record()
    with monkeypatch.context() as patch:
        patch.setattr(Queue, "send", lambda self, keys: list(keys))
        assert relay.publish_due() == 0
    assert "queued_until" not in stored()
    assert relay.publish_due() == 1


def test_workers_run_what_the_queue_names(url, ledger, no_polling):
    for number in range(12):
        record(f"job {number}", lane=Lane.BULK if number % 2 else Lane.INTERACTIVE)
    with working(Worker()), working(Worker(relays=False)):
        until(lambda: waiting() == [])
    assert [effects(f"job {number}") for number in range(12)] == [1] * 12
    assert count(url) == (0, 0)


def test_a_message_that_comes_three_times_is_one_effect(url, ledger):
    record()
    (row,) = waiting()
    for _ in range(3):
        send(url, row.key)
    with working(Worker(relays=False)), working(Worker(relays=False)):
        until(lambda: count(url) == (0, 0))
    assert (effects("one"), len(ledger.runs)) == (1, 1)


def test_a_lost_message_delays_its_job(url, ledger, monkeypatch):
    monkeypatch.setattr(relaying, "REQUEUE", timedelta(seconds=1))
    record()
    Relay(Queue(url)).publish_due()
    assert len(take_all(url)) == 1
    with working(Worker()):
        until(lambda: waiting() == [])
    assert effects("one") == 1


@pytest.mark.parametrize(
    "body",
    [
        "hello",
        "[]",
        '{"pk": "OUTBOX#i#0"}',
        {"pk": "USER#alice", "sk": "ACCOUNT"},
        {"pk": DEAD_PARTITION, "sk": "2030-01-01T00:00:00.000000Z#01ARZ3NDEKTSV4RRFFQ69G5FAV"},
    ],
)
def test_a_message_of_somebody_else_is_left_for_the_dead_letter_queue(receiver, url, body, caplog):
    send(url, body)
    assert received(receiver) == []
    assert count(url) == (0, 1)
    assert "message of somebody else" in caplog.messages


IMPOSSIBLE = [
    *("x", "x" * 1025, "\ud800", "\u0000", "2030-01-01T00:00:00.000000Z", "#", "2030#" + "0" * 26),
    *(f"2030-01-01T00:00:00.000000Z#{end}" for end in ("", "x", "8" + "0" * 25, "0" * 5000)),
    "\uff12030-01-01T00:00:00.000000Z#" + "0" * 26,
]


def test_a_key_that_no_row_can_have_is_dropped_and_the_others_of_its_batch_run(
    receiver, relay, url, registry
):
    for sort in IMPOSSIBLE[:9]:
        send(url, {"pk": "OUTBOX#i#0", "sk": sort})
    record()
    relay.publish_due()
    assert len(received(receiver)) == 1
    assert count(url) == (0, 1)  # the one that runs


@pytest.mark.parametrize("sort", IMPOSSIBLE, ids=range(len(IMPOSSIBLE)))
def test_an_impossible_key_is_no_reason_to_ask_storage(receiver, url, sort):
    send(url, {"pk": "OUTBOX#i#0", "sk": sort})
    with budget(calls=0):
        assert received(receiver) == []
    assert count(url) == (0, 0)


def test_a_forged_key_runs_nothing_before_its_time(receiver, url, registry):
    record(due=clock.now() + timedelta(hours=1))
    send(url, waiting()[0].key)
    assert received(receiver) == []
    assert count(url) == (0, 0)


@pytest.mark.parametrize("broken", [{"sv": 2}, {"lane": "nonsense"}])
def test_a_row_that_cannot_be_read_here_keeps_its_message(receiver, url, registry, broken):
    record()
    (row,) = waiting()
    Table(SCHEMA).put({**stored(), **broken})
    send(url, row.key)
    assert received(receiver) == []
    assert count(url) == (0, 1)


@pytest.mark.parametrize(
    ("outcome", "left"), [(Outcome.DONE, 0), (Outcome.LOST, 0), (Outcome.UNSETTLED, 1)]
)
def test_only_an_unsettled_job_keeps_its_message(receiver, relay, url, registry, outcome, left):
    record()
    relay.publish_due()
    (found,) = received(receiver)
    receiver.settle(found, outcome)
    assert count(url) == (0, left)


def test_a_message_stays_hidden_while_its_job_runs(url, registry, monkeypatch):
    monkeypatch.setattr(receiving, "visibility", lambda: 2)
    started, ending = threading.Event(), threading.Event()

    def handle(job):
        started.set()
        assert ending.wait(SECONDS)

    registry.handler(RECORD)(handle)
    record()
    with working(Worker(threads=1)):  # which asks for no more meanwhile
        assert started.wait(SECONDS)
        answer = sqs("ReceiveMessage", QueueUrl=url, WaitTimeSeconds=3)
        assert "Messages" not in answer
        ending.set()
        until(lambda: waiting() == [])
    assert count(url) == (0, 0)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_of_ours_ends_the_worker_for_its_supervisor_to_see(url, monkeypatch):
    monkeypatch.setattr(Receiver, "_receive", lambda self: 1 / 0)
    before = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="a thread of the queue ended"):
        Worker().run()
    assert not any("run" in thread.name for thread in set(threading.enumerate()) - before)


def test_what_waits_in_a_stopped_worker_is_handed_back(receiver, relay, url, registry):
    record()
    relay.publish_due()
    receiver.ask(1)
    receiver._receive()
    assert count(url) == (0, 1)
    stopped = threading.Event()
    stopped.set()
    receiver.run(stopped)
    assert count(url) == (1, 0)


def test_both_lanes_take_turns(receiver, url, registry):
    names = [(Lane.INTERACTIVE, n) for n in range(6)] + [(Lane.BULK, n) for n in range(2)]
    for lane, number in names:
        record(f"{lane} {number}", lane=lane)
    for row in sorted(waiting(), key=lambda row: row.lane):  # bulk ones came first
        send(url, row.key)
    assert [each.row.lane for each in received(receiver)] == [*"iiib" * 2]


def test_bulk_jobs_that_wait_for_a_thread_keep_no_interactive_one_out(
    receiver, relay, url, registry, monkeypatch
):
    monkeypatch.setattr(receiving, "MOST_WAITING", 2)
    for _ in range(3):
        record(lane=Lane.BULK)
    relay.publish_due()
    for _ in range(3):
        receiver.ask(10)
        receiver._receive()
    record("alice")
    relay.publish_due()
    receiver.ask(1)
    receiver._receive()
    found = receiver.next(closed={Lane.BULK})
    assert found is not None
    assert found.row.lane is Lane.INTERACTIVE


def test_a_key_that_comes_again_waits_once(receiver, url, registry):
    record(lane=Lane.BULK)
    (row,) = waiting()
    for _ in range(3):
        send(url, row.key)
    assert len(received(receiver)) == 1
    assert count(url) == (0, 1)


def test_bulk_jobs_leave_a_thread_to_the_interactive_ones(url, registry, no_polling):
    ending, ran = threading.Event(), threading.Event()
    registry.handler("tests.slow")(lambda job: ending.wait(SECONDS) and None)
    registry.handler(RECORD)(lambda job: ran.set())
    for _ in range(12):
        services.enqueue("tests.slow", ids={}, lane=Lane.BULK)
    Relay(Queue(url)).publish_due()
    with working(Worker(threads=2)) as worker:
        until(lambda: worker.running)
        record()
        assert ran.wait(SECONDS)
        ending.set()
        until(lambda: waiting() == [])


@pytest.mark.parametrize("broken", ["missing", "silent"])
def test_a_queue_that_is_away_is_told_and_worked_around(url, ledger, settings, caplog, broken):
    caplog.set_level(logging.INFO, "jobs")
    address = settings.JOBS_QUEUE_URL
    silent = address.replace(address.split("/")[2], "127.0.0.1:9")
    settings.JOBS_QUEUE_URL = f"{address}-gone" if broken == "missing" else silent
    record()
    with working(Worker()):
        until(lambda: waiting() == [])
    assert effects("one") == 1
    assert {"queue is away", "queue takes no keys"} & set(caplog.messages)


def test_a_queue_that_comes_back_is_used_again(url, ledger, settings, caplog, monkeypatch):
    monkeypatch.setattr(receiving, "OUTAGE_PAUSE", 0.1)
    monkeypatch.setattr(relaying, "OUTAGE_PAUSE", 0.1)
    caplog.set_level(logging.INFO, "jobs")
    settings.JOBS_QUEUE_URL = f"{url}-late"
    with working(Worker()):
        until(lambda: {"queue is away"} <= set(caplog.messages))
        sqs("CreateQueue", QueueName=settings.JOBS_QUEUE_URL.rsplit("/", 1)[1])
        until(lambda: "queue is back" in caplog.messages)
        record()
        until(lambda: waiting() == [])
    assert caplog.messages.count("queue is away") == 1
