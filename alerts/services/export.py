"""All alerts of a person as a file, read and written page by page."""

import csv
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import Any

from alerts.repository import AlertRepository, PreferenceRepository
from alerts.services.views import AlertView, view_of
from core import clock
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
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what makes a spreadsheet compute a cell

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
        return chain([_rows([COLUMNS])], (_rows(map(_cells, views)) for views in all_pages))
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


class _Echo:
    def write(self, text: str) -> str:
        return text


def _rows(rows: Iterable[Iterable[str]]) -> str:
    writer = csv.writer(_Echo())
    return "".join(writer.writerow(row) for row in rows)


def _cells(view: AlertView) -> list[str]:
    facts = "; ".join(f"{fact.label}: {fact.value}" for fact in view.facts)
    return [_harmless(str(value)) for value in (_record(view) | {"facts": facts}).values()]


def _harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula is quoted (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA) else text


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
