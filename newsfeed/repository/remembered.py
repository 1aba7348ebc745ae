"""What a key of its author stands for, so that a repeated request makes nothing twice."""

from collections.abc import Mapping

from core import clock
from dynamo.expressions import attr
from dynamo.table import Item, Write
from newsfeed.repository import keys
from newsfeed.repository.rows import is_live, stamped, table

KEY_LABEL = "idempotency key"


class RememberedRepository:
    def __init__(self) -> None:
        self.table = table()

    def adding(
        self, author_id: str, digest: str, *, made: str, fields: Mapping[str, str], until: int
    ) -> Write:
        """`made` is the id of what the key stands for. Fails under KEY_LABEL when this author used
        the key before `until` of then."""
        row = stamped(keys.remembered(author_id, digest), user_id=author_id, made=made)
        free = self.table.missing() | attr("ttl").le(clock.epoch(clock.now()))
        return self.table.putting(row | {**fields, "ttl": until}, condition=free, label=KEY_LABEL)

    def find(self, author_id: str, digest: str) -> Item | None:
        """As adding() wrote it. Consistent."""
        row = self.table.get(keys.remembered(author_id, digest), consistent=True)
        return row if row and is_live(row) else None
