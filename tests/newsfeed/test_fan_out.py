"""A post goes to a crowd by workers that are killed half-way, again and again."""

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from math import ceil

import pytest
from django.conf import settings

from dynamo.metering import meter
from dynamo.schema import schema_named
from dynamo.table import Table
from newsfeed.repository import keys
from newsfeed.services import fanning
from tests.jobs.work import SECONDS, dead, until, waiting
from tests.newsfeed import feeds
from tests.newsfeed.crowds import gather_crowd

pytestmark = pytest.mark.engine
KILLS = 3
PATIENCE = 60  # seconds: the lease of a killed worker has to run out


@contextmanager
def worker_process(folder, at_once):
    local = {
        "STORAGE": "local",
        "DYNAMODB_ENDPOINT_URL": settings.DYNAMODB_ENDPOINT_URL,
        "DYNAMODB_PROFILE": "worker",
        "SITE_URL": "http://127.0.0.1",
        "JOBS_QUEUE_URL": "",
        "FANOUT": "push",
    }
    program = "from tests import environment; import os; from pathlib import Path; "
    program += f"os.environ.update({local!r}); "
    program += "from tests.newsfeed.fan_out_worker import main; "
    program += f"main(Path({str(folder)!r}), {at_once})"
    with (folder / "log").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", program], cwd=settings.BASE_DIR, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(SECONDS)


def halves(folder):
    path = folder / "trace"
    return path.read_text().splitlines() if path.exists() else []


def reached(subs, post):
    """Who of them has the pointer; a key is there once or not at all."""
    wanted = [keys.pointer(sub, post.post_id) for sub in subs]
    items = Table(schema_named("app")).batch_get(wanted, consistent=True)
    assert {item["a"] for item in items} <= {post.card.user_id}
    return sorted(item["user_id"] for item in items)


def kill_half_way(folder, at_once, *, times):
    """Each worker dies in the middle of a page: after the first half was written."""
    for _ in range(times):
        before = len(halves(folder))
        with worker_process(folder, at_once) as worker:
            until(lambda before=before: len(halves(folder)) > before + 1, seconds=PATIENCE)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait(SECONDS)


@pytest.mark.parametrize(
    ("crowd", "at_once"), [(300, 30), pytest.param(10_000, 1000, marks=pytest.mark.long)]
)
def test_every_follower_is_told_once_though_three_workers_die(alice, tmp_path, crowd, at_once):
    subs = gather_crowd(alice, crowd)
    post = feeds.publish(alice)
    kill_half_way(tmp_path, at_once, times=KILLS)
    assert len(reached(subs, post)) < crowd  # they died before the end
    with worker_process(tmp_path, at_once):
        until(lambda: reached(subs, post) == subs, seconds=PATIENCE)
        until(lambda: waiting() == [], seconds=PATIENCE)
    assert reached(subs, post) == subs
    assert dead() == []
    begun = Counter(halves(tmp_path))
    assert sum(times - 1 for times in begun.values()) >= KILLS  # as many pages were begun again …
    assert_the_same_again(post, crowd, subs)


def assert_the_same_again(post, crowd, subs):
    """… and beginning all of them once more writes what is there, for what it may cost."""
    app = Table(schema_named("app"))
    before = sorted(map(str, app.scan()))
    with meter(exact=True) as spent:
        after, pages = "", 0
        while after or not pages:
            after, _ = fanning.fan_out(post.post_id, after=after)
            pages += 1
    assert sorted(map(str, app.scan())) == before
    assert spent.calls <= ceil(crowd / 25) + 2 * ceil(crowd / fanning.FOLLOWERS_AT_ONCE) + 6
    assert spent.rru <= crowd / 44 + pages + 5
    assert spent.wru <= crowd + 1 + 3
    assert len(reached(subs, post)) == crowd
