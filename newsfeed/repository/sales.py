"""How often a post was sold, and what that earned: in shards, apart from the card, so that
purchases of one post do not wait for each other."""

from collections import defaultdict
from collections.abc import Iterable
from zlib import crc32

from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Item, Write
from newsfeed.items import Card, Sales
from newsfeed.repository import keys
from newsfeed.repository.rows import begun, table

SALE_LABEL = "sale"
EARNED = "earned_"  # and a currency: two of them are never added up


class SalesRepository:
    def __init__(self) -> None:
        self.table = table()

    def selling(self, card: Card, buyer_id: str, *, earned: int) -> Write:
        update = Update().add("n", 1).add("sold", 1).add(f"{EARNED}{card.currency}", earned)
        update = begun(update, user_id=card.user_id, made=clock.now())
        return self.table.updating(_key(card.post_id, buyer_id), update, label=SALE_LABEL)

    def has_sold(self, post_id: str, buyer_id: str) -> bool:
        """Whether there is a row to take this person's purchase out of. Consistent."""
        return self.table.get(_key(post_id, buyer_id), consistent=True) is not None

    def taking_back(
        self, post_id: str, buyer_id: str, *, earned: int, currency: str, living: bool
    ) -> Write:
        """`living`: whether the person could read the post until now. Fails under SALE_LABEL when
        the row went with its post."""
        update = Update().add("sold", -1).add(f"{EARNED}{currency}", -earned)
        update = update.add("n", -1) if living else update
        return self._existing(post_id, buyer_id, update)

    def forgetting(self, post_id: str, buyer_id: str) -> Write:
        """The buyer is gone, and the sale stays one. Fails under SALE_LABEL when the row went
        with its post."""
        return self._existing(post_id, buyer_id, Update().add("n", -1))

    def checking_unsold(self, post_id: str) -> list[Write]:
        """Fail under SALE_LABEL when somebody bought the post and may read it."""
        nobody = self.table.missing() | attr("n").le(0)
        return [self.table.checking(key, nobody, label=SALE_LABEL) for key in keys.sales(post_id)]

    def living(self, post_id: str) -> int:
        """How many people bought the post and may read it. Consistent."""
        rows = self.table.batch_get(_keys_of([post_id]), consistent=True)
        return max(0, sum(int(row["n"]) for row in rows))

    def find_of(self, post_ids: Iterable[str]) -> dict[str, Sales]:
        """Of those that were ever sold."""
        found: dict[str, list[Item]] = defaultdict(list)
        for row in self.table.batch_get(_keys_of(post_ids)):
            found[row["pk"].removeprefix(keys.POSTS)].append(row)
        return {post_id: _added_up(rows) for post_id, rows in found.items()}

    def items_of(self, post_ids: Iterable[str]) -> list[Item]:
        return self.table.batch_get(_keys_of(post_ids), consistent=True)

    def _existing(self, post_id: str, buyer_id: str, update: Update) -> Write:
        return self.table.updating(
            _key(post_id, buyer_id), update, condition=self.table.exists(), label=SALE_LABEL
        )


def _key(post_id: str, buyer_id: str) -> dict[str, str]:
    """A buyer's shard is always the same one: what is taken back is taken from where it is."""
    return keys.sold(post_id, crc32(buyer_id.encode()) % keys.COUNT_SHARDS)


def _keys_of(post_ids: Iterable[str]) -> list[dict[str, str]]:
    return [key for post_id in post_ids for key in keys.sales(post_id)]


def _added_up(rows: list[Item]) -> Sales:
    earned: dict[str, int] = defaultdict(int)
    for row in rows:
        for name, amount in row.items():
            if name.startswith(EARNED):
                earned[name.removeprefix(EARNED)] += amount
    return Sales(
        living=max(0, sum(row["n"] for row in rows)),
        sold=sum(row["sold"] for row in rows),
        earned={currency: amount for currency, amount in earned.items() if amount},
    )
