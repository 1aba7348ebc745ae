"""The RATE_LIMITS table: one counter per limit, subject and window; one row per growing wait, and
one per thing that is under way."""

from core import clock
from dynamo.expressions import Update, attr
from dynamo.schema import TableSchema, register
from dynamo.table import Item, Table, Write

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
SHAPE_VERSION = 1


class CounterRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def add_one(self, pk: str, *, below: int, expires_at: int) -> None:
        """Raises ConditionFailed when the counter stands at `below` already.

        A lost answer and another try at that moment may count one twice: strict, never generous.
        """
        update = _stamped().add("n", 1).set("expires_at", expires_at)
        self.table.update({"pk": pk}, update, condition=attr("n").missing() | attr("n").lt(below))

    def take_one(self, pk: str) -> None:
        """Raises ConditionFailed when there is nothing to take."""
        self.table.update({"pk": pk}, Update().add("n", -1), condition=attr("n").ge(1))

    def closing(self, pk: str, *, below: int, expires_at: int, label: str) -> Write:
        """No further hit of a counter that stands below `below`."""
        update = _stamped().set("n", below).set("expires_at", expires_at)
        open_still = attr("n").missing() | attr("n").lt(below)
        return self.table.updating({"pk": pk}, update, condition=open_still, label=label)


class LockRepository:
    """`n` tries in a row, the next one not before `until`; nothing counts from `expires_at` on."""

    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def add_free(self, pk: str, *, below: int, now: int, ends: int) -> int:
        """The new count. Raises ConditionFailed, with the row, when this needs a closer look."""
        update = _stamped().increment("n", 1).set("until", now).set("expires_at", ends)
        free = attr("n").lt(below) & attr("expires_at").gt(now)
        condition = attr("n").missing() | free
        return int(
            self.table.update({"pk": pk}, update, condition=condition, returning="updated_new")["n"]
        )

    def step(self, pk: str, seen: Item, *, n: int, until: int, ends: int) -> None:
        """Raises ConditionFailed, with the row, when it is not as it was seen."""
        update = _stamped().set("n", n).set("until", until).set("expires_at", ends)
        condition = self.table.missing()
        if seen:
            unchanged = [attr(name).eq(seen[name]) for name in ("n", "until", "expires_at")]
            condition = unchanged[0] & unchanged[1] & unchanged[2]
        self.table.update({"pk": pk}, update, condition=condition)

    def remove(self, pk: str) -> None:
        self.table.delete({"pk": pk})

    def removing(self, pk: str) -> Write:
        return self.table.deleting({"pk": pk})


class PlaceRepository:
    """A place is held by `holder` until `expires_at`, a second of the clock."""

    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def take(self, pk: str, *, holder: str, now: int, until: int) -> None:
        """Raises ConditionFailed while somebody else holds it."""
        update = _stamped().set("holder", holder).set("expires_at", until)
        free = attr("expires_at").missing() | attr("expires_at").le(now)
        self.table.update({"pk": pk}, update, condition=free)

    def leave(self, pk: str, *, holder: str) -> None:
        """Raises ConditionFailed when it is somebody else's by now."""
        self.table.delete({"pk": pk}, condition=attr("holder").eq(holder))


def _stamped() -> Update:
    """Counting moves no `updated_at`, which is the time of a row's content."""
    now = clock.text(clock.now())
    update = Update().set_if_missing("created_at", now).set_if_missing("updated_at", now)
    return update.set_if_missing("sv", SHAPE_VERSION)
