"""The RATE_LIMITS table: one counter per limit, subject and window."""

from dynamo.expressions import Update, attr
from dynamo.schema import TableSchema, register
from dynamo.table import Table

SCHEMA = register(
    TableSchema(
        logical="rate_limits",
        variable="RATE_LIMITS_TABLE_NAME",
        purpose="Counters of tries; nothing here outlives its window",
        partition_key="pk",
        ttl="expires_at",
        restorable=False,
    )
)


class CounterRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def add_one(self, pk: str, *, below: int, expires_at: int) -> None:
        """Raises ConditionFailed when the counter stands at `below` already.

        A repeat after a lost answer may count one try twice: strict, never generous.
        """
        update = Update().add("n", 1).set("expires_at", expires_at)
        self.table.update({"pk": pk}, update, condition=attr("n").missing() | attr("n").lt(below))

    def take_one(self, pk: str) -> None:
        """Raises ConditionFailed when there is nothing to take."""
        self.table.update({"pk": pk}, Update().add("n", -1), condition=attr("n").ge(1))
