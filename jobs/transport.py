"""Both ends of the queue of one worker, each in a thread of its own."""

import threading
import time
from collections.abc import Callable, Collection
from typing import Self

from jobs.items import Lane
from jobs.messages import Queue
from jobs.receiving import WAIT, Received, Receiver
from jobs.relaying import Relay
from jobs.running import Outcome

LAST_POLL = WAIT + 1.0  # seconds that the threads may go on after stop()


class Transport:
    def __init__(self, url: str, *, wake: Callable[[], None], relays: bool) -> None:
        queue = Queue(url)
        self._stopping = threading.Event()
        self._receiver = Receiver(queue, wake=wake)
        self._relay = Relay(queue) if relays else None
        loops = [self._receiver.run]
        if self._relay:
            loops.append(self._relay.run)
        self._threads = [
            threading.Thread(target=loop, args=(self._stopping,), daemon=True) for loop in loops
        ]

    @property
    def away(self) -> bool:
        """Whether due jobs have to be found without the queue."""
        return self._receiver.away or (self._relay is not None and self._relay.away)

    def require_alive(self) -> None:
        """Raises RuntimeError when a mistake of ours ended a thread; its traceback is printed."""
        if not self._stopping.is_set() and not all(each.is_alive() for each in self._threads):
            raise RuntimeError("a thread of the queue ended")

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        ends_at = time.monotonic() + LAST_POLL
        for thread in self._threads:
            thread.join(max(0.0, ends_at - time.monotonic()))

    def stop(self) -> None:
        """Ask for no more; leaving the block waits for the last poll."""
        self._stopping.set()

    def next(self, *, closed: Collection[Lane], room: int) -> Received | None:
        """A job whose key came; None asks for up to `room` more."""
        found = self._receiver.next(closed=closed)
        if found is None:
            self._receiver.ask(room)
        return found

    def settle(self, received: Received, outcome: Outcome) -> None:
        self._receiver.settle(received, outcome)
