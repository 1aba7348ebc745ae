"""A kind of job whose effects and runs can be counted, and workers to run it."""

import threading
import time
from contextlib import contextmanager

from dynamo.expressions import Update
from dynamo.table import Table
from jobs import services
from jobs.handlers import Done
from jobs.items import SHARDS, Lane
from jobs.repository import DEAD_PARTITION, SCHEMA, Outbox, partition

RECORD = "tests.record"
SECONDS = 10  # far more than anything here takes


class Ledger:
    def __init__(self):
        self.runs = []  # jobs as the handler got them
        self.failure = None  # raised by the handler instead of finishing

    def handle(self, job):
        self.runs.append(job)
        if self.failure:
            raise self.failure
        return Done(writes=[effect(job.ids["name"])])


def effect(name):
    return Table(SCHEMA).updating(_effect_key(name), Update().add("n", 1))


def effects(name):
    """How often the job of this name took effect."""
    return (Table(SCHEMA).get(_effect_key(name), consistent=True) or {}).get("n", 0)


def record(name="one", **options):
    services.enqueue(RECORD, ids={"name": name}, **options)


def waiting():
    """Every row that is not dead, leased ones included."""
    sources = [partition(lane, shard) for lane in Lane for shard in range(SHARDS)]
    return [row for source in sources for row in Outbox().list_rows(source)]


def dead():
    return list(Outbox().list_rows(DEAD_PARTITION))


def stored():
    """The one item of the outbox, as it is in the table."""
    (row,) = [*waiting(), *dead()]
    return Table(SCHEMA).get(row.key, consistent=True)


@contextmanager
def working(worker):
    """The worker in its own thread; stopped and ended at the end."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(SECONDS)
        assert not thread.is_alive()


def until(condition, seconds=SECONDS):
    ends_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends_at
        threading.Event().wait(0.01)


def _effect_key(name):
    return {"pk": f"EFFECT#{name}", "sk": "COUNT"}
