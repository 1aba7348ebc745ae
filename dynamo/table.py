"""Reading and writing one table. Items and keys are plain Python; aliases, encoding, limits,
repeats and lost answers are dealt with here.

A conditional put or update leaves a random `op` in the item: when the answer to a write was
lost and the SDK repeats it, the condition fails on our own write, and `op` tells so; an update asks
for another `op`, so that it fails also where the rest of its condition still holds. Callers never
see it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ImproperlyConfigured

from dynamo import batches, parameters
from dynamo.client import call
from dynamo.codec import encode_item
from dynamo.deadlines import past_conflicts
from dynamo.errors import ConditionFailed, InvalidItem, Unavailable
from dynamo.expressions import Condition, KeyRange, Update, attr
from dynamo.parameters import Item as Item
from dynamo.parameters import Key as Key
from dynamo.parameters import Parameters, decoded, identity
from dynamo.schema import TableSchema
from dynamo.transactions import Write as Write
from dynamo.transactions import transact as transact

Returning = Literal["none", "new", "old", "updated_new"]

_RETURN_VALUES = {"none": "NONE", "new": "ALL_NEW", "old": "ALL_OLD", "updated_new": "UPDATED_NEW"}
_REPEATED: Parameters = {"ResponseMetadata": {"RetryAttempts": 1}}


@dataclass(frozen=True, slots=True)
class Page:
    """Items in key order; `next` is where the next page starts, None at the end.

    A page may be empty, or shorter than its limit, and still have a next one.
    """

    items: list[Item]
    next: Key | None


class Table:
    """Every method may raise Unavailable (storage does not answer) and InvalidItem (a bug)."""

    def __init__(self, schema: TableSchema) -> None:
        self.schema = schema

    @property
    def name(self) -> str:
        """The name in the account. Raises ImproperlyConfigured when its variable is empty."""
        name = self.schema.table_name
        if not name:
            raise ImproperlyConfigured(f"{self.schema.purpose}: set {self.schema.variable}.")
        return name

    def exists(self) -> Condition:
        """The item is there: the condition of every update that must not create one."""
        return attr(self.schema.partition_key).exists()

    def missing(self) -> Condition:
        return attr(self.schema.partition_key).missing()

    def get(
        self, key: Key, *, consistent: bool = False, attributes: Sequence[str] = ()
    ) -> Item | None:
        """None when there is no such item. `attributes` narrows the answer, not its price."""
        params = parameters.get(self.schema, key, attributes)
        answer = call("GetItem", TableName=self.name, ConsistentRead=consistent, **params)
        return decoded(answer["Item"]) if "Item" in answer else None

    def put(self, item: Item, *, condition: Condition | None = None) -> None:
        """Replace the whole item. Raises ConditionFailed, ItemTooLarge."""
        op = parameters.new_op() if condition else ""
        self._write("PutItem", parameters.put(self.schema, item, condition, op), op)

    def put_new(self, item: Item) -> None:
        """Raises ConditionFailed when there is an item with this key."""
        self.put(item, condition=self.missing())

    def update(
        self,
        key: Key,
        update: Update,
        *,
        condition: Condition | None = None,
        returning: Returning = "none",
    ) -> Item:
        """The attributes asked for by `returning`; {} when there are none.

        Without a condition a missing item is created; pass `exists()` unless that is wanted.
        Raises ConditionFailed. With "old" it raises Unavailable when the answer was lost: the
        write happened, and what was there before is gone.
        """
        op = parameters.new_op() if condition else ""
        params = parameters.update(self.schema, key, update, condition, op)
        answer = self._write("UpdateItem", params, op, ReturnValues=_RETURN_VALUES[returning])
        if returning == "old":
            self._refuse_repeated("UpdateItem", answer)
        if "recovered" not in answer:
            return decoded(answer.get("Attributes", {}))
        return _shown(answer["recovered"], update, returning)

    def delete(
        self, key: Key, *, condition: Condition | None = None, returning_old: bool = False
    ) -> Item | None:
        """The old item, when asked for and there was one. Raises ConditionFailed.

        Asked for the old item it raises Unavailable when the answer was lost, as update() does.
        """
        params = parameters.delete(self.schema, key, condition)
        returning = "ALL_OLD" if returning_old else "NONE"
        try:
            answer = self._write("DeleteItem", params, ReturnValues=returning)
        except ConditionFailed as error:
            if not error.retries or error.item is not None:
                raise
            answer = _REPEATED  # found gone: the first attempt had deleted it
        if returning_old and not answer.get("Attributes"):
            self._refuse_repeated("DeleteItem", answer)
        return decoded(answer["Attributes"]) if answer.get("Attributes") else None

    def query(
        self,
        partition: str,
        *,
        sort: KeyRange | None = None,
        index: str = "",
        limit: int = 0,
        newest_first: bool = False,
        start: Key | None = None,
        consistent: bool = False,
        filter: Condition | None = None,
    ) -> Page:
        """One page of a partition: at most `limit` items before the filter; 0 = at most 1 MB."""
        if consistent and index:
            raise InvalidItem(f"{index}: an index cannot be read consistently.")
        if limit < 0:
            raise InvalidItem(f"limit is 0 (no limit) or more, not {limit}.")
        params = parameters.query(self.schema, partition, sort, index, filter)
        if limit:
            params["Limit"] = limit
        if start:
            params["ExclusiveStartKey"] = encode_item(start)
        answer = call(
            "Query",
            TableName=self.name,
            ConsistentRead=consistent,
            ScanIndexForward=not newest_first,
            **params,
        )
        last = answer.get("LastEvaluatedKey")
        return Page([decoded(item) for item in answer["Items"]], decoded(last) if last else None)

    def query_all(
        self,
        partition: str,
        *,
        sort: KeyRange | None = None,
        index: str = "",
        limit: int = 0,
        newest_first: bool = False,
        consistent: bool = False,
        filter: Condition | None = None,
    ) -> Iterator[Item]:
        """Every item of a partition, read page by page (`limit` is a page's) as they are taken."""
        start: Key | None = None
        while True:
            page = self.query(
                partition,
                sort=sort,
                index=index,
                limit=limit,
                newest_first=newest_first,
                start=start,
                consistent=consistent,
                filter=filter,
            )
            yield from page.items
            start = page.next
            if start is None:
                return

    def batch_get(self, keys: Iterable[Key], *, consistent: bool = False) -> list[Item]:
        """The items there are, each once, in the order of the keys. Raises Throttled."""
        wanted = {
            identity(self.schema, key): parameters.encoded_key(self.schema, key) for key in keys
        }
        encoded = batches.get_all(self.name, list(wanted.values()), consistent=consistent)
        found = {identity(self.schema, item): item for item in map(decoded, encoded)}
        return [found[key] for key in wanted if key in found]

    def batch_write(self, *, puts: Iterable[Item] = (), deletes: Iterable[Key] = ()) -> None:
        """Unconditional and not atomic; the last put of a key wins. Raises Throttled."""
        requests: dict[tuple[str, ...], Parameters] = {}
        for item in puts:
            request = parameters.put(self.schema, item, condition=None)
            requests[identity(self.schema, item)] = {"PutRequest": request}
        for key in deletes:
            encoded = parameters.encoded_key(self.schema, key)
            if "PutRequest" in requests.get(identity(self.schema, key), {}):
                raise InvalidItem(f"One batch both puts and deletes {key!r}.")
            requests[identity(self.schema, key)] = {"DeleteRequest": {"Key": encoded}}
        batches.write_all(self.name, list(requests.values()))

    def scan(self, *, segment: int = 0, segments: int = 1) -> Iterator[Item]:
        """Every item, in no order. For management commands and tests only."""
        params: Parameters = {"Segment": segment, "TotalSegments": segments}
        while True:
            answer = call("Scan", TableName=self.name, **params)
            yield from map(decoded, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            params["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def putting(self, item: Item, *, condition: Condition | None = None, label: str = "") -> Write:
        return self._action("Put", item, label, parameters.put(self.schema, item, condition))

    def putting_new(self, item: Item, *, label: str = "") -> Write:
        return self.putting(item, condition=self.missing(), label=label)

    def updating(
        self, key: Key, update: Update, *, condition: Condition | None = None, label: str = ""
    ) -> Write:
        params = parameters.update(self.schema, key, update, condition)
        return self._action("Update", key, label, params)

    def deleting(self, key: Key, *, condition: Condition | None = None, label: str = "") -> Write:
        return self._action("Delete", key, label, parameters.delete(self.schema, key, condition))

    def checking(self, key: Key, condition: Condition, *, label: str = "") -> Write:
        params = parameters.delete(self.schema, key, condition)
        return self._action("ConditionCheck", key, label, params)

    def _action(self, action: str, item: Item, label: str, params: Parameters) -> Write:
        key = {name: item[name] for name in self.schema.keys}
        label = label or self.schema.logical
        return Write(action=action, schema=self.schema, key=key, label=label, params=params)

    def _write(self, operation: str, params: Parameters, op: str = "", **more: str) -> Parameters:
        """The answer; {"recovered": item} when a repeat found our own write there."""
        sent = {**params, **more, **parameters.shown_when_refused(params)}
        try:
            return past_conflicts(lambda: call(operation, TableName=self.name, **sent))
        except ConditionFailed as error:
            stored = error.item or {}
            error.item = parameters.without_op(stored) if stored else None
            if op and stored.get(parameters.OP) == op:
                return {"recovered": error.item, **_REPEATED}
            raise

    def _refuse_repeated(self, operation: str, answer: Parameters) -> None:
        """What was there before a repeated write may be what its first attempt left."""
        if answer.get("ResponseMetadata", {}).get("RetryAttempts"):
            message = "The write happened, but its answer was lost."
            raise Unavailable(message, operation=operation, table=self.name)


def _shown(item: Item, update: Update, returning: Returning) -> Item:
    if returning == "updated_new":
        return {name: item[name] for name in update.attributes if name in item}
    return item if returning == "new" else {}
