"""The SESSIONS table. A row is found by the digest of the cookie's key, never by the key."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from core import clock
from dynamo.errors import ConditionFailed
from dynamo.expressions import Update, attr
from dynamo.schema import Index, TableSchema, register
from dynamo.table import Item, Key, Table, Write, transact
from sessions.items import Kind, Lifetime, SessionRow, SignIn

USER_INDEX = "user_sub-index"
SCHEMA = register(
    TableSchema(
        logical="sessions",
        variable="DDB_SESSIONS_TABLE",
        purpose="UI sessions and trusted browsers",
        partition_key="session_hash",
        indexes=(
            Index(
                name=USER_INDEX,
                partition_key="user_sub",
                sort_key="created_at",
                projection=("kind", "sid", "ip", "user_agent", "label", "absolute_expires_at"),
            ),
        ),
        ttl="expires_at",
        restorable=False,
        required=True,
    )
)
SHAPE_VERSION = 1
MAX_CHANGED_KEYS = 100  # an expression has at most 4 KB and 300 operators
NEW_LABEL, OLD_LABEL, EPOCH_LABEL = "new session", "old session", "this session"
_BOOKKEEPING = ("session_hash", "data", "version", "updated_at")


class SessionRepository:
    def __init__(self) -> None:
        self.table = Table(SCHEMA)

    def find(self, session_hash: str) -> SessionRow | None:
        """Consistent: a session that was ended is gone at the next read. Rows of another kind are
        no sessions, whoever finds them."""
        item = self.table.get(_key(session_hash), consistent=True)
        return _to_row(item) if item and item["kind"] == Kind.SESSION else None

    def find_many(self, hashes: Iterable[str]) -> list[SessionRow]:
        items = self.table.batch_get(map(_key, hashes), consistent=True)
        return [_to_row(item) for item in items if item["kind"] == Kind.SESSION]

    def items_of(self, user_sub: str) -> list[Item]:
        """Rows of every kind, as stored; from the index, like hashes_of()."""
        hashes = self.hashes_by_kind(user_sub)
        keys = [_key(found) for kind in Kind for found in hashes[kind]]
        return self.table.batch_get(keys, consistent=True)

    def hashes_of(self, user_sub: str, kind: Kind = Kind.SESSION) -> list[str]:
        return self.hashes_by_kind(user_sub)[kind]

    def hashes_by_kind(self, user_sub: str) -> dict[Kind, list[str]]:
        """Oldest first. From the index: it may miss the newest, and name what is gone."""
        hashes: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        for item in self._indexed(user_sub):
            hashes[Kind(item["kind"])].append(item["session_hash"])
        return hashes

    def find_hash(self, user_sub: str, sid: str, kind: Kind = Kind.SESSION) -> str | None:
        for item in self._indexed(user_sub):
            if item["kind"] == kind and item["sid"] == sid:
                return str(item["session_hash"])
        return None

    def _indexed(self, user_sub: str) -> Iterator[Item]:
        return self.table.query_all(user_sub, index=USER_INDEX)

    def add(self, row: SessionRow) -> None:
        """Raises ConditionFailed when the key is taken."""
        self.table.put_new(_to_item(row))

    def change(self, old: SessionRow, new: SessionRow) -> None:
        """Write what differs; raises ConditionFailed when the row is gone.

        Beyond MAX_CHANGED_KEYS the whole map is written, and it must not have changed meanwhile.
        """
        names = _changed(old.data, new.data)
        condition = self.table.exists()
        update = _attribute_changes(old, new)
        if len(names) <= MAX_CHANGED_KEYS:
            update = _key_changes(update.increment("version", 1), new, names)
        else:
            update = update.set("data", dict(new.data)).set("version", new.version)
            condition &= attr("version").eq(old.version)
        self.table.update(_key(old.session_hash), update, condition=condition)

    def move(self, old: SessionRow, new: SessionRow) -> None:
        """Give a session a new key. Raises TransactionCancelled: NEW_LABEL when the key is taken,
        OLD_LABEL when the old row is gone (it stays gone) or was changed meanwhile."""
        unchanged = self.table.exists() & attr("version").eq(old.version)
        transact(
            [
                self.table.putting_new(_to_item(new), label=NEW_LABEL),
                self.table.deleting(_key(old.session_hash), condition=unchanged, label=OLD_LABEL),
            ]
        )

    def touch(self, row: SessionRow, *, unseen_since: datetime) -> None:
        """Raises ConditionFailed when the row is gone or was seen after `unseen_since`."""
        update = Update().set("seen_at", clock.text(row.seen_at)).set("expires_at", row.expires_at)
        unseen = attr("seen_at").le(clock.text(unseen_since))
        self.table.update(_key(row.session_hash), update, condition=unseen)

    def setting_epoch(self, session_hash: str, *, user_sub: str, old: int, new: int) -> Write:
        """Fails under EPOCH_LABEL unless the row is the person's and of the `old` epoch."""
        update = Update().set("epoch", new).increment("version", 1)
        mine = attr("user_sub").eq(user_sub) & attr("epoch").eq(old)
        return self.table.updating(_key(session_hash), update, condition=mine, label=EPOCH_LABEL)

    def remove(self, session_hash: str) -> None:
        self.table.delete(_key(session_hash))

    def remove_owned(self, session_hash: str, *, user_sub: str, sid: str) -> bool:
        """False when there is no such row of this person."""
        mine = attr("user_sub").eq(user_sub) & attr("sid").eq(sid)
        try:
            self.table.delete(_key(session_hash), condition=mine)
        except ConditionFailed:
            return False
        return True

    def remove_many(self, hashes: Iterable[str]) -> None:
        self.table.batch_write(deletes=map(_key, hashes))

    def remove_expired(self, now: int) -> int:
        """How many. Reads the whole table: for a command, where no TTL cleans up."""
        return sum(self._remove_if_expired(row, now) for row in self._expired(now))

    def _expired(self, now: int) -> Iterator[str]:
        for item in self.table.scan():
            if item["expires_at"] <= now:
                yield item["session_hash"]

    def _remove_if_expired(self, session_hash: str, now: int) -> bool:
        try:
            self.table.delete(_key(session_hash), condition=attr("expires_at").le(now))
        except ConditionFailed:
            return False  # used again, or gone
        return True


