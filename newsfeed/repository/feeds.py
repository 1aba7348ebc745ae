"""Home feeds: pointers only, so nothing in them can go stale or leak."""

from collections.abc import Iterable

from dynamo.expressions import begins_with, between
from dynamo.table import Item, Key
from newsfeed.items import FEED_KEPT, Pointer
from newsfeed.repository import keys
from newsfeed.repository.rows import expiry, is_live, key_of, position_after, stamped, table, walk


class FeedRepository:
    def __init__(self) -> None:
        self.table = table()

    def push(self, pointers: Iterable[tuple[str, Pointer]]) -> None:
        """Pairs of reader and pointer. Repeating it writes the same bytes again."""
        self.table.batch_write(puts=(_item(reader, pointer) for reader, pointer in pointers))

    def list_of(self, user_id: str, *, before: str, limit: int) -> tuple[list[Pointer], str]:
        """The newest ones below `before`, and what to go on below."""
        start: Key | None = keys.pointer(user_id, before) if before else None
        page = self.table.query(
            keys.feed(user_id),
            sort=begins_with(keys.FEED),
            limit=limit,
            newest_first=True,
            start=start,
        )
        return list(map(_to_pointer, filter(is_live, page.items))), position_after(page)

    def list_newer(self, user_id: str, *, than: str, limit: int) -> list[Pointer]:
        """The newest ones, of those above an id ("" = of all)."""
        above = between(keys.pointer(user_id, than)["sk"], f"{keys.FEED}~") if than else None
        page = self.table.query(
            keys.feed(user_id),
            sort=above or begins_with(keys.FEED),
            limit=limit,
            newest_first=True,
        )
        found = map(_to_pointer, filter(is_live, page.items))
        return [pointer for pointer in found if pointer.post_id > than]

    def items_of(self, user_id: str) -> list[Item]:
        return list(walk(self.table, keys.feed(user_id), keys.FEED))

    def remove_of(self, user_id: str) -> None:
        rows = walk(self.table, keys.feed(user_id), keys.FEED)
        self.table.batch_write(deletes=map(key_of, rows))


def _to_pointer(item: Item) -> Pointer:
    return Pointer(post_id=keys.id_at(item["sk"]), author_id=item["a"])


def _item(reader: str, pointer: Pointer) -> Item:
    post_id = pointer.post_id
    row = stamped(keys.pointer(reader, post_id), user_id=reader, made=post_id)
    return row | {"a": pointer.author_id, "ttl": expiry(post_id, FEED_KEPT)}
