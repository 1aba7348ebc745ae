"""What all rows of the feed have in common."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from core import clock
from dynamo.expressions import Update, begins_with
from dynamo.schema import schema_named
from dynamo.table import Item, Key, Page, Table
from newsfeed.items import moment_of
from newsfeed.repository.keys import id_at

SHAPE = 1
AT_ONCE = 500  # rows of one part


def table() -> Table:
    """The table that the outbox declares (jobs/repository.py)."""
    return Table(schema_named("app"))


def stamped(key: Key, *, user_id: str, made: str | datetime) -> Item:
    """Key, owner, dates and shape; `made` is the id that holds the row's moment, or a time."""
    stamp = clock.text(moment_of(made) if isinstance(made, str) else made)
    return {**key, "user_id": user_id, "created_at": stamp, "updated_at": stamp, "sv": SHAPE}


def begun(update: Update, *, user_id: str = "", made: str | datetime) -> Update:
    """The same for a counter, which its first update makes; what is there stays."""
    for name, value in stamped({}, user_id=user_id, made=made).items():
        if value:
            update = update.set_if_missing(name, value)
    return update


def key_of(row: Item) -> Key:
    return {"pk": row["pk"], "sk": row["sk"]}


def expiry(identifier: str, kept: timedelta) -> int:
    return clock.epoch(moment_of(identifier) + kept)


def is_live(item: Item) -> bool:
    """Its time has not come; what storage removes days later is gone for us at once."""
    return bool(item.get("ttl", float("inf")) > clock.epoch(clock.now()))


def position_after(page: Page) -> str:
    """The id that the next page goes on below; "" at the end.

    For rows that end in the order of their ids: below one whose time has come there is none that
    is live.
    """
    ended = page.next is None or not page.items or not is_live(page.items[-1])
    return "" if ended else id_at(page.items[-1]["sk"])


def walk(
    rows: Table, partition: str, prefix: str = "", *, consistent: bool = True
) -> Iterator[Item]:
    """Every row of a partition below a prefix."""
    sort = begins_with(prefix) if prefix else None
    return rows.query_all(partition, sort=sort, consistent=consistent)


def walk_in_parts(rows: Table, partition: str) -> Iterator[list[Item]]:
    """The same some hundred rows at a time, for very many of them: what is done with a part stays
    done when the work breaks off, and none of it is kept in memory."""
    left = walk(rows, partition)
    while part := list(islice(left, AT_ONCE)):
        yield part
