"""How many follow a person, how many that person follows, and how the followers hear of posts.

The numbers change in the transaction of each follow, so they are exact. So does what is read here
before one: `pull` is on the rows that every follow writes, and each follow is written under the
condition that it is as it was read. Nobody falls between the two ways.
"""

from zlib import crc32

from core import clock
from dynamo.expressions import Condition, Update, attr, begins_with
from dynamo.gather import gather
from dynamo.table import Item, Write
from newsfeed.items import Audience, FollowCounts
from newsfeed.repository import keys
from newsfeed.repository.rows import begun, key_of, table, walk

AUDIENCE_LABEL = "audience"


class AudienceRepository:
    def __init__(self) -> None:
        self.table = table()

    def counting(
        self, user_id: str, author_id: str, by: int, *, pulled: bool | None = None
    ) -> list[Write]:
        """`pulled`: fails under AUDIENCE_LABEL unless that is how the author's followers hear of
        posts."""
        condition = None if pulled is None else _told_by(pulled=pulled)
        followers = keys.follower_count(author_id, _shard(user_id))
        return [
            self.table.updating(
                followers,
                begun(Update().add("n", by), user_id=author_id, made=clock.now()),
                condition=condition,
                label=AUDIENCE_LABEL,
            ),
            self.table.updating(
                keys.following_count(user_id),
                begun(Update().add("n", by), user_id=user_id, made=clock.now()),
                label="following",
            ),
        ]

    def is_pulled(self, author_id: str, user_id: str) -> bool:
        """Whether this person would have to look for the author's posts. Consistent."""
        key = keys.follower_count(author_id, _shard(user_id))
        return "pull" in (self.table.get(key, consistent=True) or {})

    def find(self, author_id: str) -> Audience:
        """Consistent: it decides where a post goes."""
        rows = self._shards(author_id, consistent=True)
        return Audience(followers=_sum(rows), pulled=any("pull" in row for row in rows))

    def turning(self, author_id: str, *, pulled: bool) -> list[Write]:
        """From now on follows are written for the other way; those from before are not."""
        update = Update().set("pull", True) if pulled else Update().remove("pull")
        update = begun(update, user_id=author_id, made=clock.now())
        counters = [keys.follower_count(author_id, shard) for shard in range(keys.COUNT_SHARDS)]
        return [self.table.updating(key, update, label=AUDIENCE_LABEL) for key in counters]

    def checking(self, author_id: str, user_id: str, *, pulled: bool) -> Write:
        """Fails under AUDIENCE_LABEL unless that is how the author's followers hear of posts. The
        row of this follower, so that many checks do not meet at one."""
        key = keys.follower_count(author_id, _shard(user_id))
        return self.table.checking(key, _told_by(pulled=pulled), label=AUDIENCE_LABEL)

    def counts_of(self, user_id: str) -> FollowCounts:
        """A moment behind at most. One hop."""
        rows, own = gather(
            lambda: self._shards(user_id, consistent=False),
            lambda: self.table.get(keys.following_count(user_id)),
        )
        return FollowCounts(followers=_sum(rows), following=_sum([own] if own else []))

    def items_of(self, user_id: str) -> list[Item]:
        return [
            *walk(self.table, keys.followers(user_id), keys.COUNTS),
            *walk(self.table, keys.following(user_id), keys.COUNTS),
        ]

    def remove_of(self, user_id: str) -> None:
        rows = self.items_of(user_id)
        self.table.batch_write(deletes=map(key_of, rows))

    def _shards(self, author_id: str, *, consistent: bool) -> list[Item]:
        page = self.table.query(
            keys.followers(author_id), sort=begins_with(keys.COUNTS), consistent=consistent
        )
        return page.items


def _told_by(*, pulled: bool) -> Condition:
    flag = attr("pull")
    return flag.exists() if pulled else flag.missing()


def _shard(user_id: str) -> int:
    """The same one when they come and when they go."""
    return crc32(user_id.encode()) % keys.COUNT_SHARDS


def _sum(rows: list[Item]) -> int:
    total: int = sum(row.get("n", 0) for row in rows)
    return max(0, total)
