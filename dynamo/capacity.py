"""The units of one call, from its request, its answer and the items before and after it.

On an exact meter the items are read around the call, uncounted, because no local engine's
own numbers are right. Otherwise the service's ConsumedCapacity is used where there is one, and
the sizes that the request and the answer happen to show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dynamo import errors
from dynamo.codec import item_size
from dynamo.schema import find_schema
from dynamo.units import EncodedItem, read_units, write_units

Send = Callable[[str, dict[str, Any]], dict[str, Any]]

_READS = {"GetItem", "BatchGetItem", "Query", "Scan"}
_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
_ALIAS = re.compile(r"[#:]\d+")
_NARROWING = ("FilterExpression", "ProjectionExpression")


class Units(NamedTuple):
    rru: float = 0
    wru: float = 0


class Target(NamedTuple):
    """An item that a write touches; `item` is what a put stores."""

    table: str
    key: EncodedItem
    item: EncodedItem | None


@dataclass(slots=True)
class Observation:
    send: Send
    operation: str
    params: dict[str, Any]
    exact: bool
    before: list[EncodedItem | None] = field(default_factory=list)

    @property
    def asks_service(self) -> bool:
        """Whether the service's own count is wanted with the answer."""
        return not self.exact and self.operation in _READS | _WRITES

    def units(self, response: dict[str, Any], error: errors.StorageError | None) -> Units:
        consumed = response.get("ConsumedCapacity")
        if self.asks_service and consumed:
            entries = consumed if isinstance(consumed, list) else [consumed]
            total = sum(entry.get("CapacityUnits", 0) for entry in entries)
            return Units(rru=total) if self.operation in _READS else Units(wru=total)
        if self.operation in _READS and not error:
            return Units(rru=_READERS[self.operation](self, response))
        if self.operation in _WRITES:
            return Units(wru=self._written(response, error))
        return Units()

    def _written(self, response: dict[str, Any], error: errors.StorageError | None) -> float:
        targets = list(_targets(self.operation, self.params))
        before = self.before or [None] * len(targets)
        if isinstance(error, errors.ConditionFailed | errors.TransactionCancelled):
            after: list[EncodedItem | None] = [
                _larger(old, target.item) for old, target in zip(before, targets, strict=True)
            ]
            before = after  # nothing changed, so no index is written
        elif error:
            return 0
        elif self.exact:
            after = [self.read(target.table, target.key) for target in targets]
        else:
            after = [target.item or response.get("Attributes") for target in targets]
        changes = zip(targets, before, after, strict=True)
        in_transaction = self.operation == "TransactWriteItems"
        return sum(
            write_units(find_schema(target.table), old, new, in_transaction=in_transaction)
            for target, old, new in changes
        )

    def read(self, table: str, key: EncodedItem) -> EncodedItem | None:
        found = self.send("GetItem", {"TableName": table, "Key": key, "ConsistentRead": True})
        return found.get("Item")


def observe(send: Send, operation: str, params: dict[str, Any], *, exact: bool) -> Observation:
    """Look at what is there before the call; `send` reads without being counted."""
    observation = Observation(_quiet(send), operation, params, exact)
    if exact and operation in _WRITES:
        targets = _targets(operation, params)
        observation.before = [observation.read(target.table, target.key) for target in targets]
    return observation


def _quiet(send: Send) -> Send:
    """Nothing found instead of an error: measuring never undoes what it measures."""

    def ask(operation: str, params: dict[str, Any]) -> dict[str, Any]:
        try:
            return send(operation, params)
        except errors.StorageError:
            return {}

    return ask


def _get_units(seen: Observation, response: dict[str, Any]) -> float:
    item = response.get("Item")
    if seen.exact and "ProjectionExpression" in seen.params:
        item = seen.read(seen.params["TableName"], seen.params["Key"])
    consistent = seen.params.get("ConsistentRead", False)
    return read_units(item_size(item) if item else 0, consistent=consistent)


def _batch_units(seen: Observation, response: dict[str, Any]) -> float:
    units = 0.0
    for table, wanted in seen.params["RequestItems"].items():
        consistent = wanted.get("ConsistentRead", False)
        items = response.get("Responses", {}).get(table, [])
        skipped = response.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        missing = len(wanted["Keys"]) - len(skipped) - len(items)
        sizes = [item_size(item) for item in items] + [0] * missing
        units += sum(read_units(size, consistent=consistent) for size in sizes)
    return units


def _query_units(seen: Observation, response: dict[str, Any]) -> float:
    """All items of a page are rounded up together; what a filter drops is read all the same."""
    narrowed = any(name in seen.params for name in _NARROWING)
    if seen.exact and narrowed:
        response = seen.send(seen.operation, _without_narrowing(seen.params))
    size = sum(item_size(item) for item in response.get("Items", ()))
    return read_units(size, consistent=seen.params.get("ConsistentRead", False))


_READERS: dict[str, Callable[[Observation, dict[str, Any]], float]] = {
    "GetItem": _get_units,
    "BatchGetItem": _batch_units,
    "Query": _query_units,
    "Scan": _query_units,
}


def _without_narrowing(params: Mapping[str, Any]) -> dict[str, Any]:
    """The same page unfiltered; the service refuses aliases that nothing uses."""
    kept = {name: value for name, value in params.items() if name not in _NARROWING}
    aliases = set(_ALIAS.findall(kept.get("KeyConditionExpression", "")))
    for field_name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        used = {alias: v for alias, v in kept.pop(field_name, {}).items() if alias in aliases}
        if used:
            kept[field_name] = used
    return kept


def _targets(operation: str, params: Mapping[str, Any]) -> Iterator[Target]:
    if operation == "TransactWriteItems":
        for action in params["TransactItems"]:
            for detail in action.values():
                yield _target(detail["TableName"], detail)
    elif operation == "BatchWriteItem":
        for table, requests in params["RequestItems"].items():
            for request in requests:
                for detail in request.values():
                    yield _target(table, detail)
    else:
        yield _target(params["TableName"], params)


def _target(table: str, detail: Mapping[str, Any]) -> Target:
    item = detail.get("Item")
    if item is None:
        return Target(table, detail["Key"], None)
    schema = find_schema(table)
    keys = schema.keys if schema else ()
    return Target(table, {name: item[name] for name in keys if name in item}, item)


def _larger(old: EncodedItem | None, new: EncodedItem | None) -> EncodedItem | None:
    return max((old or {}), (new or {}), key=item_size) or None
