"""All or nothing, over any number of tables."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dynamo import parameters
from dynamo.client import call
from dynamo.codec import item_size
from dynamo.deadlines import past_conflicts
from dynamo.errors import InvalidItem, ItemTooLarge, Reason, TransactionCancelled
from dynamo.schema import TableSchema

MAX_ACTIONS = 100
MAX_BYTES = 4 * 1024 * 1024
_TOKEN_LENGTH = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One action of a transaction. Build it with a Table: `putting()`, `updating()` …"""

    action: str  # Put, Update, Delete or ConditionCheck
    schema: TableSchema
    key: dict[str, str]
    label: str
    params: dict[str, Any]


def transact(writes: Sequence[Write], *, token: str | None = None) -> None:
    """Write everything or nothing, once, also when an answer is lost on the way.

    Raises TransactionCancelled with the action that refused, TransactionConflict when other
    transactions keep holding an item, TokenReused, ItemTooLarge, InvalidItem, Unavailable.

    `token` makes a repeat of the very same writes within ten minutes succeed without writing:
    give one only when the caller itself may repeat the call (a job's id). It must never come
    from what a person types, or using a code twice would look like success twice.
    """
    _check(writes)
    items = [{write.action: _action(write)} for write in writes]
    request_token = _fitting(token) if token else secrets.token_urlsafe(24)
    try:
        past_conflicts(
            lambda: call(
                "TransactWriteItems", TransactItems=items, ClientRequestToken=request_token
            )
        )
    except TransactionCancelled as error:
        error.reasons = tuple(map(_named, error.reasons, writes))
        raise


def _action(write: Write) -> dict[str, Any]:
    shown = parameters.shown_when_refused(write.params)
    return {"TableName": write.schema.table_name, **write.params, **shown}


def _check(writes: Sequence[Write]) -> None:
    if not 1 <= len(writes) <= MAX_ACTIONS:
        raise InvalidItem(f"A transaction has 1 to {MAX_ACTIONS} actions, not {len(writes)}.")
    seen: dict[tuple[str, ...], str] = {}
    for write in writes:
        identity = (write.schema.logical, *parameters.identity(write.schema, write.key))
        if identity in seen:
            labels = f"{seen[identity]!r} and {write.label!r}"
            raise InvalidItem(f"Two actions of a transaction touch one item: {labels}.")
        seen[identity] = write.label
    size = sum(item_size(write.params.get("Item", {})) for write in writes)
    if size > MAX_BYTES:
        raise ItemTooLarge(f"The transaction has {size} bytes; at most {MAX_BYTES} are allowed.")


def _named(reason: Reason, write: Write) -> Reason:
    item = parameters.without_op(reason.item) if reason.item else None
    return replace(reason, label=write.label, item=item)


def _fitting(token: str) -> str:
    if len(token) <= _TOKEN_LENGTH:
        return token
    return hashlib.sha256(token.encode()).hexdigest()[:_TOKEN_LENGTH]
