"""Two worker processes; one is killed half-way, and nothing is lost or done twice."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager

import pytest
from django.conf import settings

from jobs import services
from jobs.items import Lane
from tests.jobs.queues import new_queue, sqs
from tests.jobs.work import RECORD, SECONDS, dead, effects, until, waiting

pytestmark = pytest.mark.engine
PATIENCE = 40  # seconds: leases and messages of the killed worker have to run out


@contextmanager
def worker_process(folder, name, queue):
    log = folder / f"{name}.log"
    endpoint = settings.DYNAMODB_ENDPOINT_URL
    local = {
        "STORAGE": "local",
        "DYNAMODB_ENDPOINT_URL": endpoint,
        "DYNAMODB_PROFILE": "worker",
        "SITE_URL": "http://127.0.0.1",
        "JOBS_QUEUE_URL": queue,
    }
    program = "from tests import environment; import os, sys; from pathlib import Path; "
    program += f"os.environ.update({local!r}); "
    program += f"from tests.jobs.crash_worker import main; main(Path({str(folder)!r}))"
    with log.open("wb") as output:
        command = [sys.executable, "-c", program]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.kill()
        process.wait(SECONDS)


def is_up(log, process):
    assert process.poll() is None, log.read_text()
    return "worker started" in log.read_text()


def enqueue(number, seconds):
    """Jobs of both lanes; the first ones take so long that a kill meets them half-way."""
    names = [f"job {n}" for n in range(number)]
    for n, name in enumerate(names):
        lane = Lane.BULK if n % 3 == 0 else Lane.INTERACTIVE
        services.enqueue(RECORD, ids={"name": name, "seconds": str(seconds)}, lane=lane)
    return names


def sent(folder):
    """(job id, name, process id) of every outside effect."""
    path = folder / "sent"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(line[:26], line[27:].rsplit(" ", 1)[0], int(line.rsplit(" ", 1)[1])) for line in lines]


def half_done(folder, pid):
    """Whether that process is between the outside effect of a job and its end; not its first."""
    names = [name for _, name, by in sent(folder) if by == pid]
    return len(names) > 2 and any(not effects(name) for name in names[-2:])


def double_messages(url):
    """Every waiting key is sent once more."""
    for row in waiting():
        sqs("SendMessage", QueueUrl=url, MessageBody=json.dumps(row.key))


def lose_messages(url):
    """Takes visible messages away, as if they had never come."""
    answer = sqs("ReceiveMessage", QueueUrl=url, MaxNumberOfMessages=10)
    for message in answer.get("Messages", ()):
        sqs("DeleteMessage", QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return len(answer.get("Messages", ()))


def crash(folder, queue, *, number, seconds):
    """Returns the names of the jobs, the id of the killed process, and what it left undone."""
    with ExitStack() as stack:
        killed, other = (stack.enter_context(worker_process(folder, n, queue)) for n in "ab")
        until(lambda: is_up(folder / "a.log", killed) and is_up(folder / "b.log", other))
        names = enqueue(number, seconds)
        if queue:
            double_messages(queue)
            until(lambda: lose_messages(queue))
        until(lambda: {pid for _, _, pid in sent(folder)} == {killed.pid, other.pid})
        until(lambda: half_done(folder, killed.pid))
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait(SECONDS)
        until(lambda: waiting() == [], seconds=PATIENCE)
        other.terminate()
        assert other.wait(SECONDS) == 0, (folder / "b.log").read_text()
    return names, killed.pid


def assert_nothing_lost_or_doubled(folder, names, killed):
    assert Counter({name: effects(name) for name in names}) == Counter(names)
    assert dead() == []
    ids = {}
    for job_id, name, _ in sent(folder):
        assert ids.setdefault(name, job_id) == job_id  # the stable id
    assert set(ids) == set(names)
    times = Counter(name for _, name, _ in sent(folder))
    again = {name for name, n in times.items() if n > 1}
    assert again  # the kill met a job between its outside effect and its end …
    assert again <= {name for _, name, pid in sent(folder) if pid == killed}  # … and only those
    assert max(times.values()) == 2


def test_a_worker_is_killed_half_way(tmp_path):
    names, killed = crash(tmp_path, new_queue(), number=24, seconds=0.3)
    assert_nothing_lost_or_doubled(tmp_path, names, killed)


@pytest.mark.long
@pytest.mark.parametrize("transport", ["queue", "polling"])
def test_a_worker_is_killed_amid_a_crowd(tmp_path, transport):
    queue = new_queue() if transport == "queue" else ""
    names, killed = crash(tmp_path, queue, number=120, seconds=0.3)
    assert_nothing_lost_or_doubled(tmp_path, names, killed)
