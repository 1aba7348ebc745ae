"""The relay: finds due rows in the outbox and hands their keys to the queue.

A row is marked before its key is sent, so that relays beside each other seldom send it twice.
The mark runs out: a key that was lost on the way is sent again. Only the head of each partition
is in the queue at a time, so a crowd of bulk jobs never queues up in front of a person's mail.
"""

import logging
import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from core import aws, clock
from dynamo.client import deadline
from dynamo.errors import StorageError
from dynamo.gather import gather
from jobs.items import SHARDS, JobRow, Lane
from jobs.messages import BATCH, Queue
from jobs.polling import FIRST_PAUSE, LONGEST_PAUSE
from jobs.repository import Outbox, partition

REQUEUE = timedelta(minutes=2)  # a key that nobody acted upon is sent again
LOOK_SECONDS = 10.0  # of storage calls in one look
OUTAGE_PAUSE = 5.0
AHEAD = {Lane.INTERACTIVE: 50, Lane.BULK: 8}  # keys in the queue per partition

logger = logging.getLogger("jobs")
_order = random.SystemRandom()


class Relay:
    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._outbox = Outbox()
        self.away = False  # the queue takes no keys

    def run(self, stopping: threading.Event) -> None:
        """Until `stopping`; what is away is waited for."""
        pause = FIRST_PAUSE
        while not stopping.is_set():
            try:
                with deadline(LOOK_SECONDS):
                    sent = self.publish_due()
            except StorageError:  # the worker's own look says so
                stopping.wait(OUTAGE_PAUSE)
                continue
            except aws.AwsError as error:
                if not self.away:
                    logger.warning("queue takes no keys", extra={"error_code": error.code})
                self.away = True
                stopping.wait(OUTAGE_PAUSE)
                continue
            if sent and self.away:
                self.away = False
                logger.info("queue takes keys again")
            pause = FIRST_PAUSE if sent else min(pause * 2, LONGEST_PAUSE)
            stopping.wait(pause * _order.uniform(0.8, 1.2))

    def publish_due(self) -> int:
        """How many keys were sent. Raises StorageError, core.aws.AwsError."""
        sources = [(lane, shard) for lane in Lane for shard in range(SHARDS)]
        found = _order.sample(sources, len(sources))
        return sum(self._publish(lane, shard) for lane, shard in found)

    def _publish(self, lane: Lane, shard: int) -> int:
        now = clock.text(clock.now())
        head = self._outbox.list_due(partition(lane, shard), now=now, limit=AHEAD[lane])
        unsent = [row for row in head if row.queued_until <= now]
        return sum(self._send(batch) for batch in _batches(unsent))

    def _send(self, rows: Sequence[JobRow]) -> int:
        now = clock.now()
        marks = [partial(self._mark, row, now) for row in rows]
        marked = [row for row, won in zip(rows, gather(*marks), strict=True) if won]
        if not marked:
            return 0
        try:
            refused = self._queue.send(row.key for row in marked)
        except aws.AwsError:
            self._lift(marked)  # some may be on their way: then they are there twice
            raise
        self._lift([row for row in marked if row.key in refused])
        return len(marked) - len(refused)

    def _mark(self, row: JobRow, now: datetime) -> bool:
        until = clock.text(now + REQUEUE)
        return self._outbox.mark_queued(row, now=clock.text(now), until=until)

    def _lift(self, rows: Sequence[JobRow]) -> None:
        """As far as storage answers; a mark runs out by itself."""
        with suppress(StorageError):
            for row in rows:
                self._outbox.lift_mark(row)


def _batches(rows: Sequence[JobRow]) -> Iterator[Sequence[JobRow]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
