"""EXPORT rows in the person's partition of the users table, and the one that keeps a second
export from starting."""

from collections.abc import Iterator
from datetime import datetime

from accounts.items import Export, ExportState
from core import clock
from dynamo.expressions import Update, attr, begins_with
from dynamo.schema import schema_named
from dynamo.table import Item, Key, Table, Write

SHAPE_VERSION = 1
RUNNING_LABEL = "export_running"
EXPORT_LABEL = "export"


def export_key(user_sub: str, export_id: str) -> Key:
    return {"pk": f"USER#{user_sub}", "sk": f"EXPORT#{export_id}"}


def running_key(user_sub: str) -> Key:
    return {"pk": f"USER#{user_sub}", "sk": "EXPORTING"}


class ExportRepository:
    def __init__(self) -> None:
        self.table = Table(schema_named("users"))

    def find(self, user_sub: str, export_id: str) -> Export | None:
        row = self.table.get(export_key(user_sub, export_id), consistent=True)
        return _to_export(row) if row else None

    def latest(self, user_sub: str, *, limit: int) -> list[Export]:
        """The newest first, expired ones included."""
        page = self.table.query(
            f"USER#{user_sub}", sort=begins_with("EXPORT#"), limit=limit, newest_first=True
        )
        return [_to_export(row) for row in page.items]

    def rows_of(self, user_sub: str) -> Iterator[Item]:
        """Every export's row and the one of RUNNING_LABEL, as stored."""
        return self.table.query_all(f"USER#{user_sub}", sort=begins_with("EXPORT"), consistent=True)

    def adding(self, export: Export) -> list[Write]:
        """Fails under RUNNING_LABEL while another one is being built and has not timed out."""
        now = clock.now()
        common: Item = {
            "user_sub": export.user_sub,
            "export_id": export.export_id,
            "created_at": clock.text(now),
            "updated_at": clock.text(now),
            "until": clock.text(export.expires_at),
            "sv": SHAPE_VERSION,
        }
        row = {**common, "state": str(export.state), "size": export.size}
        free = self.table.missing() | attr("until").le(clock.text(now))
        return [
            self.table.putting(
                {**common, **running_key(export.user_sub)}, condition=free, label=RUNNING_LABEL
            ),
            self.table.putting_new(
                {**row, **export_key(export.user_sub, export.export_id)}, label=EXPORT_LABEL
            ),
        ]

    def finishing(self, export: Export, *, size: int, until: datetime) -> list[Write]:
        """Fails under EXPORT_LABEL unless it is still being built."""
        update = (
            Update()
            .set("state", str(ExportState.READY))
            .set("size", size)
            .set("until", clock.text(until))
            .set("updated_at", clock.text(clock.now()))
        )
        return [
            self.table.updating(
                export_key(export.user_sub, export.export_id),
                update,
                condition=attr("state").eq(str(ExportState.BUILDING)),
                label=EXPORT_LABEL,
            ),
            self.table.deleting(
                running_key(export.user_sub),
                condition=self.table.missing() | attr("export_id").eq(export.export_id),
                label=RUNNING_LABEL,
            ),
        ]

    def removing(self, user_sub: str, export_id: str) -> Write:
        return self.table.deleting(export_key(user_sub, export_id), label=EXPORT_LABEL)

    def remove(self, row: Item) -> None:
        self.table.delete({"pk": row["pk"], "sk": row["sk"]})


def _to_export(row: Item) -> Export:
    return Export(
        export_id=row["export_id"],
        user_sub=row["user_sub"],
        state=ExportState(row["state"]),
        asked_at=clock.parse(row["created_at"]),
        expires_at=clock.parse(row["until"]),
        size=row["size"],
    )