def _key(session_hash: str) -> Key:
    return {"session_hash": session_hash}


def _changed(old: Any, new: Any) -> list[str]:
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _attribute_changes(old: SessionRow, new: SessionRow) -> Update:
    before, after = _to_item(old), _to_item(new)
    update = Update().set("updated_at", after["updated_at"])
    for name in _changed(before, after):
        if name not in _BOOKKEEPING:
            update = update.set(name, after[name]) if name in after else update.remove(name)
    return update


def _key_changes(update: Update, new: SessionRow, names: Iterable[str]) -> Update:
    for name in names:
        path = ("data", name)
        text = new.data.get(name)
        update = update.remove(path) if text is None else update.set(path, text)
    return update


def _to_item(row: SessionRow) -> Item:
    item: Item = {
        "session_hash": row.session_hash,
        "kind": str(row.kind),
        "sid": row.sid,
        "data": dict(row.data),
        "version": row.version,
        "created_at": clock.text(row.created_at),
        "updated_at": clock.text(row.seen_at),
        "seen_at": clock.text(row.seen_at),
        "expires_at": row.expires_at,
        "absolute_expires_at": row.absolute_expires_at,
        "sv": SHAPE_VERSION,
    }
    if row.user_sub:
        item |= {"user_sub": row.user_sub, "epoch": row.epoch}
    if row.sign_in:
        item |= {
            "lifetime": str(row.sign_in.lifetime),
            "authenticated_at": clock.text(row.sign_in.authenticated_at),
            "methods": list(row.sign_in.methods),
            "ip": row.sign_in.ip,
            "user_agent": row.sign_in.user_agent,
            "label": row.sign_in.label,
        }
    return item


def _to_row(item: Item) -> SessionRow:
    return SessionRow(
        session_hash=item["session_hash"],
        kind=Kind(item["kind"]),
        sid=item["sid"],
        data=item["data"],
        version=item["version"],
        created_at=clock.parse(item["created_at"]),
        seen_at=clock.parse(item["seen_at"]),
        expires_at=item["expires_at"],
        absolute_expires_at=item["absolute_expires_at"],
        user_sub=item.get("user_sub", ""),
        epoch=item.get("epoch", 0),
        sign_in=_to_sign_in(item) if "lifetime" in item else None,
    )


def _to_sign_in(item: Item) -> SignIn:
    return SignIn(
        lifetime=Lifetime(item["lifetime"]),
        authenticated_at=clock.parse(item["authenticated_at"]),
        methods=tuple(item["methods"]),
        ip=item["ip"],
        user_agent=item["user_agent"],
        label=item["label"],
    )
