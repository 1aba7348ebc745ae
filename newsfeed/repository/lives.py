"""The end of a post: deleted, brought back, or gone with all that was below it."""

from collections.abc import Iterator

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Condition, Update, attr, begins_with
from dynamo.table import Item, Key, Write
from newsfeed.items import FEED_KEPT, RESTORABLE, Card, Pointer, PostState
from newsfeed.repository import keys
from newsfeed.repository.comments import CommentRepository
from newsfeed.repository.posts import CARD_LABEL, timeline_item
from newsfeed.repository.reactions import ReactionRepository
from newsfeed.repository.rows import key_of, stamped, table, walk

_WORDS = ("text", "warning", "media", "words", "locked_words")  # of a card


class LifeRepository:
    def __init__(self) -> None:
        self.table = table()

    def deleting(self, card: Card) -> list[Write]:
        """Out of every list, into the one of what its author may bring back. Fails under
        CARD_LABEL if it is there already."""
        now = clock.now()
        update = _moved_to(PostState.DELETED).set("deleted_at", clock.text(now))
        gone = stamped(keys.gone(card.user_id, now, card.post_id), user_id=card.user_id, made=now)
        return [
            self._updating(card, update, _is(card, PostState.PUBLISHED)),
            self.table.deleting(keys.authored(card.user_id, card.post_id), label="timeline"),
            self.table.deleting(keys.published(card.post_id), label="explore"),
            self.table.putting(gone, label="deleted"),
        ]

    def restoring(self, card: Card) -> list[Write]:
        """Fails under CARD_LABEL unless it is still the same deletion, and not too long ago."""
        oldest = clock.text(clock.now() - RESTORABLE)
        lately = _is(card, PostState.DELETED) & attr("deleted_at").gt(oldest)
        update = _moved_to(PostState.PUBLISHED).remove("deleted_at")
        return [
            self._updating(card, update, lately & attr("version").eq(card.version)),
            self.table.putting(timeline_item(card), label="timeline"),
            *self._unlisting(card),
        ]

    def removing(self, card: Card) -> list[Write]:
        """What is left is a tombstone, as long as pointers lead to it. Fails under CARD_LABEL
        unless it is still the same deletion."""
        update = _moved_to(PostState.REMOVED).set("ttl", clock.epoch(clock.now() + FEED_KEPT))
        for name in _WORDS:
            update = update.remove(name)
        same = _is(card, PostState.DELETED) & attr("version").eq(card.version)
        return [self._updating(card, update, same)]

    def forget(self, card: Card) -> None:
        """Once its content is gone: until then an erasure finds it by the list of the deleted."""
        if card.deleted_at is not None:
            self.table.delete(keys.gone(card.user_id, card.deleted_at, card.post_id))

    def list_gone(self, author_id: str, *, before: str, limit: int) -> tuple[list[Pointer], str]:
        """What an author deleted, the latest first, below the sort key `before`."""
        start: Key | None = {"pk": keys.author(author_id), "sk": before} if before else None
        page = self.table.query(
            keys.author(author_id),
            sort=begins_with(keys.GONE),
            limit=limit,
            newest_first=True,
            start=start,
            consistent=True,
        )
        found = [
            Pointer(post_id=keys.id_at(item["sk"]), author_id=author_id) for item in page.items
        ]
        return found, page.next["sk"] if page.next else ""

    def remove_content(self, post_id: str) -> None:
        """All of a post but its card: body, versions, comments, reactions, what people's own lists
        say of them, counts."""
        CommentRepository().remove_of(post_id)
        ReactionRepository().remove_of(post_id)
        card = keys.card(post_id)["sk"]
        rows = (row for row in walk(self.table, keys.post(post_id)) if row["sk"] != card)
        self.table.batch_write(deletes=[keys.published(post_id), *map(key_of, rows)])

    def remove_of(self, author_id: str) -> None:
        """Every post of an author with all that belongs to it, deleted ones too; tombstones of
        what is gone already stay."""
        for row in list(self._posts_of(author_id)):
            post_id = keys.id_at(row["sk"])
            self._remove_card(post_id)
            self.remove_content(post_id)
            self.table.batch_write(deletes=[key_of(row)])
        remembered = walk(self.table, keys.author(author_id), keys.REMEMBERED)
        self.table.batch_write(deletes=map(key_of, remembered))

    def items_of(self, author_id: str) -> tuple[list[Item], list[Item]]:
        """The META rows of an author's posts, and those of deleted ones; oldest first."""
        there = walk(self.table, keys.author(author_id), keys.POSTS)
        gone = walk(self.table, keys.author(author_id), keys.GONE)
        return self._metas(there), self._metas(gone)

    def _metas(self, rows: Iterator[Item]) -> list[Item]:
        wanted = (keys.meta(keys.id_at(row["sk"])) for row in rows)
        return self.table.batch_get(wanted, consistent=True)

    def _posts_of(self, author_id: str) -> Iterator[Item]:
        yield from walk(self.table, keys.author(author_id), keys.POSTS)
        yield from walk(self.table, keys.author(author_id), keys.GONE)

    def _remove_card(self, post_id: str) -> None:
        try:
            self.table.delete(keys.card(post_id), condition=self.table.exists())
        except ConditionFailed:
            return

    def _updating(self, card: Card, update: Update, condition: Condition) -> Write:
        return self.table.updating(
            keys.card(card.post_id), update, condition=condition, label=CARD_LABEL
        )

    def _unlisting(self, card: Card) -> list[Write]:
        """That it is among the deleted ones; what was deleted long ago is not listed there."""
        if card.deleted_at is None:
            return []
        key = keys.gone(card.user_id, card.deleted_at, card.post_id)
        return [self.table.deleting(key, label="deleted")]


def _is(card: Card, state: PostState) -> Condition:
    return attr("user_id").eq(card.user_id) & attr("state").eq(str(state))


def _moved_to(state: PostState) -> Update:
    now = clock.text(clock.now())
    return Update().set("state", str(state)).set("updated_at", now).increment("version", 1)
