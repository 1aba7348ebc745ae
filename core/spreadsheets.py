"""Text of tables that people open in a spreadsheet."""

import csv
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what makes a spreadsheet compute a cell


class _Echo:
    def write(self, text: str) -> str:
        return text


def harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula is quoted (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_text(rows: Iterable[Iterable[object]], *, line_end: str = "\r\n") -> str:
    writer = csv.writer(_Echo(), lineterminator=line_end)
    return "".join(writer.writerow(row) for row in rows)
