"""Rows of keys. A row is found by the id inside the key; an index lists a person's."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from apikeys.items import ApiKey, EndReason, KeyState
from apikeys.repository.changes import KEY_LABEL, same_use
from apikeys.repository.rows import KEPT_AFTER_THE_END, to_item, to_key
from apikeys.repository.schema import API_KEYS, key_of
from core import clock
from dynamo.expressions import Update, attr
from dynamo.table import Item, Key, Table, Write


class ApiKeyRepository:
    def __init__(self) -> None:
        self.table = Table(API_KEYS)

    def find(self, key_id: str, *, consistent: bool = True) -> ApiKey | None:
        item = self.table.get(key_of(key_id), consistent=consistent)
        return to_key(item) if item else None

    def page(
        self, user_sub: str, *, limit: int, start: Key | None
    ) -> tuple[list[ApiKey], Key | None]:
        """Newest first; the key is where the next page starts. The index may miss the newest."""
        found = self.table.query(
            user_sub,
            index=settings.API_KEYS_USER_INDEX,
            limit=limit,
            newest_first=True,
            start=start,
        )
        rows = self.table.batch_get(
            [key_of(item["key_id"]) for item in found.items], consistent=True
        )
        now = clock.epoch(clock.now())
        return [to_key(row) for row in rows if row.get("purge_at", now + 1) > now], found.next

    def rows_of(self, user_sub: str) -> list[Item]:
        """Every row as stored, from the index, newest first."""
        found = self.table.query_all(
            user_sub, index=settings.API_KEYS_USER_INDEX, newest_first=True
        )
        ids = [item["key_id"] for item in found]
        return self.table.batch_get(map(key_of, ids), consistent=True)

    def all_of(self, user_sub: str) -> list[ApiKey]:
        return [to_key(row) for row in self.rows_of(user_sub)]

    def find_all(self, key_ids: Iterable[str]) -> list[ApiKey]:
        """Those there are, in that order."""
        rows = self.table.batch_get(map(key_of, key_ids), consistent=True)
        return [to_key(row) for row in rows]

    def adding(self, key: ApiKey) -> Write:
        """Fails under KEY_LABEL when the id is taken."""
        return self.table.putting_new(to_item(key), label=KEY_LABEL)

    def revoking(
        self, key: ApiKey, *, at: datetime, reason: EndReason, if_unused: bool = False
    ) -> Write:
        """Fails under KEY_LABEL when the key is gone, was revoked, disabled or enabled meanwhile,
        or, with `if_unused`, was used. Other changes do not keep it alive."""
        update = (
            Update()
            .set("state", str(KeyState.REVOKED))
            .set("revoked_from", str(key.state))
            .set("revoked_at", clock.text(at))
            .set("end_reason", str(reason))
            .set("updated_at", clock.text(at))
            .set("purge_at", clock.epoch(at + KEPT_AFTER_THE_END))
            .increment("version", 1)
        )
        as_read = attr("user_sub").eq(key.user_sub) & attr("state").eq(str(key.state))
        if if_unused:
            as_read &= same_use(key)
        return self.table.updating(key_of(key.key_id), update, condition=as_read, label=KEY_LABEL)

    def remove_all(self, user_sub: str) -> None:
        ids = [row["key_id"] for row in self.rows_of(user_sub)]
        self.table.batch_write(deletes=map(key_of, ids))
