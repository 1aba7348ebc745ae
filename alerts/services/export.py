"""All alerts of a person as a file, read and written page by page."""

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import Any

from alerts.repository import AlertRepository, PreferenceRepository
from alerts.services.views import AlertView, view_of
from core import clock
from core.spreadsheets import csv_text, harmless
from dynamo.table import Key

ROWS = 100  # of one read
COLUMNS = (
    "alert_id",
    "kind",
    "category",
    "severity",
    "title",
    "sentence",
    "n",
    "first_at",
    "last_at",
    "unread",
    "answer",
    "facts",
)

_alerts = AlertRepository()
_preferences = PreferenceRepository()


class FileFormat(StrEnum):
    CSV = "csv"
    NDJSON = "ndjson"


def export_alerts(*, user_sub: str, file_format: FileFormat) -> Iterator[str]:
    """The file's parts, newest alert first. The first page is read before this returns, so that a
    store that does not answer is an error, and not half a file."""
    read_upto = _preferences.find(user_sub).read_upto
    pages = _pages(user_sub, read_upto)
    all_pages = chain([next(pages)], pages)
    if file_format is FileFormat.CSV:
        return chain([csv_text([COLUMNS])], (csv_text(map(_cells, views)) for views in all_pages))
    return (_lines(views) for views in all_pages)


def _pages(user_sub: str, read_upto: str) -> Iterator[list[AlertView]]:
    start: Key | None = None
    while True:
        found, start = _alerts.page(user_sub, limit=ROWS, start=start)
        yield [view_of(alert, read_upto=read_upto) for alert in found]
        if start is None:
            return


def _lines(views: Iterable[AlertView]) -> str:
    return "".join(json.dumps(_record(view), ensure_ascii=False) + "\n" for view in views)


def _cells(view: AlertView) -> list[str]:
    facts = "; ".join(f"{fact.label}: {fact.value}" for fact in view.facts)
    return [harmless(str(value)) for value in (_record(view) | {"facts": facts}).values()]


def _record(view: AlertView) -> dict[str, Any]:
    values = (
        view.alert_id,
        str(view.kind),
        str(view.category),
        int(view.severity),
        view.title,
        view.sentence,
        view.n,
        clock.text(view.first_at),
        clock.text(view.last_at),
        view.unread,
        str(view.answer or ""),
        {fact.name: fact.value for fact in view.facts},
    )
    return dict(zip(COLUMNS, values, strict=True))
