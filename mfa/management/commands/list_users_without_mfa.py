"""Who would be let in by a stolen password alone."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from core import clock
from core.spreadsheets import csv_text, harmless
from dynamo.errors import StorageError
from mfa import services
from mfa.services.listing import Unprotected

COLUMNS: Final = ("email", "handle", "staff", "since", "due")
Record = Mapping[str, Any]


class Command(BaseCommand):
    help = (
        "Lists active accounts without a second factor that counts (for staff a mailbox does not)"
        " while it reads the table: email, handle, staff, since when, and by when they need one."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--staff", action="store_true", help="only staff accounts")
        parser.add_argument(
            "--due-before",
            type=_day,
            metavar="DATE",
            help="only those that are stopped before this day (UTC, like 2026-12-31), or already",
        )
        parser.add_argument("--format", choices=FORMATS, default="text")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        found = services.list_without_factor(
            staff_only=options["staff"], due_before=options["due_before"]
        )
        try:
            for line in FORMATS[options["format"]](map(_record, found)):
                self.stdout.write(line)
        except StorageError as error:
            raise CommandError(f"Storage does not answer: {error}") from error


def _day(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it like 2026-12-31") from None


def _record(found: Unprotected) -> Record:
    due = "now" if found.is_stopped else clock.text(found.due_at) if found.due_at else ""
    since = clock.text(found.created_at)
    return dict(zip(COLUMNS, (found.email, found.handle, found.is_staff, since, due), strict=True))


def _text(records: Iterator[Record]) -> Iterator[str]:
    count = 0
    for each in records:
        count += 1
        staff = "staff" if each["staff"] else "-"
        due = each["due"][:10] or "-"
        yield f"{each['email']}  @{each['handle']}  {staff}  since {each['since'][:10]}  due {due}"
    yield f"{count} accounts."


def _csv(records: Iterator[Record]) -> Iterator[str]:
    yield csv_text([COLUMNS], line_end="")
    for each in records:
        cells = {**each, "staff": "yes" if each["staff"] else "no"}
        yield csv_text([map(harmless, cells.values())], line_end="")


def _json(records: Iterator[Record]) -> Iterator[str]:
    """One array, a line for each account."""
    before = "["
    for each in records:
        yield before + json.dumps(each, ensure_ascii=False)
        before = ","
    yield "]" if before == "," else "[]"


FORMATS: Final[Mapping[str, Callable[[Iterator[Record]], Iterator[str]]]] = {
    "text": _text,
    "csv": _csv,
    "json": _json,
}
