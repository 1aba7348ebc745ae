"""Who follows whom: both directions in one transaction with their numbers, what the follower has
to look up, and tombstones of unfollowing."""

from collections import defaultdict
from collections.abc import Iterable

from core import clock
from dynamo.errors import TransactionCancelled
from dynamo.expressions import Update, attr, begins_with
from dynamo.table import Item, Key, Write, transact
from newsfeed.items import FEED_KEPT, Relations
from newsfeed.repository import keys
from newsfeed.repository.audiences import AudienceRepository
from newsfeed.repository.rows import is_live, key_of, stamped, table, walk

FOLLOW_LABEL, BLOCK_LABEL, GRAVE_LABEL = "follow", "block", "tombstone"
COUNTED = "counted"  # on both rows of a follow that is in the numbers


class PeopleRepository:
    def __init__(self) -> None:
        self.table = table()
        self.audiences = AudienceRepository()

    def following(self, user_id: str, author_id: str, *, pulled: bool = False) -> list[Write]:
        """Fails under FOLLOW_LABEL when it is so already, under AUDIENCE_LABEL unless `pulled` is
        how the author's followers hear of posts.

        Whoever is told of posts by pointers has none from before: they look these up for as long
        as pointers last.
        """
        now = clock.now()
        there = stamped(keys.followed(user_id, author_id), user_id=user_id, made=now)
        back = stamped(keys.follower(author_id, user_id), user_id=user_id, made=now)
        there, back = there | {COUNTED: True}, back | {COUNTED: True}
        return [
            self.table.putting_new(there, label=FOLLOW_LABEL),
            self.table.putting(back, label="follower"),
            self.table.deleting(keys.unfollowed(user_id, author_id), label=GRAVE_LABEL),
            self.table.putting(_pulled(user_id, author_id, lasting=pulled), label="pulled"),
            *self.audiences.counting(user_id, author_id, 1, pulled=pulled),
        ]

    def unfollowing(self, user_id: str, author_id: str, *, counted: bool = True) -> list[Write]:
        """Fails under FOLLOW_LABEL when there is nothing to end, and unless it is `counted`:
        follows from before there were numbers are in none until they are counted.

        The tombstone hides the author's pointers, also those that a fan-out writes right now;
        it lives as long as the youngest of them.
        """
        now = clock.now()
        grave = stamped(keys.unfollowed(user_id, author_id), user_id=user_id, made=now)
        grave |= {"ttl": clock.epoch(now + FEED_KEPT)}
        key = keys.followed(user_id, author_id)
        so = attr(COUNTED).exists() if counted else self.table.exists() & attr(COUNTED).missing()
        return [
            self.table.deleting(key, condition=so, label=FOLLOW_LABEL),
            self.table.deleting(keys.follower(author_id, user_id), label="follower"),
            self.table.putting(grave, label=GRAVE_LABEL),
            self.table.deleting(keys.pulled(user_id, author_id), label="pulled"),
            *(self.audiences.counting(user_id, author_id, -1) if counted else []),
        ]

    def counting_earlier(self, user_id: str, author_id: str) -> list[Write]:
        """A follow from before there were numbers. Fails under FOLLOW_LABEL when it ended, or is
        counted already."""
        there = self.table.exists() & attr(COUNTED).missing()
        rows = (keys.followed(user_id, author_id), keys.follower(author_id, user_id))
        return [
            *(
                self.table.updating(
                    key, Update().set(COUNTED, True), condition=there, label=FOLLOW_LABEL
                )
                for key in rows
            ),
            *self.audiences.counting(user_id, author_id, 1),
        ]

    def pulling(self, user_id: str, author_id: str, *, lasting: bool) -> list[Write]:
        """What a follower has to look up, whatever was said of it before. Fails under the
        follower's id when they follow no more: it must not outlive the follow."""
        there = self.table.checking(
            keys.followed(user_id, author_id), self.table.exists(), label=user_id
        )
        return [there, self.table.putting(_pulled(user_id, author_id, lasting=lasting))]

    def checking_unblocked(self, user_id: str, other_id: str) -> list[Write]:
        """Fails under BLOCK_LABEL when one of the two blocked the other."""
        kinds = (keys.BLOCKED, keys.BLOCKED_BY)
        return [
            self.table.checking(
                keys.related(user_id, kind, other_id), self.table.missing(), label=BLOCK_LABEL
            )
            for kind in kinds
        ]

    def follows(self, user_id: str, author_id: str, *, consistent: bool = True) -> bool:
        return self.table.get(keys.followed(user_id, author_id), consistent=consistent) is not None

    def follow_each_other(self, user_id: str, other_id: str) -> tuple[bool | None, bool | None]:
        """Of the first to the second, and of the second to the first: whether the follow is
        counted; None where there is none. Consistent, one call."""
        there, back = keys.followed(user_id, other_id), keys.followed(other_id, user_id)
        items = self.table.batch_get([there, back], consistent=True)
        found = {item["pk"]: COUNTED in item for item in items}
        return found.get(there["pk"]), found.get(back["pk"])

    def has_unfollowed(self, user_id: str, author_id: str) -> bool:
        """Lately: while the tombstone is there."""
        item = self.table.get(keys.unfollowed(user_id, author_id), consistent=True)
        return item is not None and is_live(item)

    def followed_among(self, user_id: str, author_ids: Iterable[str]) -> set[str]:
        items = self.table.batch_get(keys.followed(user_id, each) for each in set(author_ids))
        return {keys.id_at(item["sk"]) for item in items}

    def relations_of(self, user_id: str, *, consistent: bool = False) -> Relations:
        """How this person stands to all others, as far as a row says so. One query."""
        rows = (
            row
            for row in walk(self.table, keys.relations(user_id), consistent=consistent)
            if is_live(row)
        )
        found: dict[str, set[str]] = defaultdict(set)
        lately: set[str] = set()
        for row in rows:
            kind, _, other = row["sk"].rpartition("#")
            found[f"{kind}#"].add(other)
            if f"{kind}#" == keys.PULLED and "ttl" in row:
                lately.add(other)
        return Relations(
            blocking=frozenset(found[keys.BLOCKED]),
            blocked=frozenset(found[keys.BLOCKED] | found[keys.BLOCKED_BY]),
            muted=frozenset(found[keys.MUTED]),
            unfollowed=frozenset(found[keys.UNFOLLOWED]),
            pulled=frozenset(found[keys.PULLED]),
            lately=frozenset(lately),
        )

    def list_following(self, user_id: str, *, after: str, limit: int) -> tuple[list[str], bool]:
        start = keys.followed(user_id, after) if after else None
        return self._list(keys.following(user_id), start, limit)

    def list_followers(
        self, author_id: str, *, after: str, limit: int, consistent: bool = False
    ) -> tuple[list[str], bool]:
        start = keys.follower(author_id, after) if after else None
        return self._list(keys.followers(author_id), start, limit, consistent=consistent)

    def items_of(self, user_id: str) -> tuple[list[Item], list[Item], list[Item]]:
        """The rows of whom a person follows, of who follows them, of whom they follow no more."""
        return (
            list(walk(self.table, keys.following(user_id), keys.PEOPLE)),
            list(walk(self.table, keys.followers(user_id), keys.PEOPLE)),
            list(walk(self.table, keys.relations(user_id), keys.UNFOLLOWED)),
        )

    def items_looked_up(self, user_id: str) -> list[Item]:
        """The rows of those whose posts this person looks up."""
        return list(walk(self.table, keys.relations(user_id), keys.PULLED))

    def remove_of(self, user_id: str) -> None:
        """Both directions, the other people's rows too, and each from the number it is in."""
        for row in walk(self.table, keys.following(user_id), keys.PEOPLE):
            self._end(user_id, keys.id_at(row["sk"]), counted=COUNTED in row)
        for row in walk(self.table, keys.followers(user_id), keys.PEOPLE):
            self._end(keys.id_at(row["sk"]), user_id, counted=COUNTED in row)
        own = walk(self.table, keys.relations(user_id))
        self.table.batch_write(deletes=map(key_of, own))
        self.audiences.remove_of(user_id)

    def _end(self, user_id: str, author_id: str, *, counted: bool) -> None:
        """A follow of which nothing has to be remembered."""
        writes = self.unfollowing(user_id, author_id, counted=counted)
        try:
            transact([write for write in writes if write.label != GRAVE_LABEL])
        except TransactionCancelled as error:
            if not error.failed(FOLLOW_LABEL):
                raise
            self.table.delete(keys.follower(author_id, user_id))

    def _list(
        self, partition: str, start: Key | None, limit: int, *, consistent: bool = False
    ) -> tuple[list[str], bool]:
        page = self.table.query(
            partition,
            sort=begins_with(keys.PEOPLE),
            limit=limit,
            start=start,
            consistent=consistent,
        )
        return [keys.id_at(item["sk"]) for item in page.items], page.next is not None


def _pulled(user_id: str, author_id: str, *, lasting: bool) -> Item:
    now = clock.now()
    row = stamped(keys.pulled(user_id, author_id), user_id=user_id, made=now)
    return row if lasting else row | {"ttl": clock.epoch(now + FEED_KEPT)}
