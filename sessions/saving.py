"""How a session's row comes to be, changes and moves, whatever happens to it meanwhile.

`texts` is the session as JSON text by key (sessions.contents), `idle` its idle time in seconds.
"""

from dataclasses import replace
from typing import Any

from django.conf import settings

from core import clock, ids
from dynamo.errors import ConditionFailed, TransactionCancelled
from sessions import contents, keys, lifetimes
from sessions.errors import SessionTooLarge
from sessions.items import Lifetime, SessionRow
from sessions.repository import OLD_LABEL, SessionRepository

TRIES = 8

_sessions = SessionRepository()


class RowGone(Exception):
    """The session was ended meanwhile; nothing was written."""


def find(key: str | None) -> SessionRow | None:
    """None also for an expired session; text that cannot be a key is not looked up."""
    if key is None or not keys.is_key(key):
        return None
    row = _sessions.find(keys.hash_of(key))
    return row if row and row.is_live(clock.epoch(clock.now())) else None


def add(key: str, texts: contents.Texts, *, idle: int, serializer: Any) -> SessionRow:
    """Raises ConditionFailed when the key is taken, SessionTooLarge."""
    now = clock.now()
    empty = SessionRow(
        session_hash=keys.hash_of(key),
        sid=ids.new_token(contents.SID_BYTES),
        data={},
        created_at=now,
        seen_at=now,
        expires_at=0,
        absolute_expires_at=0,
    )
    row = _filled(empty, texts, idle, serializer)
    _sessions.add(row)
    return row


def save(
    base: SessionRow, texts: contents.Texts, *, key: str, old_key: str, idle: int, serializer: Any
) -> SessionRow:
    """Write the changes since `base` was read, under another key if `key` is not `old_key`.

    Changes that others made meanwhile stay. Raises RowGone, SessionTooLarge.
    """
    for _ in range(TRIES):
        target = replace(base, session_hash=keys.hash_of(key), version=base.version + 1)
        row = _filled(target, texts, idle, serializer)
        if _written(base, row):
            return row
        stored = find(old_key)
        if stored is None:
            break
        before = contents.texts_of(base, serializer)
        texts = contents.merged(before, texts, contents.texts_of(stored, serializer))
        base = stored
    raise RowGone


def remove(key: str | None) -> None:
    if key is not None and keys.is_key(key):
        _sessions.remove(keys.hash_of(key))


def seen_now(row: SessionRow, *, idle: int) -> SessionRow:
    """The row with its ends moved; nothing moves the absolute one."""
    now = clock.now()
    lifetime = row.sign_in.lifetime if row.sign_in else Lifetime.STANDARD
    absolute = clock.epoch(row.created_at + lifetimes.absolute_time(lifetime))
    ends = min(clock.epoch(now) + idle, absolute)
    return replace(row, seen_at=now, expires_at=ends, absolute_expires_at=absolute)


def _filled(row: SessionRow, texts: contents.Texts, idle: int, serializer: Any) -> SessionRow:
    size, limit = contents.size(texts), settings.SESSION_MAX_BYTES
    if size > limit:
        raise SessionTooLarge(size=size, limit=limit)
    return seen_now(contents.with_texts(row, texts, serializer), idle=idle)


def _written(old: SessionRow, new: SessionRow) -> bool:
    """False when the row is gone or was changed meanwhile."""
    try:
        if new.session_hash == old.session_hash:
            _sessions.change(old, new)
        else:
            _sessions.move(old, new)
    except ConditionFailed:
        return False
    except TransactionCancelled as error:
        if error.failed(OLD_LABEL):
            return False
        raise
    return True
