"""The same tables as infrastructure code, as least-privilege policies and as documentation."""

from collections.abc import Callable, Sequence
from typing import Any

from dynamo.provisioning import table_parameters
from dynamo.schema import Index, TableSchema

_READS = ("BatchGetItem", "GetItem", "Query")
_WRITES = ("BatchWriteItem", "ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem")
_MANAGEMENT = (
    "CreateTable",
    "DeleteTable",
    "DescribeContinuousBackups",
    "DescribeTable",
    "DescribeTimeToLive",
    "ListTagsOfResource",
    "Scan",
    "TagResource",
    "UpdateContinuousBackups",
    "UpdateTable",
    "UpdateTimeToLive",
)
ROLES = {  # a request never scans; jobs and commands that clean up do
    "web": (*_READS, *_WRITES),
    "worker": (*_READS, *_WRITES, "Scan"),
    "admin": (*_READS, *_WRITES, *_MANAGEMENT),
}

Statement = dict[str, Any]
Grants = Callable[[str, str, str], list[Statement]]  # of role, region and account
_grants: list[Grants] = []


def granting(grants: Grants) -> Grants:
    """Registers what an app needs of other services; its statements join the policies."""
    _grants.append(grants)
    return grants


def cloudformation(schemas: Sequence[TableSchema]) -> dict[str, Any]:
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The DynamoDB tables, as the application declares them",
        "Resources": {_resource_name(schema): _resource(schema) for schema in schemas},
    }


def iam_policy(
    schemas: Sequence[TableSchema], *, role: str, region: str, account: str
) -> dict[str, Any]:
    """What one role may do, on these tables and their indexes and what apps registered."""
    tables = [f"arn:aws:dynamodb:{region}:{account}:table/{s.table_name}" for s in schemas]
    indexes = [
        f"{arn}/index/{index.name}"
        for arn, schema in zip(tables, schemas, strict=True)
        for index in schema.indexes
    ]
    statements = [_allow("Tables", ROLES[role], tables)]
    if indexes:
        queries = [action for action in ROLES[role] if action in ("Query", "Scan")]
        statements.append(_allow("Indexes", queries, indexes))
    statements += [found for grants in _grants for found in grants(role, region, account)]
    return {"Version": "2012-10-17", "Statement": statements}


def markdown(schemas: Sequence[TableSchema]) -> str:
    """One row per table, as in docs/data-model.md."""
    lines = [
        "| Table | Purpose | Variable | Key | Indexes | TTL | Recovery |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *map(_row, schemas),
    ]
    return "\n".join(lines) + "\n"


def _resource_name(schema: TableSchema) -> str:
    return "".join(word.capitalize() for word in schema.logical.split("_")) + "Table"


def _resource(schema: TableSchema) -> dict[str, Any]:
    properties = table_parameters(schema, protected=True)
    properties["SSESpecification"] = {"SSEEnabled": True}
    if schema.ttl:
        properties["TimeToLiveSpecification"] = {"AttributeName": schema.ttl, "Enabled": True}
    recovery = {"PointInTimeRecoveryEnabled": schema.restorable}
    properties["PointInTimeRecoverySpecification"] = recovery
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _allow(sid: str, actions: Sequence[str], resources: list[str]) -> Statement:
    named = [f"dynamodb:{action}" for action in sorted(actions)]
    return {"Sid": sid, "Effect": "Allow", "Action": named, "Resource": resources}


def _row(schema: TableSchema) -> str:
    cells = (
        f"`{schema.logical}`",
        schema.purpose,
        f"`{schema.variable}`" + (" (required)" if schema.required else ""),
        _code(schema.keys),
        "; ".join(map(_index_text, schema.indexes)) or "none",
        f"`{schema.ttl}`" if schema.ttl else "none",
        "yes" if schema.restorable else "no",
    )
    return f"| {' | '.join(cells)} |"


def _index_text(index: Index) -> str:
    included = index.projection if isinstance(index.projection, tuple) else ()
    projection = f"INCLUDE({', '.join(included)})" if included else index.projection
    return f"`{index.name}`: {_code(index.keys)}, {projection}"


def _code(names: Sequence[str]) -> str:
    return " + ".join(f"`{name}`" for name in names)
