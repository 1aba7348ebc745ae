"""What stands in the account beside what the schemas say, and the steps between the two."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from dynamo.client import call, is_local
from dynamo.deadlines import ATTEMPTS
from dynamo.errors import TableMissing, Throttled, Unavailable
from dynamo.schema import Index, TableSchema

POLL_SECONDS = 0.5
WAIT_SECONDS = 600
BACKUP_POLL_SECONDS = 5
_NEW_TABLE = "no command changes a key: give the variable the name of a new table"


@dataclass(frozen=True, slots=True)
class Difference:
    """`fix_text` says what to do; `fix` does it, and is None where only a person can."""

    text: str
    fix_text: str
    fix: Callable[[], None] | None = None

    @property
    def advice(self) -> str:
        return "run `manage.py create_tables --update`" if self.fix else self.fix_text


@dataclass(frozen=True, slots=True)
class TableState:
    """What DynamoDB says of one table."""

    description: dict[str, Any]
    ttl: str | None
    restorable: bool

    @property
    def protected(self) -> bool:
        return bool(self.description.get("DeletionProtectionEnabled"))


def table_parameters(schema: TableSchema, *, protected: bool) -> dict[str, Any]:
    """The CreateTable request."""
    attributes = sorted({*schema.keys, *schema.index_keys})
    parameters: dict[str, Any] = {
        "TableName": schema.table_name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": key_schema(schema.keys),
        "AttributeDefinitions": attribute_definitions(attributes),
        "SSESpecification": {"Enabled": True},
        "DeletionProtectionEnabled": protected,
        "Tags": [{"Key": "table", "Value": schema.logical}],
    }
    if schema.indexes:
        parameters["GlobalSecondaryIndexes"] = list(map(index_parameters, schema.indexes))
    return parameters


def index_parameters(index: Index) -> dict[str, Any]:
    return {
        "IndexName": index.name,
        "KeySchema": key_schema(index.keys),
        "Projection": _projection(index),
    }


def key_schema(keys: tuple[str, ...]) -> list[dict[str, str]]:
    kinds = ("HASH", "RANGE")
    return [
        {"AttributeName": name, "KeyType": kind} for name, kind in zip(keys, kinds, strict=False)
    ]


def attribute_definitions(names: list[str]) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def read_state(schema: TableSchema) -> TableState | None:
    """None when there is no such table."""
    name = schema.table_name
    try:
        description = call("DescribeTable", TableName=name)["Table"]
    except TableMissing:
        return None
    ttl = call("DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]
    enabled = ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
    return TableState(
        description=description,
        ttl=ttl.get("AttributeName") if enabled else None,
        restorable=not is_local() and _is_restorable(name),
    )


def create_table(schema: TableSchema, *, protected: bool) -> None:
    """Create it and wait until it is active; then its TTL and its point-in-time recovery."""
    call("CreateTable", **table_parameters(schema, protected=protected))
    wait_until_active(schema.table_name)
    if schema.ttl:
        enable_ttl(schema)
    if schema.restorable and not is_local():
        enable_restore(schema)


def enable_ttl(schema: TableSchema) -> None:
    specification = {"AttributeName": schema.ttl, "Enabled": True}
    call("UpdateTimeToLive", TableName=schema.table_name, TimeToLiveSpecification=specification)


def enable_restore(schema: TableSchema) -> None:
    """A new table's backups take a moment to be ready. Raises Throttled when they never are."""
    for attempt in range(ATTEMPTS):
        try:
            call(
                "UpdateContinuousBackups",
                TableName=schema.table_name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )
        except Throttled:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(BACKUP_POLL_SECONDS)
        else:
            return


def protect(schema: TableSchema) -> None:
    call("UpdateTable", TableName=schema.table_name, DeletionProtectionEnabled=True)
    wait_until_active(schema.table_name)


def add_index(schema: TableSchema, index: Index) -> None:
    call(
        "UpdateTable",
        TableName=schema.table_name,
        AttributeDefinitions=attribute_definitions(sorted({*schema.keys, *index.keys})),
        GlobalSecondaryIndexUpdates=[{"Create": index_parameters(index)}],
    )
    wait_until_active(schema.table_name)


def delete_table(schema: TableSchema) -> None:
    call("DeleteTable", TableName=schema.table_name)


