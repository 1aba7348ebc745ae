"""The newest posts of an author in one row, for those who look them up."""

from collections.abc import Iterable

from core import clock
from dynamo.errors import ConditionFailed, TransactionConflict
from dynamo.expressions import Update, attr, begins_with
from dynamo.table import Item, Key
from newsfeed.items import Head
from newsfeed.repository import keys
from newsfeed.repository.rows import stamped, table

SIZE = 40  # with their row they are just above 1 KB: a read costs what an empty one does
LOOKS = 5  # how many pages of a timeline are searched for what is not private
TRIES = 5


class HeadRepository:
    def __init__(self) -> None:
        self.table = table()

    def find_many(self, author_ids: Iterable[str]) -> dict[str, Head]:
        items = self.table.batch_get(keys.head(each) for each in author_ids)
        return {item["user_id"]: _to_head(item) for item in items}

    def rebuild(self, author_id: str) -> None:
        """From the timeline as it is now; nothing is written when it says so already.

        Of two at once the one that looked first is refused and looks again, so no post is
        lost. Raises TransactionConflict when that goes on and on.
        """
        key = keys.head(author_id)
        for _ in range(TRIES):
            row = self.table.get(key, consistent=True) or {}
            found, more = self._newest(author_id)
            if row.get("ids", []) == found and row.get("more", False) == more:
                return
            version = row.get("version", 0)
            same = attr("version").eq(version) if version else attr("version").missing()
            try:
                self.table.update(key, _update(author_id, found, more, version), condition=same)
            except ConditionFailed:
                continue
            return
        raise TransactionConflict(operation="UpdateItem", table=self.table.name)

    def items_of(self, author_id: str) -> list[Item]:
        item = self.table.get(keys.head(author_id), consistent=True)
        return [item] if item else []

    def remove_of(self, author_id: str) -> None:
        self.table.delete(keys.head(author_id))

    def _newest(self, author_id: str) -> tuple[list[str], bool]:
        found: list[str] = []
        start: Key | None = None
        for _ in range(LOOKS):
            page = self.table.query(
                keys.author(author_id),
                sort=begins_with(keys.POSTS),
                limit=SIZE,
                newest_first=True,
                start=start,
                consistent=True,
            )
            found += [keys.id_at(item["sk"]) for item in page.items if "p" not in item]
            start = page.next
            if start is None or len(found) >= SIZE:
                break
        return found[:SIZE], start is not None or len(found) > SIZE


def _update(author_id: str, found: list[str], more: bool, version: int) -> Update:
    now = clock.now()
    update = Update().set("ids", found).set("version", version + 1).set("more", more)
    update = update.set("updated_at", clock.text(now))
    for name, value in stamped({}, user_id=author_id, made=now).items():
        if name != "updated_at":
            update = update.set_if_missing(name, value)
    return update


def _to_head(item: Item) -> Head:
    return Head(post_ids=tuple(item.get("ids", ())), has_more=item.get("more", False))
