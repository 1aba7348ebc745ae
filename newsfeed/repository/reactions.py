"""Reactions: one row a person and post, counted on the shards beside the card."""

from typing import TypeGuard
from zlib import crc32

from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Item, Write
from newsfeed.items import NOTIFICATIONS_KEPT, Counts, Reaction, ReactionKind
from newsfeed.repository import keys
from newsfeed.repository.comments import COUNT_LABEL
from newsfeed.repository.rows import (
    begun,
    expiry,
    is_live,
    key_of,
    stamped,
    table,
    walk,
    walk_in_parts,
)

REACTION_LABEL = "reaction"
COUNTED = "r_"


class ReactionRepository:
    def __init__(self) -> None:
        self.table = table()

    def find(self, post_id: str, user_id: str) -> Reaction | None:
        """With one that was taken back, while its author may still be told of it. Consistent."""
        row = self.table.get(keys.reaction(post_id, user_id), consistent=True)
        return to_reaction(row) if row else None

    def changing(self, before: Reaction | None, after: Reaction) -> list[Write]:
        """Fails under REACTION_LABEL unless `before` is what is there, under COUNT_LABEL when the
        count of its post is gone.

        What is left of a reaction that was taken back goes when its notification would.
        """
        owner, now = after.user_id, clock.text(clock.now())
        row = stamped(keys.reaction(after.post_id, owner), user_id=owner, made=after.told)
        row |= {"told": after.told, "updated_at": now}
        entry = stamped(keys.reacted(owner, after.post_id), user_id=owner, made=after.told)
        if after.kind:
            row |= {"kind": str(after.kind)}
        else:
            until = {"ttl": expiry(after.told, NOTIFICATIONS_KEPT)}
            row, entry = row | until, entry | until
        as_read = attr("kind").eq(str(before.kind)) if _stands(before) else attr("kind").missing()
        return [
            self.table.putting(row, condition=as_read, label=REACTION_LABEL),
            self.table.putting(entry, label="own reactions"),
            self._counting(before, after),
        ]

    def items_of(self, user_id: str) -> list[Item]:
        """What a person left at posts, with what they took back lately."""
        entries = walk(self.table, keys.author(user_id), keys.REACTED)
        wanted = [keys.reaction(keys.id_at(entry["sk"]), user_id) for entry in entries]
        return self.table.batch_get(wanted, consistent=True)

    def remove_entries_of(self, user_id: str) -> None:
        """What is left of them: rows of reactions that were taken back, and the list itself."""
        entries = list(walk(self.table, keys.author(user_id), keys.REACTED))
        rows = [keys.reaction(keys.id_at(entry["sk"]), user_id) for entry in entries]
        self.table.batch_write(deletes=rows)
        self.table.batch_write(deletes=map(key_of, entries))

    def remove_of(self, post_id: str) -> None:
        for rows in walk_in_parts(self.table, keys.reactions(post_id)):
            listed = [keys.reacted(row["user_id"], post_id) for row in rows]
            self.table.batch_write(deletes=[*map(key_of, rows), *listed])

    def _counting(self, before: Reaction | None, after: Reaction) -> Write:
        """A person's reactions to a post are counted on one shard, so that none goes below 0."""
        shard = crc32(after.user_id.encode()) % keys.COUNT_SHARDS
        update, condition = Update(), None
        if after.kind:
            update = update.add(f"{COUNTED}{after.kind}", 1)
        if _stands(before):
            update = update.add(f"{COUNTED}{before.kind}", -1)
            condition = attr(f"{COUNTED}{before.kind}").ge(1)
        key, update = keys.count(after.post_id, shard), begun(update, made=after.told)
        return self.table.updating(key, update, condition=condition, label=COUNT_LABEL)


def _stands(reaction: Reaction | None) -> TypeGuard[Reaction]:
    return reaction is not None and reaction.kind is not None


def to_reaction(row: Item) -> Reaction | None:
    """None for one that was taken back long ago, or is of a kind that only newer code knows."""
    if not is_live(row) or row.get("kind") not in {None, *ReactionKind}:
        return None
    return Reaction(
        post_id=row["pk"].removeprefix(keys.POSTS).removesuffix("#REACT"),
        user_id=row["user_id"],
        kind=ReactionKind(row["kind"]) if "kind" in row else None,
        told=row["told"],
    )


def to_counts(rows: list[Item]) -> Counts:
    """From the shards beside a card."""
    reactions = {kind: sum(row.get(f"{COUNTED}{kind}", 0) for row in rows) for kind in ReactionKind}
    return Counts(
        comments=max(0, sum(row.get("n", 0) for row in rows)),
        reactions={kind: number for kind, number in reactions.items() if number > 0},
    )
