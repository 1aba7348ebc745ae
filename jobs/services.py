"""Asking for background work, and what an operator may do with it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from core import clock, crypto, keyring
from core import ids as identifiers
from dynamo.errors import ConditionFailed
from dynamo.table import Write
from jobs.errors import InvalidJob, JobNotFound
from jobs.handlers import Recurrence, recurrences
from jobs.items import SHARDS, JobRow, JobState, Lane
from jobs.kinds import JobKind
from jobs.repository import DEAD_PARTITION, Outbox, partition, partition_of
from jobs.schedule_repository import Schedules

ID_LENGTH = 200
SECRET_LENGTH = 4096


def enqueue_write(
    kind: JobKind,
    *,
    ids: Mapping[str, str],
    due: datetime | None = None,
    lane: Lane = Lane.INTERACTIVE,
    secret: Mapping[str, str] | None = None,
    job_id: str | None = None,
) -> Write:
    """The write that asks for a job; it joins the transaction of the change that needs it.

    `ids` are ids only: no address, no text, no token. What a mail must carry (a link's token, a
    code) goes into `secret`, which is stored encrypted. `due` defaults to now. With a `job_id`
    (a ULID) of your own, the same job with the same `due` can be asked for only once.
    Raises InvalidJob.
    """
    row = _new_row(kind, ids=ids, due=due, lane=lane, secret=secret or {}, job_id=job_id)
    return Outbox().adding(row)


def enqueue(
    kind: JobKind,
    *,
    ids: Mapping[str, str],
    due: datetime | None = None,
    lane: Lane = Lane.INTERACTIVE,
    secret: Mapping[str, str] | None = None,
    job_id: str | None = None,
) -> None:
    """The same alone. Asking for a job that waits already changes nothing. Raises InvalidJob."""
    row = _new_row(kind, ids=ids, due=due, lane=lane, secret=secret or {}, job_id=job_id)
    try:
        Outbox().add(row)
    except ConditionFailed:
        return


def list_jobs(
    state: JobState | None = None, *, kind: str | None = None
) -> Iterator[tuple[JobState, JobRow]]:
    """Every job in the outbox, or those of one state or kind; oldest first within a partition."""
    now = clock.text(clock.now())
    for row_state, row in _all_rows(state, now):
        if (state is None or row_state is state) and (kind is None or row.kind == kind):
            yield row_state, row


def list_jobs_of(user_sub: str) -> Iterator[JobRow]:
    """Every job that names the person, dead ones too. Reads the whole outbox: for bulk jobs."""
    outbox = Outbox()
    lanes = [partition(lane, shard) for lane in Lane for shard in range(SHARDS)]
    for source in [*lanes, DEAD_PARTITION]:
        yield from outbox.list_of(source, user_sub)


def list_schedules() -> list[tuple[Recurrence, str]]:
    """Recurring jobs with the time of their next slot; an empty text before the first worker."""
    known = recurrences()
    due_times = Schedules().list_due_times([each.kind for each in known])
    return [(each, due_times.get(each.kind, "")) for each in known]


def redrive(job_ids: Sequence[str]) -> int:
    """Give dead jobs their eight tries again, from now; returns how many.

    Raises JobNotFound, naming the ids that are not dead, before anything is changed.
    """
    wanted = set(job_ids)
    dead = [row for row in Outbox().list_rows(DEAD_PARTITION) if row.job_id in wanted]
    missing = wanted - {row.job_id for row in dead}
    if missing:
        raise JobNotFound(errors={"job_id": sorted(missing)})
    return _revive(dead)


def redrive_all(*, kind: str | None = None) -> int:
    """The same for every dead job, or every dead job of one kind."""
    return _revive([row for _, row in list_jobs(JobState.DEAD, kind=kind)])


def secret_context(job_id: str) -> str:
    """What binds a job's secret to its job; the due time may change, the id never does."""
    return f"job:{job_id}"


def secret_today(row: JobRow) -> str:
    """Under the first key. A row that moves may pass rotate_encryption_keys by, so it takes no
    old key along; what does not open stays as it is."""
    if row.secret and crypto.key_id_of(row.secret) != keyring.current_id():
        with suppress(crypto.DecryptionFailed):
            return crypto.reseal(row.secret, context=secret_context(row.job_id))
    return row.secret


def _revive(dead: Sequence[JobRow]) -> int:
    outbox = Outbox()
    revived = 0
    now = clock.text(clock.now())
    for row in dead:
        fresh = replace(
            row,
            partition=partition_of(row.lane, row.job_id),
            due=now,
            updated_at=now,
            tries=0,
            error="",
            secret=secret_today(row),
        )
        revived += outbox.revive(row, fresh)
    return revived


def _all_rows(state: JobState | None, now: str) -> Iterator[tuple[JobState, JobRow]]:
    outbox = Outbox()
    if state is not JobState.DEAD:
        for lane in Lane:
            for shard in range(SHARDS):
                for row in outbox.list_rows(partition(lane, shard)):
                    yield row.state(now), row
    if state in (None, JobState.DEAD):
        for row in outbox.list_rows(DEAD_PARTITION):
            yield JobState.DEAD, row


def _new_row(
    kind: JobKind,
    *,
    ids: Mapping[str, str],
    due: datetime | None,
    lane: Lane,
    secret: Mapping[str, str],
    job_id: str | None,
) -> JobRow:
    now = clock.now()
    if due is not None and due.tzinfo is None:
        raise InvalidJob(f"{kind}: `due` must be an aware datetime, like clock.now()")
    if job_id is not None and not identifiers.is_id(job_id):
        raise InvalidJob(f"{kind}: `job_id` must be a ULID, like core.ids.new_id()")
    _refuse_texts(kind, ids)
    job_id = job_id or identifiers.new_id()
    return JobRow(
        partition=partition_of(lane, job_id),
        job_id=job_id,
        kind=str(kind),
        lane=lane,
        due=clock.text(due or now),
        created_at=clock.text(now),
        updated_at=clock.text(now),
        ids=dict(ids),
        secret=_sealed(kind, job_id, secret),
    )


def _refuse_texts(kind: str, ids: Mapping[str, str]) -> None:
    for name, value in ids.items():
        if not isinstance(value, str):
            raise InvalidJob(f"{kind}: ids[{name!r}] must be a str, not {type(value).__name__}")
        if len(value) > ID_LENGTH:
            raise InvalidJob(
                f"{kind}: ids[{name!r}] has {len(value)} characters, at most {ID_LENGTH} fit; "
                "a job holds ids, its handler looks up the rest"
            )


def _sealed(kind: str, job_id: str, secret: Mapping[str, str]) -> str:
    if not secret:
        return ""
    text = json.dumps(dict(secret))
    if len(text) > SECRET_LENGTH:
        raise InvalidJob(f"{kind}: `secret` is longer than {SECRET_LENGTH} characters")
    return crypto.encrypt(text, context=secret_context(job_id))
