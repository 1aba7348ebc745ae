"""Request units as on-demand tables bill them, from item sizes alone.

Sources: Amazon DynamoDB Developer Guide, "DynamoDB read and write operations" (4 KB reads,
halved when eventually consistent; 1 KB writes by the larger of the item before and after;
failed conditions and missing keys still cost), "Using Global Secondary Indexes" (which change
of an item costs which writes in an index) and "Managing complex workflows with DynamoDB
transactions" (two units for each item of the table). An index is written after the transaction
and costs one unit, as AWS' own calculator counts it (calculate_costs.py of its agent toolkit, which
says it was verified against the service). Where these are silent (checks inside a transaction) the
higher number is taken.
"""

from collections.abc import Mapping

from dynamo.codec import AttributeValue, item_size
from dynamo.schema import Index, TableSchema

READ_BYTES, WRITE_BYTES = 4096, 1024
TRANSACTION_FACTOR = 2

EncodedItem = Mapping[str, AttributeValue]


def read_units(size: int, *, consistent: bool) -> float:
    """A missing item, or a query without a result, costs as much as the smallest one."""
    return _blocks(size, READ_BYTES) * (1 if consistent else 0.5)


def write_units(
    schema: TableSchema | None,
    before: EncodedItem | None,
    after: EncodedItem | None,
    *,
    in_transaction: bool = False,
) -> int:
    """One item's write, its indexes included. None = there is no item."""
    sizes = [item_size(item) for item in (before, after) if item]
    units = _blocks(max(sizes, default=0), WRITE_BYTES)
    if in_transaction:
        units *= TRANSACTION_FACTOR
    if schema is None:
        return units
    return units + sum(_index_units(schema, index, before, after) for index in schema.indexes)


def _index_units(
    schema: TableSchema, index: Index, before: EncodedItem | None, after: EncodedItem | None
) -> int:
    old, new = _entry(schema, index, before), _entry(schema, index, after)
    if old == new:
        return 0
    old_units, new_units = (_blocks(item_size(e), WRITE_BYTES) if e else 0 for e in (old, new))
    if old and new and all(old[name] == new[name] for name in index.keys):
        return max(old_units, new_units)
    return old_units + new_units


def _entry(schema: TableSchema, index: Index, item: EncodedItem | None) -> EncodedItem | None:
    """What the index holds of an item; None when it lacks a key of the index."""
    if not item or any(name not in item for name in index.keys):
        return None
    included = index.projection if isinstance(index.projection, tuple) else ()
    names = {*schema.keys, *index.keys, *included}
    return {name: item[name] for name in names if name in item}


def _blocks(size: int, block: int) -> int:
    return max(1, -(-size // block))
