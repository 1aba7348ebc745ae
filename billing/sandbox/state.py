"""What the sandbox knows: the providers' objects by name and saved answers, in one file; its clock,
and how webhooks are delivered."""

import json
import os
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the next confirmations of payments come to, whatever the card: declined with `code`,
    to be authenticated, or processing until it `ends` "succeeded" or "failed"."""

    code: str = ""
    authenticates: bool = False
    ends: str = ""

    @property
    def is_slow(self) -> bool:
        return bool(self.ends)


AS_THE_CARD = Planned()
AGAIN: Wire = {"pending_webhooks": 1, "_tries": 0, "_next": 0}  # of an event to deliver anew
ORDERS: dict[str, Callable[[list[Wire]], list[Wire]]] = {
    "oldest": lambda events: events,
    "newest": lambda events: events[::-1],
    "random": lambda events: random.sample(events, len(events)),
}


class State:
    """Hold `lock` around every use. Without a file it forgets when the process ends."""

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self.lock = RLock()
        self.clock = clock
        self.objects: dict[str, Wire] = {}
        self.answers: dict[str, Wire] = {}  # by the key of an idempotent call
        self.ahead = 0.0  # seconds that the clock was moved forward
        self.outcomes: deque[Planned] = deque()
        self.order, self.copies, self.held = "oldest", 1, False  # of deliveries
        self.to_drop = 0  # of the next events
        self._file = file
        if file and file.exists():
            saved = json.loads(file.read_text(encoding="utf-8"))
            self.objects, self.answers = saved["objects"], saved["answers"]
            self.ahead = saved.get("ahead", 0.0)

    def now(self) -> int:
        return int(self.moment())

    def moment(self) -> float:
        return self.clock() + self.ahead

    def take_outcome(self) -> Planned:
        return self.outcomes.popleft() if self.outcomes else AS_THE_CARD

    def put(self, name: str, kind: str, /, **values: Any) -> Wire:
        """What begins with an underscore is the sandbox's own: public() leaves it out. A `_due` is
        the second at which the thing ends by itself; an event has `pending_webhooks`."""
        thing: Wire = {"id": name, "object": kind, **values}
        self.objects[name] = thing
        return thing

    def take_delivery(self) -> int:
        """How often the event that is made now is to be delivered: once, or dropped."""
        pending = 0 if self.to_drop else 1
        self.to_drop = max(0, self.to_drop - 1)
        return pending

    def find(self, name: str) -> Wire | None:
        return self.objects.get(name)

    def all(self, kind: str) -> list[Wire]:
        """Newest first."""
        return [thing for thing in reversed(self.objects.values()) if thing["object"] == kind]

    def due(self, kind: str) -> list[Wire]:
        """What its time has come for, oldest first."""
        found = reversed(self.all(kind))
        return [thing for thing in found if thing.get("_due") and thing["_due"] <= self.now()]

    def next_due(self) -> float | None:
        """When something that takes its time ends next."""
        moments = [thing["_due"] for thing in self.objects.values() if thing.get("_due")]
        return min(moments, default=None)

    def pending_events(self) -> list[Wire]:
        """Oldest first, of all providers."""
        return [thing for thing in self.objects.values() if thing.get("pending_webhooks")]

    def save(self) -> None:
        if self._file is None:
            return
        new = self._file.with_suffix(".new")
        text = json.dumps({"objects": self.objects, "answers": self.answers, "ahead": self.ahead})
        with open(new, "w", encoding="utf-8", opener=_private) as file:
            file.write(text)
        new.replace(self._file)


def public(thing: Wire) -> Wire:
    """Without what only the sandbox knows."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
