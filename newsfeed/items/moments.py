"""Ids are ULIDs, and the time in one is the moment of its row: every key that holds a time is made
from the id alone, and ids sort as times do."""

from datetime import UTC, datetime

from ulid import ULID


def moment_of(identifier: str) -> datetime:
    """When an id was made, to the millisecond; ValueError when it is no id.

    An id can be typed whose time is beyond the calendar: it belongs to its very end, where
    nothing is.
    """
    milliseconds = ULID.from_str(identifier).milliseconds
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError):
        return datetime.max.replace(tzinfo=UTC)
