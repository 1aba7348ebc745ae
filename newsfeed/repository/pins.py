"""The one post that a person's profile begins with, in what is known of them as an author."""

from contextlib import suppress

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update, attr
from newsfeed.repository import keys
from newsfeed.repository.rows import SHAPE, table


class PinRepository:
    def __init__(self) -> None:
        self.table = table()

    def find(self, author_id: str) -> str:
        """The id of a post; "" without one."""
        item = self.table.get(keys.head(author_id))
        return str(item.get("pinned", "")) if item else ""

    def pin(self, author_id: str, post_id: str) -> None:
        now = clock.text(clock.now())
        update = Update().set("pinned", post_id).set("updated_at", now)
        update = update.set_if_missing("created_at", now).set_if_missing("sv", SHAPE)
        update = update.set_if_missing("user_id", author_id)
        self.table.update(keys.head(author_id), update)

    def unpin(self, author_id: str, post_id: str) -> None:
        """Another one that is pinned meanwhile stays."""
        update = Update().remove("pinned").set("updated_at", clock.text(clock.now()))
        with suppress(ConditionFailed):
            self.table.update(keys.head(author_id), update, condition=attr("pinned").eq(post_id))
