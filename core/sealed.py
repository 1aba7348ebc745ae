"""What is stored under a key of FIELD_ENCRYPTION_KEYS, so that another key can take its place.

Each app that stores such values has a module `sealed` with `SEALED`, the list of them. A test
walks through the product and fails for a stored value that nobody declared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from django.apps import apps

from core import crypto
from dynamo.aliases import Path
from dynamo.errors import ConditionFailed
from dynamo.expressions import Condition, Update, attr
from dynamo.schema import TableSchema
from dynamo.table import Item, Table


class Sealed(Protocol):
    """One kind of value. `stays` says why it is not written anew and when it goes; empty = it
    can be renewed."""

    @property
    def kind(self) -> str:
        """In the plural, as an operator reads it."""

    @property
    def schema(self) -> TableSchema: ...

    @property
    def stays(self) -> str: ...

    def key_id(self, row: Item) -> str:
        """Which key it is under; empty when the row has none, or none that matters any more."""

    def renew(self, row: Item) -> bool:
        """Under the first key from now on; False when it was changed since the row was read, and
        that change stands. Raises DecryptionFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedAttribute:
    """`fresh` makes of a row and its value what the value is under the first key."""

    kind: str
    schema: TableSchema
    path: Path
    fresh: Callable[[Item, str], str]
    also: Callable[[], Condition] | None = None  # what else has to hold while it is replaced
    stays: str = ""

    def key_id(self, row: Item) -> str:
        value = value_at(row, self.path)
        return crypto.key_id_of(value) if value else ""

    def renew(self, row: Item) -> bool:
        old = value_at(row, self.path)
        update = Update().set(self.path, self.fresh(row, old))
        unchanged = attr(*self.path).eq(old)
        if self.also:
            unchanged &= self.also()
        key = {name: row[name] for name in self.schema.keys}
        try:
            Table(self.schema).update(key, update, condition=unchanged)
        except ConditionFailed:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What cannot be written anew and ends by itself: `stays` says when."""

    kind: str
    schema: TableSchema
    path: Path
    stays: str
    is_meant: Callable[[Item], bool]
    key_of: Callable[[str], str] = crypto.key_id_of

    def key_id(self, row: Item) -> str:
        value = value_at(row, self.path)
        return self.key_of(value) if value and self.is_meant(row) else ""

    def renew(self, row: Item) -> bool:
        return False


def resealing(context_of: Callable[[Item], str]) -> Callable[[Item, str], str]:
    """The usual `fresh`: the same text under the same context."""
    return lambda row, blob: crypto.reseal(blob, context=context_of(row))


def value_at(row: Item, path: Path) -> str:
    """Empty when there is none."""
    start: Any = row
    found = reduce(_inside, path, start)
    return found if isinstance(found, str) else ""


def declared() -> list[Sealed]:
    """Of all apps."""
    names = [f"{config.name}.sealed" for config in apps.get_app_configs()]
    modules = [import_module(name) for name in names if name != __name__ and find_spec(name)]
    return [each for module in modules for each in module.SEALED]


def _inside(value: Any, name: Any) -> Any:
    return value.get(name) if isinstance(value, dict) else None
