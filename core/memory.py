"""What one process remembers for a while, bounded. No answer needs it to be right: a
process that forgets, or a new one, asks storage again.
"""

import os
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

SIZE = 10_000
_all: list["Memory[Any, Any]"] = []


class Memory(Generic[K, V]):
    """At most `size` entries, each until its own moment; the one used longest ago goes first."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self.clear()
        _all.append(self)

    def clear(self) -> None:
        self._lock = Lock()
        self._entries: OrderedDict[K, tuple[V, datetime]] = OrderedDict()

    def get(self, name: K, now: datetime) -> V | None:
        with self._lock:
            return self._get(name, now)

    def put(self, name: K, value: V, *, until: datetime) -> None:
        with self._lock:
            self._put(name, value, until)

    def put_new(self, name: K, value: V, *, until: datetime, now: datetime) -> bool:
        """Of many at once one is told True: there was none."""
        with self._lock:
            is_new = self._get(name, now) is None
            if is_new:
                self._put(name, value, until)
            return is_new

    def change(
        self, name: K, change: Callable[[V | None], tuple[V, datetime]], now: datetime
    ) -> None:
        """Put what `change` makes, with its end, of what is there, in one step."""
        with self._lock:
            self._put(name, *change(self._get(name, now)))

    def drop(self, name: K) -> None:
        with self._lock:
            self._entries.pop(name, None)

    def _get(self, name: K, now: datetime) -> V | None:
        value, until = self._entries.get(name, (None, now))
        if until <= now:
            self._entries.pop(name, None)
            return None
        self._entries.move_to_end(name)
        return value

    def _put(self, name: K, value: V, until: datetime) -> None:
        self._entries[name] = (value, until)
        self._entries.move_to_end(name)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


def clear_all() -> None:
    """After a fork too: its locks may be held by threads that the child does not have."""
    for memory in _all:
        memory.clear()


os.register_at_fork(after_in_child=clear_all)
