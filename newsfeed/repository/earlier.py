"""Rows that servers wrote before there were numbers and lists beside them."""

from collections.abc import Iterator

from newsfeed.items import Unlock
from newsfeed.repository import keys
from newsfeed.repository.marks import AUTHOR
from newsfeed.repository.people import COUNTED
from newsfeed.repository.rows import table


class EarlierRepository:
    """Each reads the whole table."""

    def __init__(self) -> None:
        self.table = table()

    def list_follows(self) -> Iterator[tuple[str, str]]:
        """Follower and author, where the numbers do not know of it."""
        for row in self.table.scan():
            follow = row["pk"].startswith("FOLLOWING#") and row["sk"].startswith(keys.PEOPLE)
            if follow and COUNTED not in row:
                yield row["user_id"], keys.id_at(row["sk"])

    def list_unlocks(self) -> Iterator[Unlock]:
        """Those that open their post and are not counted as sold."""
        for row in self.table.scan():
            if row["pk"].startswith("UNLOCK#") and not {AUTHOR, "revoked_at"} & {*row}:
                yield Unlock(
                    user_id=row["user_id"],
                    post_id=keys.id_at(row["sk"]),
                    price=row["price"],
                    currency=row["currency"],
                )

    def list_authors(self) -> set[str]:
        """Everybody who has a post."""
        return {
            row["user_id"]
            for row in self.table.scan()
            if row["pk"].startswith("AUTHOR#") and row["sk"].startswith(keys.POSTS)
        }
