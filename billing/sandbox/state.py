"""What the sandbox knows: Stripe's objects by name, saved answers and faults, in one file."""

import json
import os
import random
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from billing.sandbox.wire import Wire, missing

API_VERSION = "2026-10-28.endive"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
KINDS = {  # of an object, by the beginning of its name
    "cus": "customer",
    "cs": "checkout.session",
    "pi": "payment_intent",
    "seti": "setup_intent",
    "pm": "payment_method",
    "ch": "charge",
    "txn": "balance_transaction",
    "re": "refund",
    "du": "dispute",
    "evt": "event",
}
NO_MODE = ("refund", "balance_transaction")  # these do not say `livemode`


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
        self.answers: dict[str, Wire] = {}  # by idempotency key
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

    def add(self, prefix: str, **values: Any) -> Wire:
        name = f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(24))}"
        kind = KINDS[prefix.partition("_")[0]]
        thing: Wire = {"id": name, "object": kind, "created": self.now(), **values}
        if kind not in NO_MODE:
            thing["livemode"] = False
        self.objects[name] = thing
        return thing

    def find(self, name: str) -> Wire | None:
        return self.objects.get(name)

    def get(self, name: str, kind: str, *, param: str = "") -> Wire:
        """Raises Refused (resource_missing); `param` is what named it, if not the path."""
        thing = self.objects.get(name)
        if thing is None or thing["object"] != kind:
            raise missing(kind, name, param=param)
        return thing

    def all(self, kind: str) -> list[Wire]:
        """Newest first."""
        return [thing for thing in reversed(self.objects.values()) if thing["object"] == kind]

    def emit(self, kind: str, thing: Wire) -> None:
        """An event, to be delivered until our site takes it."""
        data = {"object": public(thing)}
        pending = 0 if self.to_drop else 1
        self.to_drop = max(0, self.to_drop - 1)
        self.add("evt", type=kind, api_version=API_VERSION, data=data, pending_webhooks=pending)

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
