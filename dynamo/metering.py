"""What the work at hand costs: calls, hops, read and write request units.

A hop is a link of the longest chain of calls in which one starts after another ended: a call
adds one, `gather()` adds only the longest of its branches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings

_current: ContextVar[Meter | None] = ContextVar("dynamo_meter", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call. `error` is the class of the StorageError it ended with, or empty."""

    name: str
    table: str
    rru: float = 0
    wru: float = 0
    retries: int = 0
    milliseconds: float = 0
    throttled: bool = False
    error: str = ""

    def __str__(self) -> str:
        outcome = f"  {self.error}" if self.error else ""
        return f"{self.name} {self.table}: {self.rru:g} RRU, {self.wru:g} WRU{outcome}"


@dataclass(slots=True)
class Meter:
    """`exact`: items are read before and after a call, uncounted, so that units are exact."""

    exact: bool = False
    calls: int = 0
    hops: int = 0
    rru: float = 0
    wru: float = 0
    throttles: int = 0
    retries: int = 0
    operations: list[Operation] = field(default_factory=list)

    def record(self, operation: Operation) -> None:
        self.calls += 1
        self.hops += 1
        self.rru += operation.rru
        self.wru += operation.wru
        self.throttles += operation.throttled
        self.retries += operation.retries
        self.operations.append(operation)

    def join(self, branches: Sequence[Meter]) -> None:
        """Add work that ran side by side: everything counts, but only the longest chain of hops."""
        for branch in branches:
            self.calls += branch.calls
            self.rru += branch.rru
            self.wru += branch.wru
            self.throttles += branch.throttles
            self.retries += branch.retries
            self.operations += branch.operations
        self.hops += max((branch.hops for branch in branches), default=0)


def current() -> Meter | None:
    return _current.get()


@contextmanager
def meter(*, exact: bool | None = None) -> Iterator[Meter]:
    """Measure the block. What it measures also counts for a meter around it.

    `exact` unset = as the meter around it, else when DEBUG is on.
    """
    outer = _current.get()
    if exact is None:
        exact = outer.exact if outer else settings.DEBUG
    with metered(Meter(exact=exact)) as inner:
        try:
            yield inner
        finally:
            if outer:
                outer.join([inner])


@contextmanager
def metered(inner: Meter) -> Iterator[Meter]:
    """Let this meter count the block; nothing reaches a meter around it."""
    token = _current.set(inner)
    try:
        yield inner
    finally:
        _current.reset(token)


@contextmanager
def budget(
    *,
    calls: int | None = None,
    hops: int | None = None,
    rru: float | None = None,
    wru: float | None = None,
) -> Iterator[Meter]:
    """For tests: AssertionError, with the operations listed, when the block costs more."""
    with meter(exact=True) as spent:
        yield spent
    limits = {"calls": calls, "hops": hops, "rru": rru, "wru": wru}
    over = [
        f"{getattr(spent, name):g} {name} (budget {limit:g})"
        for name, limit in limits.items()
        if limit is not None and getattr(spent, name) > limit
    ]
    if over:
        listed = "\n".join(f"  {operation}" for operation in spent.operations)
        raise AssertionError(f"Over budget: {', '.join(over)}\n{listed}")
