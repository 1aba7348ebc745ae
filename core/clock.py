"""The one clock. Times are aware UTC datetimes in code and fixed-width text in the tables."""

from datetime import UTC, datetime

from dynamo.codec import timestamp


def now() -> datetime:
    return datetime.now(UTC)


def text(moment: datetime) -> str:
    """`2026-11-23T04:00:00.000000Z`: fixed width, so it sorts. ValueError if naive."""
    return timestamp(moment)


def parse(value: str) -> datetime:
    """The inverse of text(); ValueError for anything that names no time zone."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} names no time zone")
    return moment.astimezone(UTC)


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970, rounded down: the form of every expiry attribute."""
    return int(moment.timestamp())


def from_epoch(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
