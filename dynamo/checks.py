"""System checks of storage: everything that is missing or malformed, in one run."""

import re
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from dynamo import client
from dynamo.errors import Unavailable
from dynamo.loopback import is_loopback
from dynamo.schema import TableSchema, all_schemas

STORAGES = ("local", "aws")
_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_NAME_RULE = "A name has 3 to 255 characters of a-z, A-Z, 0-9, _, - and dot."


@register
def check_table_names(**_: Any) -> list[CheckMessage]:
    named = [schema for schema in all_schemas() if schema.table_name]
    unnamed = [schema for schema in all_schemas() if not schema.table_name]
    return [
        *map(_missing, unnamed),
        *(_malformed(schema) for schema in named if not _NAME.fullmatch(schema.table_name)),
        *_shared(named),
        *_malformed_indexes(named),
    ]


@register
def check_endpoint(**_: Any) -> list[CheckMessage]:
    endpoint = settings.DYNAMODB_ENDPOINT_URL
    if settings.STORAGE not in STORAGES:
        hint = "Set STORAGE=local (the local engine) or STORAGE=aws (the default)."
        return [Error(f"STORAGE is {settings.STORAGE!r}.", hint=hint, id="dynamo.E004")]
    if settings.DYNAMODB_PROFILE not in client.TIMEOUTS:
        hint = f"Set DYNAMODB_PROFILE to one of: {', '.join(client.TIMEOUTS)}."
        message = f"DYNAMODB_PROFILE is {settings.DYNAMODB_PROFILE!r}."
        return [Error(message, hint=hint, id="dynamo.E008")]
    if endpoint and not _is_address(endpoint):
        hint = "Set DYNAMODB_ENDPOINT_URL=http(s)://<host>[:<port>], or leave it empty for AWS."
        message = f"DYNAMODB_ENDPOINT_URL={endpoint!r} is not an address."
        return [Error(message, hint=hint, id="dynamo.E009")]
    if settings.STORAGE == "local" and not is_loopback(endpoint):
        hint = "Set DYNAMODB_ENDPOINT_URL=http://127.0.0.1:<port>, or start with `make run`."
        message = f"STORAGE=local needs an endpoint on loopback, not {endpoint!r}."
        return [Error(message, hint=hint, id="dynamo.E005")]
    return _check_debug() if settings.DEBUG else []


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_debug() -> list[CheckMessage]:
    try:
        if client.is_local():
            return []
        message = f"DEBUG is on beside {client.client().meta.endpoint_url}, which is not local."
    except Unavailable as error:
        message = f"DEBUG is on, and no endpoint could be found: {error}"
    hint = "Set DEBUG=false, or DYNAMODB_ENDPOINT_URL to an engine on loopback."
    return [Error(message, hint=hint, id="dynamo.E006")]


def _missing(schema: TableSchema) -> CheckMessage:
    message = f"{schema.variable} is not set ({schema.purpose})."
    if schema.required:
        hint = f"Set {schema.variable}=<table name> in the environment or in .env."
        return Error(message, hint=hint, id="dynamo.E001")
    hint = f"Set {schema.variable} and run `manage.py create_tables` to switch this on."
    return Warning(message, hint=hint, id="dynamo.W001")


def _malformed(schema: TableSchema) -> CheckMessage:
    message = f"{schema.variable}={schema.table_name!r} is not a table's name."
    return Error(message, hint=_NAME_RULE, id="dynamo.E002")


def _shared(schemas: list[TableSchema]) -> list[CheckMessage]:
    variables = defaultdict(list)
    for schema in schemas:
        variables[schema.table_name].append(schema.variable)
    return [
        Error(
            f"{' and '.join(names)} name the same table, {table!r}.",
            hint="Give each of them a table of its own.",
            id="dynamo.E003",
        )
        for table, names in variables.items()
        if len(names) > 1
    ]


def _malformed_indexes(schemas: list[TableSchema]) -> list[CheckMessage]:
    return [
        Error(f"{index.name!r} is not an index's name.", hint=_NAME_RULE, id="dynamo.E007")
        for schema in schemas
        for index in schema.indexes
        if not _NAME.fullmatch(index.name)
    ]
