"""Conditions, key ranges and updates. Names and values are always aliased, so no reserved
word, dot or injected text can change what an expression means.

    attr("status").eq("open") & ~attr("lease", "until").exists()
    Update().set("name", "Alice").increment("version", 1).remove("draft")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeGuard

from dynamo.aliases import Part, Path, PathElement, Value
from dynamo.errors import InvalidItem

MAX_CHOICES = 100


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on stored attributes; combine with &, | and ~."""

    parts: tuple[Part, ...]

    def __and__(self, other: Condition) -> Condition:
        return Condition(("(", *self.parts, " AND ", *other.parts, ")"))

    def __or__(self, other: Condition) -> Condition:
        return Condition(("(", *self.parts, " OR ", *other.parts, ")"))

    def __invert__(self) -> Condition:
        return Condition(("(NOT ", *self.parts, ")"))

    @property
    def attributes(self) -> frozenset[str]:
        """The top-level attributes it looks at."""
        return frozenset(str(part[0]) for part in self.parts if _is_path(part))


@dataclass(frozen=True, slots=True)
class Attr:
    """An attribute to compare. Another Attr may stand where a value does."""

    path: Path

    def exists(self) -> Condition:
        return Condition(("attribute_exists(", self.path, ")"))

    def missing(self) -> Condition:
        return Condition(("attribute_not_exists(", self.path, ")"))

    def eq(self, value: object) -> Condition:
        return self._compare("=", value)

    def ne(self, value: object) -> Condition:
        """Also true when the attribute is missing."""
        return self._compare("<>", value)

    def lt(self, value: object) -> Condition:
        return self._compare("<", value)

    def le(self, value: object) -> Condition:
        return self._compare("<=", value)

    def gt(self, value: object) -> Condition:
        return self._compare(">", value)

    def ge(self, value: object) -> Condition:
        return self._compare(">=", value)

    def between(self, low: object, high: object) -> Condition:
        return Condition(_between(self.path, low, high))

    def begins_with(self, prefix: str) -> Condition:
        return Condition(("begins_with(", self.path, ", ", Value(prefix), ")"))

    def contains(self, value: object) -> Condition:
        """Text holds the text, or a list or set holds the element."""
        return Condition(("contains(", self.path, ", ", _operand(value), ")"))

    def is_in(self, choices: Iterable[object]) -> Condition:
        operands = [_operand(choice) for choice in choices]
        if not 1 <= len(operands) <= MAX_CHOICES:
            raise InvalidItem(f"is_in() takes 1 to {MAX_CHOICES} values, not {len(operands)}.")
        listed = [part for operand in operands for part in (", ", operand)][1:]
        return Condition((self.path, " IN (", *listed, ")"))

    def size_lt(self, length: int) -> Condition:
        return self._compare_size("<", length)

    def size_le(self, length: int) -> Condition:
        return self._compare_size("<=", length)

    def size_gt(self, length: int) -> Condition:
        return self._compare_size(">", length)

    def size_ge(self, length: int) -> Condition:
        return self._compare_size(">=", length)

    def size_eq(self, length: int) -> Condition:
        return self._compare_size("=", length)

    def _compare(self, operator: str, value: object) -> Condition:
        return Condition((self.path, f" {operator} ", _operand(value)))

    def _compare_size(self, operator: str, length: int) -> Condition:
        return Condition(("size(", self.path, f") {operator} ", Value(length)))


def attr(*path: PathElement) -> Attr:
    """`attr("data", "cart", 0)`: a nested attribute; an int is an index into a list."""
    return Attr(_checked(path))


@dataclass(frozen=True, slots=True)
class KeyRange:
    """Which sort keys of a partition a query reads."""

    operator: str
    values: tuple[str, ...]

    def parts(self, sort_key: str) -> tuple[Part, ...]:
        if self.operator == "BETWEEN":
            return _between((sort_key,), *self.values)
        (value,) = self.values
        if self.operator == "begins_with":
            return ("begins_with(", (sort_key,), ", ", Value(value), ")")
        return ((sort_key,), f" {self.operator} ", Value(value))


def begins_with(prefix: str) -> KeyRange:
    return KeyRange("begins_with", (prefix,))


def between(low: str, high: str) -> KeyRange:
    """Both ends belong to it."""
    return KeyRange("BETWEEN", (low, high))


def equals(value: str) -> KeyRange:
    return KeyRange("=", (value,))


def at_least(value: str) -> KeyRange:
    return KeyRange(">=", (value,))


