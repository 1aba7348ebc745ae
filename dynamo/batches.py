"""Many items in few calls; what the service leaves unprocessed is asked for again."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from dynamo.client import call
from dynamo.deadlines import ATTEMPTS, pause
from dynamo.errors import Throttled

T = TypeVar("T")

GET_SIZE, WRITE_SIZE = 100, 25


def get_all(table: str, keys: Sequence[Any], *, consistent: bool) -> Iterator[Any]:
    """The encoded items of different keys, in no order. Raises Throttled when some never come."""
    for chunk in _chunks(keys, GET_SIZE):
        pending: dict[str, Any] = {table: {"Keys": chunk, "ConsistentRead": consistent}}
        for attempt in range(ATTEMPTS):
            answer = call("BatchGetItem", RequestItems=pending)
            yield from answer["Responses"].get(table, ())
            pending = answer.get("UnprocessedKeys") or {}
            if not pending:
                break
            pause(attempt)
        else:
            raise Throttled(operation="BatchGetItem", table=table)


def write_all(table: str, requests: Sequence[Any]) -> None:
    """Not atomic: when it raises, some are written. Raises Throttled when some never are."""
    for chunk in _chunks(requests, WRITE_SIZE):
        pending: dict[str, Any] = {table: chunk}
        for attempt in range(ATTEMPTS):
            pending = call("BatchWriteItem", RequestItems=pending).get("UnprocessedItems") or {}
            if not pending:
                break
            pause(attempt)
        else:
            raise Throttled(operation="BatchWriteItem", table=table)


def _chunks(elements: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(elements), size):
        yield list(elements[start : start + size])
