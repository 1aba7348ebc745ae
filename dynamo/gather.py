"""Independent reads beside each other, as one hop."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Generic, TypeVar, cast, overload

from dynamo import metering

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
T = TypeVar("T")

THREADS = 32
_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="dynamo-gather")


def _new_pool() -> None:
    """A fork takes no threads along."""
    global _pool
    _pool = ThreadPoolExecutor(THREADS, thread_name_prefix="dynamo-gather")


os.register_at_fork(after_in_child=_new_pool)


class _Branch(Generic[T]):
    """One call with its own copy of the context, and a meter of its own."""

    def __init__(self, call: Callable[[], T], meter: metering.Meter) -> None:
        self._call = call
        self._context = copy_context()
        self._error: Exception | None = None
        self._value: T | None = None
        self.meter = meter

    def run(self) -> None:
        self._context.run(self._run)

    def result(self) -> T:
        if self._error:
            raise self._error
        return cast(T, self._value)

    def _run(self) -> None:
        try:
            with metering.metered(self.meter):
                self._value = self._call()
        except Exception as error:  # noqa: BLE001  (raised again by result())
            self._error = error


@overload
def gather(first: Callable[[], A], second: Callable[[], B], /) -> tuple[A, B]: ...
@overload
def gather(
    first: Callable[[], A], second: Callable[[], B], third: Callable[[], C], /
) -> tuple[A, B, C]: ...
@overload
def gather(
    first: Callable[[], A],
    second: Callable[[], B],
    third: Callable[[], C],
    fourth: Callable[[], D],
    /,
) -> tuple[A, B, C, D]: ...
@overload
def gather(*calls: Callable[[], T]) -> tuple[T, ...]: ...
def gather(*calls: Callable[[], Any]) -> tuple[Any, ...]:
    """The results in order. All calls end before the first error is raised.

    The caller runs the first call and whatever no thread has picked up yet, so a gather inside
    a gather cannot wait for itself. Deadlines and meters reach into the branches.
    """
    outer = metering.current()
    exact = outer.exact if outer else False
    branches = [_Branch(call, metering.Meter(exact=exact)) for call in calls]
    futures = [_pool.submit(branch.run) for branch in branches[1:]]
    for branch in branches[:1]:
        branch.run()
    for branch, future in zip(branches[1:], futures, strict=True):
        if future.cancel():
            branch.run()
        else:
            future.result()
    if outer:
        outer.join([branch.meter for branch in branches])
    return tuple(branch.result() for branch in branches)
