"""Recovery codes: a row for each that is left, under the hash of the code."""

from collections.abc import Iterable
from datetime import datetime

from core import clock
from dynamo.table import Item, Key, Table, Write
from mfa.repository.tables import RECOVERY, SHAPE_VERSION

RECOVERY_LABEL = "recovery"


class RecoveryRepository:
    def __init__(self) -> None:
        self.table = Table(RECOVERY)

    def hashes_of(self, user_sub: str) -> list[str]:
        return [row["code_hash"] for row in self.rows_of(user_sub)]

    def adding(self, user_sub: str, hashes: Iterable[str]) -> list[Write]:
        stamp = clock.text(clock.now())
        common: Item = {"created_at": stamp, "updated_at": stamp, "sv": SHAPE_VERSION}
        return [
            self.table.putting_new({**_key(user_sub, code_hash), **common}) for code_hash in hashes
        ]

    def removing(self, user_sub: str, hashes: Iterable[str]) -> list[Write]:
        """Whether or not they are still there."""
        return [self.table.deleting(_key(user_sub, code_hash)) for code_hash in hashes]

    def using(self, user_sub: str, code_hash: str) -> Write:
        """The one use. Fails when there is no such code, or it was used."""
        return self.table.deleting(
            _key(user_sub, code_hash), condition=self.table.exists(), label=RECOVERY_LABEL
        )

    def rows_of(self, user_sub: str) -> list[Item]:
        return self.table.query(user_sub, consistent=True).items

    def remove_all(self, user_sub: str) -> None:
        deletes = [_key(user_sub, code_hash) for code_hash in self.hashes_of(user_sub)]
        self.table.batch_write(deletes=deletes)

    def remove_older(self, user_sub: str, before: datetime) -> None:
        old = [row for row in self.rows_of(user_sub) if row["created_at"] < clock.text(before)]
        self.table.batch_write(deletes=[_key(user_sub, row["code_hash"]) for row in old])


def _key(user_sub: str, code_hash: str) -> Key:
    return {"user_sub": user_sub, "code_hash": code_hash}
