"""Whom a person blocked or muted; what the other side needs of it is written with it."""

from dynamo.expressions import begins_with
from dynamo.table import Item, Key, Write
from newsfeed.repository import keys
from newsfeed.repository.people import BLOCK_LABEL, FOLLOW_LABEL
from newsfeed.repository.rows import key_of, stamped, table, walk

BLOCKED_LABEL, MUTE_LABEL = "blocked by", "mute"
_OTHER_END = {keys.BLOCKED: keys.BLOCKED_BY, keys.BLOCKED_BY: keys.BLOCKED}


class RelationRepository:
    def __init__(self) -> None:
        self.table = table()

    def blocking(self, user_id: str, other_id: str, *, made: str) -> list[Write]:
        """Both partitions say so, because each reads its own only. Fails under BLOCK_LABEL when
        it is so already, under BLOCKED_LABEL when it is the other who blocked."""
        there = stamped(keys.related(user_id, keys.BLOCKED, other_id), user_id=user_id, made=made)
        back = stamped(keys.related(other_id, keys.BLOCKED_BY, user_id), user_id=user_id, made=made)
        return [
            self.table.putting_new(there, label=BLOCK_LABEL),
            self.table.putting(back, label="the other end"),
            self.checking_not_blocked_by(user_id, other_id),
        ]

    def unblocking(self, user_id: str, other_id: str) -> list[Write]:
        """Fails under BLOCK_LABEL when there is nothing to end."""
        key = keys.related(user_id, keys.BLOCKED, other_id)
        return [
            self.table.deleting(key, condition=self.table.exists(), label=BLOCK_LABEL),
            self.table.deleting(keys.related(other_id, keys.BLOCKED_BY, user_id)),
        ]

    def muting(self, user_id: str, other_id: str, *, made: str) -> list[Write]:
        """The other end is for the erasure of the other person alone: nothing else reads it.
        Fails under MUTE_LABEL when it is so already."""
        there = stamped(keys.related(user_id, keys.MUTED, other_id), user_id=user_id, made=made)
        back = stamped(keys.muted_by(other_id, user_id), user_id=user_id, made=made)
        return [
            self.table.putting_new(there, label=MUTE_LABEL),
            self.table.putting(back, label="the other end"),
        ]

    def unmuting(self, user_id: str, other_id: str) -> list[Write]:
        """Fails under MUTE_LABEL when there is nothing to end."""
        key = keys.related(user_id, keys.MUTED, other_id)
        return [
            self.table.deleting(key, condition=self.table.exists(), label=MUTE_LABEL),
            self.table.deleting(keys.muted_by(other_id, user_id)),
        ]

    def checking_not_blocked_by(self, user_id: str, other_id: str) -> Write:
        """Fails under BLOCKED_LABEL when the other blocked this person."""
        key = keys.related(user_id, keys.BLOCKED_BY, other_id)
        return self.table.checking(key, self.table.missing(), label=BLOCKED_LABEL)

    def checking_strangers(self, user_id: str, author_id: str) -> Write:
        """Fails under FOLLOW_LABEL when the one follows the other."""
        key = keys.followed(user_id, author_id)
        return self.table.checking(key, self.table.missing(), label=FOLLOW_LABEL)

    def list_blocked(self, user_id: str, *, after: str, limit: int) -> tuple[list[str], bool]:
        return self._list(user_id, keys.BLOCKED, after, limit)

    def list_muted(self, user_id: str, *, after: str, limit: int) -> tuple[list[str], bool]:
        return self._list(user_id, keys.MUTED, after, limit)

    def items_of(self, user_id: str) -> tuple[list[Item], list[Item]]:
        """The rows of whom a person blocked and muted; who did it to them is not theirs to know."""
        partition = keys.relations(user_id)
        return (
            list(walk(self.table, partition, keys.BLOCKED)),
            list(walk(self.table, partition, keys.MUTED)),
        )

    def remove_of(self, user_id: str) -> None:
        """Both ends of all, the rows of others first: what is left can be found again."""
        own = [key_of(row) for row in walk(self.table, keys.relations(user_id))]
        marked = [key_of(row) for row in walk(self.table, keys.muted_by_all(user_id))]
        others = [other for key in own for other in _other_ends(user_id, key["sk"])]
        others += [keys.related(keys.id_at(key["sk"]), keys.MUTED, user_id) for key in marked]
        self.table.batch_write(deletes=others)
        self.table.batch_write(deletes=[*own, *marked])

    def _list(self, user_id: str, kind: str, after: str, limit: int) -> tuple[list[str], bool]:
        start: Key | None = keys.related(user_id, kind, after) if after else None
        page = self.table.query(
            keys.relations(user_id),
            sort=begins_with(kind),
            limit=limit,
            start=start,
            consistent=True,
        )
        return [keys.id_at(item["sk"]) for item in page.items], page.next is not None


def _other_ends(user_id: str, sort_key: str) -> list[Key]:
    kind, _, other = sort_key.rpartition("#")
    kind = f"{kind}#"
    if kind == keys.MUTED:
        return [keys.muted_by(other, user_id)]
    return [keys.related(other, _OTHER_END[kind], user_id)] if kind in _OTHER_END else []
