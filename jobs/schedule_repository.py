"""The rows of recurring jobs: which slot comes next, claimed by a condition."""

from collections.abc import Sequence
from datetime import datetime

from core import clock
from dynamo.errors import ConditionFailed, TransactionCancelled
from dynamo.expressions import Update, attr
from dynamo.table import Key, Table, Write, transact
from jobs.repository import SCHEMA, SHAPE


class Schedules:
    def __init__(self) -> None:
        self._table = Table(SCHEMA)

    def list_due_times(self, kinds: Sequence[str]) -> dict[str, str]:
        """The next due time by kind; kinds that never ran are absent."""
        items = self._table.batch_get([_schedule_key(kind) for kind in kinds], consistent=True)
        return {item["kind"]: item["due"] for item in items}

    def start(self, kind: str, *, due: datetime) -> None:
        """Of many workers that start a schedule, the first one decides when."""
        now = clock.text(clock.now())
        item = {"kind": str(kind), "due": clock.text(due), "created_at": now, "updated_at": now}
        try:
            self._table.put_new({**_schedule_key(kind), **item, "sv": SHAPE})
        except ConditionFailed:
            return

    def claim(self, kind: str, *, due: str, following: datetime, job: Write) -> bool:
        """Move on to the following slot and add the job of this one; False if it is taken."""
        moved = Update().set("due", clock.text(following))
        moved = moved.set("updated_at", clock.text(clock.now()))
        slot = self._table.updating(
            _schedule_key(kind), moved, condition=attr("due").eq(due), label="slot"
        )
        try:
            transact([slot, job])
        except TransactionCancelled as error:
            if not error.failed("slot"):
                raise
            return False
        return True


def _schedule_key(kind: str) -> Key:
    return {"pk": f"SCHEDULE#{kind}", "sk": "NEXT"}
