"""Repeats of a request that makes something, known for a day by a key that its sender made up."""

from datetime import timedelta

from core import clock
from core.ids import sha256_hex
from dynamo.table import Item, Write
from newsfeed.errors import IdempotencyKeyReused
from newsfeed.repository import RememberedRepository

KEPT = timedelta(days=1)

_remembered = RememberedRepository()


class RememberedKey:
    """`kind` is what it stands for: the same key stands for one of each kind. `asked` is all that
    was asked for: another request under the same key is refused."""

    def __init__(self, kind: str, author_sub: str, key: str, *, asked: str) -> None:
        self._author_sub = author_sub
        self._digest = sha256_hex(f"newsfeed-{kind}-key", key) if key else ""
        self._fingerprint = sha256_hex(f"newsfeed-{kind}", asked)

    def writes(self, made: str, **named: str) -> list[Write]:
        """With those of what is made: they fail under KEY_LABEL for a repeat. None without key."""
        if not self._digest:
            return []
        fields = {**named, "fingerprint": self._fingerprint}
        until = clock.epoch(clock.now() + KEPT)
        return [
            _remembered.adding(
                self._author_sub, self._digest, made=made, fields=fields, until=until
            )
        ]

    def find(self) -> Item | None:
        """What it stands for by now. Raises IdempotencyKeyReused."""
        row = _remembered.find(self._author_sub, self._digest) if self._digest else None
        return self.checked(row) if row else None

    def checked(self, row: Item | None) -> Item:
        """The row that a repeat met, when it is one. Raises IdempotencyKeyReused."""
        if row is None or row["fingerprint"] != self._fingerprint:
            raise IdempotencyKeyReused
        return row