def at_most(value: str) -> KeyRange:
    return KeyRange("<=", (value,))


def less_than(value: str) -> KeyRange:
    return KeyRange("<", (value,))


def more_than(value: str) -> KeyRange:
    return KeyRange(">", (value,))


@dataclass(frozen=True, slots=True)
class Action:
    clause: str  # SET, REMOVE, ADD or DELETE
    path: Path
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Update:
    """What an update changes. Each method returns a new Update; a path is changed once."""

    actions: tuple[Action, ...] = ()

    def set(self, path: str | Path, value: object) -> Update:
        target = _path(path)
        return self._with("SET", target, target, " = ", _operand(value))

    def set_if_missing(self, path: str | Path, value: object) -> Update:
        target = _path(path)
        absent = ("if_not_exists(", target, ", ", _operand(value), ")")
        return self._with("SET", target, target, " = ", *absent)

    def increment(self, path: str | Path, by: int, start: int = 0) -> Update:
        """Add to a number that starts at `start` when missing. A lost answer counts twice, with a
        condition only if somebody else wrote meanwhile: where the exact value matters, update in a
        transaction."""
        target = _path(path)
        current = ("if_not_exists(", target, ", ", Value(start), ")")
        return self._with("SET", target, target, " = ", *current, " + ", Value(by))

    def append(self, path: str | Path, *elements: object) -> Update:
        """Add to the end of a list that starts empty when missing."""
        target = _path(path)
        current = ("if_not_exists(", target, ", ", Value([]), ")")
        added = ("list_append(", *current, ", ", Value(list(elements)), ")")
        return self._with("SET", target, target, " = ", *added)

    def add(self, path: str | Path, value: object) -> Update:
        """Add to a number, or elements to a set; a missing one starts at 0 or empty."""
        target = _path(path)
        return self._with("ADD", target, target, " ", Value(value))

    def remove(self, *paths: str | Path) -> Update:
        update = self
        for path in map(_path, paths):
            update = update._with("REMOVE", path, path)
        return update

    def discard(self, path: str | Path, elements: object) -> Update:
        """Take elements out of a set; the attribute goes with its last element."""
        target = _path(path)
        return self._with("DELETE", target, target, " ", Value(elements))

    @property
    def attributes(self) -> frozenset[str]:
        """The top-level attributes it changes."""
        return frozenset(str(action.path[0]) for action in self.actions)

    def assigned(self, names: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        """The values that these top-level attributes are set from."""
        for action in self.actions:
            if len(action.path) == 1 and action.path[0] in names:
                yield from ((str(action.path[0]), p.content) for p in action.parts if _is_value(p))

    def parts(self) -> list[Part]:
        """Raises InvalidItem when there is nothing to change."""
        if not self.actions:
            raise InvalidItem("An update without a change; call set(), add(), remove() …")
        parts: list[Part] = []
        for clause in dict.fromkeys(action.clause for action in self.actions):
            chosen = [action.parts for action in self.actions if action.clause == clause]
            listed = [part for action in chosen for part in (", ", *action)][1:]
            parts += [f" {clause} " if parts else f"{clause} ", *listed]
        return parts

    def _with(self, clause: str, path: Path, *parts: Part) -> Update:
        for action in self.actions:
            shared = min(len(action.path), len(path))
            if action.path[:shared] == path[:shared]:
                raise InvalidItem(f"An update changes {_dotted(path)} or a part of it twice.")
        return replace(self, actions=(*self.actions, Action(clause, path, parts)))


def _is_value(part: Part) -> TypeGuard[Value]:
    return isinstance(part, Value)


def _is_path(part: Part) -> TypeGuard[Path]:
    return isinstance(part, tuple) and not isinstance(part, Value)


def _operand(value: object) -> Part:
    return value.path if isinstance(value, Attr) else Value(value)


def _path(path: str | Path) -> Path:
    return _checked((path,) if isinstance(path, str) else path)


def _checked(path: Path) -> Path:
    if not path or not isinstance(path[0], str) or not all(e or e == 0 for e in path):
        raise InvalidItem(f"A path starts with an attribute's name and has no gaps: {path!r}.")
    return path


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def _between(path: Path, low: object, high: object) -> tuple[Part, ...]:
    if type(low) is type(high) and low > high:  # type: ignore[operator]
        raise InvalidItem(f"between() takes the lower end first: {low!r} > {high!r}.")
    return (path, " BETWEEN ", Value(low), " AND ", Value(high))
