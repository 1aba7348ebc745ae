"""The rows of the outbox, and the conditions that keep two workers apart."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from zlib import crc32

from core import clock
from core.ids import sha256_hex
from dynamo.errors import ConditionFailed, TransactionCancelled
from dynamo.expressions import Condition, Update, attr, less_than
from dynamo.schema import TableSchema, register
from dynamo.table import Item, Key, Table, Write, transact
from jobs.errors import LeaseLost
from jobs.items import SHARDS, JobRow, Lane

SCHEMA = register(
    TableSchema(
        logical="app",
        variable="APP_TABLE",
        purpose="Newsfeed and outbox",
        partition_key="pk",
        sort_key="sk",
        ttl="ttl",
    )
)
SHAPE = 1
DEAD_PARTITION = "OUTBOX#DEAD"
DEAD_KEPT = timedelta(days=30)
PAGE = 25
_LEASE_LABEL = "outbox lease"  # no handler's write carries it

logger = logging.getLogger("jobs")


def partition(lane: Lane, shard: int) -> str:
    return f"OUTBOX#{lane}#{shard}"


def partition_of(lane: Lane, job_id: str) -> str:
    return partition(lane, crc32(job_id.encode()) % SHARDS)


class Outbox:
    def __init__(self) -> None:
        self._table = Table(SCHEMA)

    def adding(self, row: JobRow) -> Write:
        return self._table.putting_new(_to_item(row), label="job")

    def add(self, row: JobRow) -> None:
        """Raises ConditionFailed when this very job waits already."""
        self._table.put_new(_to_item(row))

    def list_due(self, source: str, *, now: str, limit: int) -> list[JobRow]:
        """Rows of a partition that are due and free, oldest first.

        The read may be stale: only the lease decides. Rows of a newer shape are left to the
        workers that know it.
        """
        wanted = is_free(now) & attr("sv").le(SHAPE)
        rows: list[JobRow] = []
        for item in self._items(source, before=now, wanted=wanted):
            row = _readable(item)
            if row is not None:
                rows.append(row)
            if len(rows) == limit:
                break
        return rows

    def list_rows(self, source: str) -> Iterator[JobRow]:
        """Every row of a partition, oldest first; dead ones only while they are kept."""
        now = clock.epoch(clock.now())
        for item in self._items(source):
            if item.get("ttl", now + 1) > now:
                yield _to_row(item)

    def list_of(self, source: str, user_sub: str) -> Iterator[JobRow]:
        """Rows of a partition that name the person. It is read as a whole: for a bulk job."""
        mine = attr("user_sub").eq(user_sub)
        yield from map(_to_row, self._items(source, wanted=mine, limit=0))

    def find_rows(self, keys: Sequence[Key]) -> dict[tuple[str, str], JobRow | None]:
        """Rows by (pk, sk) as they are now; None cannot be read here. Others are gone."""
        items = self._table.batch_get(keys, consistent=True)
        return {(item["pk"], item["sk"]): _readable(item) for item in items}

    def mark_queued(self, row: JobRow, *, now: str, until: str) -> bool:
        """False when the job is gone or runs, or its key was sent by another relay."""
        unmarked = attr("queued_until").missing() | attr("queued_until").le(now)
        update = Update().set("queued_until", until)
        try:
            self._table.update(row.key, update, condition=_waits(now) & unmarked)
        except ConditionFailed:
            return False
        return True

    def lift_mark(self, row: JobRow) -> None:
        update = Update().remove("queued_until")
        with suppress(ConditionFailed):
            self._table.update(row.key, update, condition=attr("pk").exists())

    def remove_free(self, row: JobRow, *, now: str) -> None:
        """A row that a worker holds stays: its handler settles it."""
        try:
            self._table.delete(row.key, condition=is_free(now))
        except ConditionFailed:
            return

    def lease(self, row: JobRow, *, owner: str, now: str, until: str) -> JobRow | None:
        """The row as leased, its try counted; None when another worker was faster."""
        update = Update().set("owner", owner).set("lease_until", until).increment("tries", 1)
        try:
            item = self._table.update(row.key, update, condition=_waits(now), returning="new")
        except ConditionFailed:
            return None
        return _to_row(item)

    def extend(self, row: JobRow, *, until: str) -> None:
        """Raises LeaseLost."""
        try:
            self._table.update(row.key, Update().set("lease_until", until), condition=_held_by(row))
        except ConditionFailed as error:
            raise LeaseLost from error

    def finish(self, row: JobRow, writes: Sequence[Write]) -> None:
        """Remove the job and apply its handler's writes: both or neither, at most once.

        Raises LeaseLost, and TransactionCancelled when a condition of the writes fails.
        """
        if writes:
            remove = self._table.deleting(row.key, condition=_held_by(row), label=_LEASE_LABEL)
            return _as_holder([remove, *writes], token=_token("finish", row))
        try:
            self._table.delete(row.key, condition=_held_by(row))
        except ConditionFailed as error:
            raise LeaseLost from error
        return None

    def put_back(self, row: JobRow, moved: JobRow) -> None:
        """The holder of a lease moves its row to another due time. Raises LeaseLost."""
        self._move(row, _to_item(moved), holder=True)

    def bury(self, row: JobRow, dead: JobRow, *, holder: bool) -> None:
        """Move a row to the dead ones, for 30 days. Raises LeaseLost."""
        expires = clock.epoch(clock.parse(dead.due) + DEAD_KEPT)
        self._move(row, {**_to_item(dead), "ttl": expires}, holder=holder)

    def postpone(self, row: JobRow, moved: JobRow) -> None:
        """Move a row that nobody holds. Raises LeaseLost when somebody was faster."""
        self._move(row, _to_item(moved), holder=False)

    def _move(self, row: JobRow, item: Item, *, holder: bool) -> None:
        now = clock.text(clock.now())
        mine = _held_by(row) if holder else _waits(now) & attr("tries").eq(row.tries)
        condition = mine & _as_read(row)
        _as_holder(
            [
                self._table.deleting(row.key, condition=condition, label=_LEASE_LABEL),
                self._table.putting_new(item),
            ],
            token=_token("move", row) if holder else None,
        )

    def revive(self, dead: JobRow, row: JobRow) -> bool:
        """False when it is dead no more."""
        try:
            transact(
                [
                    self._table.deleting(
                        dead.key, condition=attr("pk").exists() & _as_read(dead), label="dead"
                    ),
                    self._table.putting_new(_to_item(row)),
                ]
            )
        except TransactionCancelled as error:
            if not error.failed("dead"):
                raise
            return False
        return True

    def _items(
        self,
        source: str,
        *,
        before: str = "",
        wanted: Condition | None = None,
        limit: int = PAGE,
    ) -> Iterator[Item]:
        return self._table.query_all(
            source,
            sort=less_than(f"{before}$") if before else None,  # `$` follows `#`: <= before
            filter=wanted,
            limit=limit,
        )


def _as_holder(writes: Sequence[Write], *, token: str | None) -> None:
    try:
        transact(writes, token=token)
    except TransactionCancelled as error:
        if error.failed(_LEASE_LABEL):
            raise LeaseLost from error
        raise


def is_free(now: str) -> Condition:
    return attr("lease_until").missing() | attr("lease_until").le(now)


def _waits(now: str) -> Condition:
    return attr("pk").exists() & is_free(now)


def _held_by(row: JobRow) -> Condition:
    return attr("owner").eq(row.owner) & attr("tries").eq(row.tries)


def _as_read(row: JobRow) -> Condition:
    """A row that moves takes its secret along: it must not be under another key by now."""
    secret = attr("secret")
    return secret.eq(row.secret) if row.secret else secret.missing()


def _token(step: str, row: JobRow) -> str:
    """One per step of one run, so a repeated request whose answer was lost changes nothing."""
    return sha256_hex(f"outbox-{step}", row.attempt)[:36]


def _to_item(row: JobRow) -> Item:
    item: dict[str, Any] = {
        **row.key,
        "job_id": row.job_id,
        "kind": row.kind,
        "lane": str(row.lane),
        "due": row.due,
        "ids": dict(row.ids),
        "tries": row.tries,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "sv": SHAPE,
    }
    optional = {"secret": row.secret, "error": row.error, "user_sub": row.ids.get("user_sub")}
    return item | {name: value for name, value in optional.items() if value}


def _readable(item: Item) -> JobRow | None:
    """None for a row of a newer shape, and for one that is broken, which the log names."""
    if item.get("sv", SHAPE) > SHAPE:
        return None
    try:
        return _to_row(item)
    except (KeyError, ValueError):
        logger.exception("unreadable job", extra={"job_id": item["sk"]})
        return None


def _to_row(item: Item) -> JobRow:
    return JobRow(
        partition=item["pk"],
        job_id=item["job_id"],
        kind=item["kind"],
        lane=Lane(item["lane"]),
        due=item["due"],
        created_at=item["created_at"],
        updated_at=item["updated_at"],
        ids=item["ids"],
        secret=item.get("secret", ""),
        tries=item["tries"],
        owner=item.get("owner", ""),
        lease_until=item.get("lease_until", ""),
        queued_until=item.get("queued_until", ""),
        error=item.get("error", ""),
    )
