"""Jobs that wait and name the person. They hold ids only; the rows that they name are handed
out by the apps that own them."""

from collections.abc import Mapping

from core import clock
from core.personal_data import Section, visible
from jobs import services
from jobs.items import JobRow
from jobs.repository import Outbox


def export(user_sub: str) -> Mapping[str, Section]:
    return {"waiting": [_shown(row) for row in services.list_jobs_of(user_sub)]}


def erase(user_sub: str) -> None:
    """All but what a worker runs at this moment: it finds nobody, and ends."""
    outbox = Outbox()
    for row in services.list_jobs_of(user_sub):
        outbox.remove_free(row, now=clock.text(clock.now()))


def holds(user_sub: str) -> list[str]:
    return []


def _shown(row: JobRow) -> dict[str, object]:
    return {
        "job_id": row.job_id,
        "kind": row.kind,
        "ids": visible(row.ids),
        "due": row.due,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "tries": row.tries,
    }