def wait_until_active(table_name: str) -> None:
    """The table and all its indexes. Raises Unavailable after ten minutes."""
    for _ in range(int(WAIT_SECONDS / POLL_SECONDS)):
        if _is_active(table_name):
            return
        time.sleep(POLL_SECONDS)
    raise Unavailable("The table does not become ACTIVE.", table=table_name)


def differences(schema: TableSchema, state: TableState) -> Iterator[Difference]:
    """Keys, indexes, TTL; off a local endpoint also recovery and deletion protection."""
    found_keys = _keys(state.description)
    if found_keys != schema.keys:
        yield Difference(
            f"its key is {_named(found_keys)}, not {_named(schema.keys)}",
            _NEW_TABLE,
        )
    if other := _not_text(state.description):
        yield Difference(f"its key attributes are not text: {', '.join(other)}", _NEW_TABLE)
    yield from _index_differences(schema, state)
    if schema.ttl and state.ttl is None:
        text, fix_text = f"TTL on {schema.ttl} is off", f"switch TTL on for {schema.ttl}"
        yield Difference(text, fix_text, partial(enable_ttl, schema))
    elif state.ttl != schema.ttl:
        by_hand = f"switch TTL off for {state.ttl}, wait an hour, then `create_tables --update`"
        yield Difference(f"its TTL is on {state.ttl}", by_hand)
    if is_local():
        return
    if schema.restorable and not state.restorable:
        text = "point-in-time recovery is off"
        yield Difference(text, "switch on point-in-time recovery", partial(enable_restore, schema))
    if not state.protected:
        text = "deletion protection is off"
        yield Difference(text, "switch on deletion protection", partial(protect, schema))


def _index_differences(schema: TableSchema, state: TableState) -> Iterator[Difference]:
    found = {index["IndexName"]: index for index in _indexes(state.description)}
    for index in schema.indexes:
        stands = found.pop(index.name, None)
        if stands is None:
            text, fix_text = f"index {index.name} is missing", f"add index {index.name}"
            yield Difference(text, fix_text, partial(add_index, schema, index))
            continue
        by_hand = f"delete index {index.name} in the console, then `create_tables --update`"
        if _keys(stands) != index.keys:
            text = f"index {index.name} has the key {_named(_keys(stands))}"
            yield Difference(f"{text}, not {_named(index.keys)}", by_hand)
        if _normal(stands["Projection"]) != _normal(_projection(index)):
            yield Difference(f"index {index.name} projects other attributes", by_hand)
    for name in found:
        yield Difference(f"index {name} is not in the schema", f"delete index {name} if unused")


def _is_active(table_name: str) -> bool:
    """False also for a table made so recently that DescribeTable does not know it yet."""
    try:
        table = call("DescribeTable", TableName=table_name)["Table"]
    except TableMissing:
        return False
    parts = [table.get("TableStatus"), *(i.get("IndexStatus") for i in _indexes(table))]
    return all(status in (None, "ACTIVE") for status in parts)


def _is_restorable(table_name: str) -> bool:
    answer = call("DescribeContinuousBackups", TableName=table_name)
    backups = answer["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {})
    return bool(recovery.get("PointInTimeRecoveryStatus") == "ENABLED")


def _projection(index: Index) -> dict[str, Any]:
    if isinstance(index.projection, str):
        return {"ProjectionType": index.projection}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projection)}


def _normal(projection: dict[str, Any]) -> tuple[str, frozenset[str]]:
    return projection["ProjectionType"], frozenset(projection.get("NonKeyAttributes") or ())


def _indexes(description: dict[str, Any]) -> list[dict[str, Any]]:
    return description.get("GlobalSecondaryIndexes") or []


def _keys(description: dict[str, Any]) -> tuple[str, ...]:
    by_kind = {key["KeyType"]: key["AttributeName"] for key in description["KeySchema"]}
    return tuple(by_kind[kind] for kind in ("HASH", "RANGE") if kind in by_kind)


def _not_text(description: dict[str, Any]) -> list[str]:
    defined = description.get("AttributeDefinitions") or []
    return [each["AttributeName"] for each in defined if each["AttributeType"] != "S"]


def _named(keys: tuple[str, ...]) -> str:
    return " + ".join(keys)
