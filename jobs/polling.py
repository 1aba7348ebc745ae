"""Which job is next: finds due rows and takes turns between the lanes."""

import random
import time
from collections import deque
from collections.abc import Collection

from core import clock
from jobs.items import SHARDS, JobRow, Lane
from jobs.repository import Outbox, partition

BATCH = 10  # rows read ahead per lane; another worker may take them first
BULK_TURN = 4  # every fourth job is a bulk one while both lanes have work
FIRST_PAUSE = 0.25  # seconds until an empty lane is looked at again …
LONGEST_PAUSE = 1.0  # … and after it stayed empty for a while

_order = random.SystemRandom()


class Turns:
    """Whose turn it is: interactive jobs go first, and bulk ones never starve behind them."""

    def __init__(self) -> None:
        self._turn = 0

    def order(self) -> tuple[Lane, Lane]:
        bulk_first = self._turn % BULK_TURN == BULK_TURN - 1
        return (Lane.BULK, Lane.INTERACTIVE) if bulk_first else (Lane.INTERACTIVE, Lane.BULK)

    def taken(self) -> None:
        self._turn += 1


class Poller:
    """Not thread-safe: it belongs to the thread that hands jobs out."""

    def __init__(self) -> None:
        self._outbox = Outbox()
        self._turns = Turns()
        self._lanes = {lane: _LaneRows() for lane in Lane}

    def next_row(self, *, closed: Collection[Lane] = ()) -> JobRow | None:
        """A row that was due and free when it was read; None: try again after pause().

        Raises StorageError.
        """
        for lane in self._turns.order():
            row = None if lane in closed else self._take(lane)
            if row is not None:
                self._turns.taken()
                return row
        return None

    def pause(self, *, closed: Collection[Lane] = ()) -> float:
        """Seconds until the next open lane should be looked at."""
        times = [rows.look_again for lane, rows in self._lanes.items() if lane not in closed]
        return max(0.0, min(times) - time.monotonic())

    def forget(self) -> None:
        """Drop what was read ahead; look again at once."""
        self._lanes = {lane: _LaneRows() for lane in Lane}

    def lag(self) -> float:
        """Seconds that the oldest free job of any lane is overdue; 0.0 when none waits."""
        now = clock.now()
        sources = [partition(lane, shard) for lane in Lane for shard in range(SHARDS)]
        heads = [self._outbox.list_due(each, now=clock.text(now), limit=1) for each in sources]
        dues = [clock.parse(row.due) for head in heads for row in head]
        return (now - min(dues)).total_seconds() if dues else 0.0

    def _take(self, lane: Lane) -> JobRow | None:
        rows = self._lanes[lane]
        if not rows.ahead and time.monotonic() >= rows.look_again:
            rows.refill(self._read(lane))
        return rows.ahead.popleft() if rows.ahead else None

    def _read(self, lane: Lane) -> list[JobRow]:
        """Partitions in random order, so that several workers seldom want the same rows."""
        now = clock.text(clock.now())
        found: list[JobRow] = []
        for shard in _order.sample(range(SHARDS), SHARDS):
            room = BATCH - len(found)
            if not room:
                break
            found += self._outbox.list_due(partition(lane, shard), now=now, limit=room)
        return found


class _LaneRows:
    def __init__(self) -> None:
        self.ahead: deque[JobRow] = deque()
        self.look_again = 0.0
        self._pause = FIRST_PAUSE

    def refill(self, rows: list[JobRow]) -> None:
        self.ahead.extend(rows)
        if rows:
            self._pause = FIRST_PAUSE
            return
        self.look_again = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
