"""The receiving end of the queue: which job is next, by the messages that this worker holds.

A message stays invisible to others while its job waits or runs here, and comes back by itself
when this process dies. It only names a row: whether the job runs is decided by the lease, so a
message that comes twice, late or never harms nothing.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from core import aws, clock
from dynamo.errors import StorageError
from jobs import running
from jobs.items import JobRow, Lane
from jobs.messages import Message, Queue
from jobs.polling import Turns
from jobs.repository import Outbox
from jobs.running import Outcome

WAIT = 5  # seconds of a long poll; the longest that stop() waits for one
MOST_WAITING = 40  # rows of a lane held for a free thread; bulk ones may have to wait for theirs
OUTAGE_PAUSE = 5.0

logger = logging.getLogger("jobs")


def visibility() -> int:
    """Seconds; a message outlasts the lease that is taken or renewed with it."""
    return int(running.LEASE.total_seconds()) + 5


@dataclass(frozen=True, slots=True)
class Received:
    row: JobRow
    message: Message


class Receiver:
    """next(), ask() and settle() are the worker's; run() has a thread of its own."""

    def __init__(self, queue: Queue, *, wake: Callable[[], None]) -> None:
        self._queue = queue
        self._wake = wake
        self._outbox = Outbox()
        self._turns = Turns()
        self._lock = threading.Lock()
        self._asked = threading.Event()
        self._room = 0
        self._waiting: dict[Lane, deque[Received]] = {lane: deque() for lane in Lane}
        self._held: dict[str, tuple[Message, float]] = {}  # receipt -> when it comes back
        self.away = False  # the queue does not answer

    def next(self, *, closed: Collection[Lane] = ()) -> Received | None:
        with self._lock:
            for lane in self._turns.order():
                if lane not in closed and self._waiting[lane]:
                    self._turns.taken()
                    return self._waiting[lane].popleft()
        return None

    def ask(self, room: int) -> None:
        """How many more jobs the worker could start now."""
        with self._lock:
            self._room = room
        if room:
            self._asked.set()

    def settle(self, received: Received, outcome: Outcome) -> None:
        """The outbox knows what becomes of the job; only an unsettled one needs its message."""
        if outcome is Outcome.UNSETTLED:
            self._drop(received.message)
        else:
            self._delete(received.message)

    def run(self, stopping: threading.Event) -> None:
        """Until `stopping`, and up to WAIT seconds more. The queue's outages are waited out."""
        while not stopping.is_set():
            try:
                self._extend()
                self._receive()
            except StorageError:  # the worker's own look says so; the messages come back
                stopping.wait(OUTAGE_PAUSE)
            except aws.AwsError as error:
                self._note(error)
                stopping.wait(OUTAGE_PAUSE)
        self._hand_back()

    def _receive(self) -> None:
        with self._lock:
            room = self._room
            self._asked.clear()
        if not room:
            self._asked.wait(1)
            return
        wait = 0 if self.away else WAIT
        messages = self._queue.receive(limit=room, visibility=visibility(), wait=wait)
        if self.away:
            self.away = False
            logger.info("queue is back")
        if messages:
            self._take(messages)
            self._wake()

    def _take(self, messages: list[Message]) -> None:
        rows = self._outbox.find_rows(
            [each.key for each in messages if each.key and each.is_possible]
        )
        latest = clock.text(clock.now() + running.LEASE)  # clocks may differ by less than that
        for message in messages:
            if message.key is None:
                logger.error("message of somebody else", extra={"message_id": message.id})
                continue  # left for the dead-letter queue
            name = (message.key["pk"], message.key["sk"])
            row = rows.get(name)
            if row is not None and row.due <= latest and self._has_room(row):
                self._hold(Received(row, message))
            elif row is not None or name not in rows:
                # impossible, not due, moved, done, here already, or one too many: the relay knows
                self._delete(message)
            # else it cannot be read here: the message comes back, for a worker that can

    def _has_room(self, row: JobRow) -> bool:
        """Lanes do not share it: bulk jobs that wait here keep no interactive one in the queue."""
        with self._lock:
            waiting = self._waiting[row.lane]
            return len(waiting) < MOST_WAITING and all(each.row.key != row.key for each in waiting)

    def _hold(self, received: Received) -> None:
        until = time.monotonic() + visibility()
        with self._lock:
            self._room = max(self._room - 1, 0)
            self._waiting[received.row.lane].append(received)
            self._held[received.message.receipt] = (received.message, until)

    def _extend(self) -> None:
        """Keep what is held longer than a third of its time."""
        soon = time.monotonic() + visibility() * 2 / 3
        with self._lock:
            ending = [message for message, until in self._held.values() if until < soon]
        for message in ending:
            try:
                self._queue.hide(message, seconds=visibility())
            except aws.AwsRefused:
                self._drop(message)  # it came back already; the lease keeps the job ours
                continue
            with self._lock:
                if message.receipt in self._held:
                    until = time.monotonic() + visibility()
                    self._held[message.receipt] = (message, until)

    def _drop(self, message: Message) -> None:
        with self._lock:
            self._held.pop(message.receipt, None)

    def _delete(self, message: Message) -> None:
        self._drop(message)
        try:
            self._queue.delete(message)
        except aws.AwsError as error:  # it comes again and finds its job gone
            logger.info("message not deleted", extra={"error_code": error.code})

    def _hand_back(self) -> None:
        """What waits here runs elsewhere at once."""
        with self._lock:
            left = [each.message for rows in self._waiting.values() for each in rows]
            for rows in self._waiting.values():
                rows.clear()
        for message in left:
            self._drop(message)
            try:
                self._queue.hide(message, seconds=0)
            except aws.AwsError:
                return  # they come back by themselves

    def _note(self, error: aws.AwsError) -> None:
        if not self.away:
            logger.warning("queue is away", extra={"error_code": error.code})
        self.away = True
        self._wake()  # the worker polls until it is back
