"""The parameters of requests, checked against a table's schema before anything is sent.

Local engines accept much that DynamoDB refuses (keys that are not text, filters on keys,
values of an index key), so what can be known here is refused here.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from dynamo.aliases import Aliases, Part
from dynamo.codec import AttributeValue, decode_item, encode, encode_item
from dynamo.errors import InvalidItem
from dynamo.expressions import Condition, KeyRange, Update, attr
from dynamo.schema import TableSchema

Item = dict[str, Any]
Key = dict[str, str]
Parameters = dict[str, Any]

OP = "op"
_KEY_BYTES = (2048, 1024)  # partition key, sort key


def new_op() -> str:
    return secrets.token_urlsafe(6)


def decoded(item: Mapping[str, AttributeValue]) -> Item:
    """An item as callers see it, without our `op`."""
    return without_op(decode_item(item))


def without_op(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != OP}


def identity(schema: TableSchema, item: Item) -> tuple[str, ...]:
    return tuple(item[name] for name in schema.keys)


def encoded_key(schema: TableSchema, key: Mapping[str, str]) -> dict[str, AttributeValue]:
    """Raises InvalidItem unless it has exactly the key attributes, each of them fit."""
    if key.keys() != set(schema.keys):
        wanted = ", ".join(schema.keys)
        raise InvalidItem(f"A key of {schema.logical} has {wanted}, not {', '.join(key)}.")
    encoded = encode_item(key)
    _check_keys(schema.keys, encoded)
    return encoded


def put(schema: TableSchema, item: Item, condition: Condition | None, op: str = "") -> Parameters:
    for name in schema.keys:
        if name not in item:
            raise InvalidItem(f"An item of {schema.logical} needs {name}.")
    _check_no_op(item)
    encoded = encode_item({**item, OP: op} if op else item)
    for keys in (schema.keys, *(index.keys for index in schema.indexes)):
        _check_keys(keys, encoded)
    aliases = Aliases()
    return {"Item": encoded, **_condition(condition, aliases), **aliases.parameters()}


def update(
    schema: TableSchema, key: Key, change: Update, condition: Condition | None, op: str = ""
) -> Parameters:
    _check_no_op(change.attributes)
    if fixed := change.attributes & set(schema.keys):
        raise InvalidItem(f"A key never changes: {', '.join(sorted(fixed))}.")
    for index in schema.indexes:
        assigned = {name: encode(value) for name, value in change.assigned(index.keys)}
        _check_keys(index.keys, assigned)
    parts = change.parts()
    aliases = Aliases()
    expression = aliases.render(change.set(OP, op).parts() if op else parts)
    if op and condition is not None:
        condition &= attr(OP).ne(op)  # so that a repeat never adds or appends once more
    return {
        "Key": encoded_key(schema, key),
        "UpdateExpression": expression,
        **_condition(condition, aliases),
        **aliases.parameters(),
    }


def delete(schema: TableSchema, key: Key, condition: Condition | None) -> Parameters:
    """Also the parameters of a check without a write."""
    aliases = Aliases()
    checked = _condition(condition, aliases)
    return {"Key": encoded_key(schema, key), **checked, **aliases.parameters()}


def shown_when_refused(params: Parameters) -> Parameters:
    """Asks for the item that makes a condition fail."""
    conditional = "ConditionExpression" in params
    return {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if conditional else {}


def get(schema: TableSchema, key: Key, attributes: Sequence[str]) -> Parameters:
    aliases = Aliases()
    found: Parameters = {"Key": encoded_key(schema, key)}
    if attributes:
        parts: list[Part] = []
        for name in attributes:
            parts += [", ", (name,)]
        found["ProjectionExpression"] = aliases.render(parts[1:])
    return found | aliases.parameters()


def query(
    schema: TableSchema, partition: str, sort: KeyRange | None, index: str, only: Condition | None
) -> Parameters:
    keys = schema.index(index).keys if index else schema.keys
    _check_keys(keys, {keys[0]: encode(partition)})
    key_parts = attr(keys[0]).eq(partition).parts
    if sort and len(keys) == 1:
        raise InvalidItem(f"{index or schema.logical} has no sort key to query by.")
    if sort:
        for value in sort.values:
            _check_keys(keys, {keys[1]: encode(value)})
        key_parts += (" AND ", *sort.parts(keys[1]))
    aliases = Aliases()
    found: Parameters = {"KeyConditionExpression": aliases.render(key_parts)}
    if only and only.attributes & set(keys):
        raise InvalidItem("A filter cannot look at the key it queries by; use sort=.")
    if only:
        found["FilterExpression"] = aliases.render(only.parts)
    if index:
        found["IndexName"] = index
    return found | aliases.parameters()


def _condition(condition: Condition | None, aliases: Aliases) -> Parameters:
    return {"ConditionExpression": aliases.render(condition.parts)} if condition else {}


def _check_no_op(names: Mapping[str, Any] | frozenset[str]) -> None:
    if OP in names:
        raise InvalidItem(f"The attribute {OP!r} is used by storage itself; choose another name.")


def _check_keys(names: Sequence[str], encoded: Mapping[str, AttributeValue]) -> None:
    """The key attributes that are there hold text that is neither empty nor too long."""
    for name, longest in zip(names, _KEY_BYTES, strict=False):
        if name in encoded:
            value = encoded[name].get("S", "")
            if not value:
                raise InvalidItem(f"{name}: a key is text that is not empty.")
            if len(value.encode()) > longest:
                raise InvalidItem(f"{name}: a key has at most {longest} bytes.")
