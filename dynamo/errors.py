"""Everything storage can say no with. boto3's own errors never leave `dynamo`.

StorageError                  a bug or an operator's mistake unless it is one of these:
├── ConditionFailed           the condition did not hold; `item` is what is stored
├── TransactionCancelled      one or more actions refused; `reasons` says which and why
├── TokenReused               the same transaction token came with different actions
├── ItemTooLarge              over 350 KB: refused before DynamoDB's 400 KB
├── InvalidItem               a value, key or expression DynamoDB cannot hold
└── Unavailable               not now (503); `retry_after` in seconds
    ├── Throttled             too fast
    │   └── TransactionConflict   another transaction is changing the item; retried first
    ├── TableMissing          `manage.py create_tables` was not run
    └── AccessDenied          the credentials may not do this
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from typing_extensions import override

CONDITION_FAILED = "ConditionalCheckFailed"


class StorageError(Exception):
    """`operation` and `table` say what was tried, `request_id` finds it in the provider's logs."""

    def __init__(
        self,
        message: str = "",
        *,
        cause: BaseException | None = None,
        operation: str = "",
        table: str = "",
        request_id: str = "",
        retries: int = 0,
    ) -> None:
        super().__init__(message or type(self).__doc__)
        self.cause = cause
        self.operation = operation
        self.table = table
        self.request_id = request_id
        self.retries = retries

    @override
    def __str__(self) -> str:
        where = " ".join(part for part in (self.operation, self.table) if part)
        request = f" [request {self.request_id}]" if self.request_id else ""
        return f"{where}: {super().__str__()}{request}" if where else super().__str__()


class ConditionFailed(StorageError):
    """The condition did not hold."""

    item: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one action of a transaction was refused; `code` is DynamoDB's, "None" = it was not."""

    label: str
    code: str
    message: str = ""
    item: dict[str, Any] | None = None


class TransactionCancelled(StorageError):
    """The transaction was refused; nothing of it was written."""

    reasons: tuple[Reason, ...] = ()

    def failed(self, label: str) -> bool:
        """Whether the condition of the action with this label did not hold."""
        return label in self.labels

    def item(self, label: str) -> dict[str, Any] | None:
        """The stored item that made this action's condition fail, if there is one."""
        return next((reason.item for reason in self.reasons if reason.label == label), None)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the actions whose condition did not hold."""
        return tuple(reason.label for reason in self.reasons if reason.code == CONDITION_FAILED)


class TokenReused(StorageError):
    """The token of this transaction was used for different actions in the last ten minutes."""


class ItemTooLarge(StorageError):
    """The item is too large to store."""


class InvalidItem(StorageError, ValueError):
    """DynamoDB cannot hold this value."""


class Unavailable(StorageError):
    """Storage does not answer."""

    retry_after = 2


class Throttled(Unavailable):
    """Storage is busy."""

    retry_after = 1


class TransactionConflict(Throttled):
    """Another transaction is changing the item."""


class TableMissing(Unavailable):
    """The table does not exist: run `manage.py create_tables`."""

    retry_after = 30


class AccessDenied(Unavailable):
    """The credentials may not do this."""

    retry_after = 30
