"""Whether these credentials may do what the product does, tried on a probe row."""

import secrets
from collections.abc import Callable
from functools import partial

from dynamo.errors import AccessDenied
from dynamo.expressions import Update
from dynamo.schema import TableSchema
from dynamo.table import Table, transact


def probe(schema: TableSchema) -> list[str]:
    """The refusals, each with the IAM action that is missing. The row is always deleted."""
    table = Table(schema)
    value = f"PROBE#{secrets.token_hex(8)}"
    key = dict.fromkeys(schema.keys, value)
    actions: dict[str, Callable[[], object]] = {
        "PutItem": partial(table.put_new, key),
        "GetItem": partial(table.get, key, consistent=True),
        "UpdateItem": partial(table.update, key, Update().set("probe", True)),
        "BatchGetItem": partial(table.batch_get, [key]),
        "ConditionCheckItem": partial(transact, [table.checking(key, table.exists())]),
        "Query": partial(table.query, value),
        **{
            f"Query on index/{index.name}": partial(table.query, value, index=index.name)
            for index in schema.indexes
        },
        "BatchWriteItem": partial(table.batch_write, deletes=[key]),
        "DeleteItem": partial(table.delete, key),
    }
    refused = []
    for action, attempt in actions.items():
        try:
            attempt()
        except AccessDenied:
            refused.append(f"the credentials lack dynamodb:{action}")
    return refused
