"""The table of API keys. A row is found by the id inside the key; an index lists a person's."""

from datetime import datetime, timedelta

from django.conf import settings

from apikeys.items import ApiKey, Digest, KeyState
from core import clock
from core.scopes import Scope
from dynamo.expressions import Update, attr
from dynamo.schema import Index, TableSchema, register
from dynamo.table import Item, Key, Table, Write

API_KEYS = register(
    TableSchema(
        logical="api_keys",
        variable="API_KEYS_TABLE_NAME",
        purpose="API keys",
        partition_key="key_id",
        indexes=(
            Index(
                name=settings.API_KEYS_USER_INDEX,
                partition_key="user_sub",
                sort_key="created_at",
            ),
        ),
        ttl="purge_at",
    )
)
SHAPE_VERSION = 1
SHOWN_AFTER_THE_END = timedelta(days=30)  # a key that expired or was revoked; then TTL removes it
KEY_LABEL = "api key"


class ApiKeyRepository:
    def __init__(self) -> None:
        self.table = Table(API_KEYS)

    def find(self, key_id: str) -> ApiKey | None:
        """Consistent: a key that was revoked is so at the next read."""
        item = self.table.get(_key(key_id), consistent=True)
        return _to_key(item) if item else None

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
        rows = self.table.batch_get([_key(item["key_id"]) for item in found.items], consistent=True)
        now = clock.epoch(clock.now())
        return [_to_key(row) for row in rows if row.get("purge_at", now + 1) > now], found.next

    def rows_of(self, user_sub: str) -> list[Item]:
        """Every row as stored, from the index, newest first."""
        ids: list[str] = []
        start: Key | None = None
        while True:
            found = self.table.query(
                user_sub, index=settings.API_KEYS_USER_INDEX, newest_first=True, start=start
            )
            ids += [item["key_id"] for item in found.items]
            if (start := found.next) is None:
                return self.table.batch_get(map(_key, ids), consistent=True)

    def all_of(self, user_sub: str) -> list[ApiKey]:
        return [_to_key(row) for row in self.rows_of(user_sub)]

    def adding(self, key: ApiKey) -> Write:
        """Fails under KEY_LABEL when the id is taken."""
        return self.table.putting_new(_to_item(key), label=KEY_LABEL)

    def revoking(self, key: ApiKey, *, at: datetime) -> Write:
        """Fails under KEY_LABEL when the key is gone or revoked already."""
        update = (
            Update()
            .set("state", str(KeyState.REVOKED))
            .set("revoked_at", clock.text(at))
            .set("updated_at", clock.text(at))
            .set("purge_at", clock.epoch(at + SHOWN_AFTER_THE_END))
            .increment("version", 1)
        )
        usable = attr("user_sub").eq(key.user_sub) & attr("state").eq(str(KeyState.ACTIVE))
        return self.table.updating(_key(key.key_id), update, condition=usable, label=KEY_LABEL)

    def note_use(
        self, key: ApiKey, *, at: datetime, ip: str, unused_since: datetime, digest: Digest
    ) -> None:
        """Raises ConditionFailed, with the row as it is, when the key was changed meanwhile or
        another call noted a use after `unused_since`. `digest` is that of today's pepper."""
        update = Update().set("last_used_at", clock.text(at)).set("last_used_ip", ip)
        if digest != key.digest:
            update = update.set("pepper", digest.pepper).set("secret_hash", digest.secret_hash)
        stale = attr("last_used_at").missing() | attr("last_used_at").le(clock.text(unused_since))
        unchanged = attr("version").eq(key.version) & attr("state").eq(str(KeyState.ACTIVE))
        self.table.update(_key(key.key_id), update, condition=unchanged & stale)

    def remove_all(self, user_sub: str) -> None:
        ids = [row["key_id"] for row in self.rows_of(user_sub)]
        self.table.batch_write(deletes=map(_key, ids))


def _key(key_id: str) -> Key:
    return {"key_id": key_id}


def _to_item(key: ApiKey) -> Item:
    stamp = clock.text(key.created_at)
    item: Item = {
        "key_id": key.key_id,
        "user_sub": key.user_sub,
        "name": key.name,
        "hint": key.hint,
        "scopes": [str(scope) for scope in key.sorted_scopes],
        "pepper": key.digest.pepper,
        "secret_hash": key.digest.secret_hash,
        "state": str(key.state),
        "version": key.version,
        "created_at": stamp,
        "updated_at": stamp,
        "sv": SHAPE_VERSION,
    }
    if key.expires_at is not None:
        item["expires_at"] = clock.epoch(key.expires_at)
        item["purge_at"] = clock.epoch(key.expires_at + SHOWN_AFTER_THE_END)
    return item


def _to_key(item: Item) -> ApiKey:
    return ApiKey(
        key_id=item["key_id"],
        user_sub=item["user_sub"],
        name=item["name"],
        hint=item["hint"],
        scopes=frozenset(map(Scope, item["scopes"])),
        digest=Digest(pepper=item["pepper"], secret_hash=item["secret_hash"]),
        state=KeyState(item["state"]),
        version=item["version"],
        created_at=clock.parse(item["created_at"]),
        expires_at=clock.from_epoch(item["expires_at"]) if "expires_at" in item else None,
        last_used_at=clock.parse(item["last_used_at"]) if "last_used_at" in item else None,
        last_used_ip=item.get("last_used_ip", ""),
        revoked_at=clock.parse(item["revoked_at"]) if "revoked_at" in item else None,
    )
