"""A session's dictionary as JSON text by key, so that a save writes only what changed.

Two reserved keys are attributes of the row instead: Django's `_auth_user_id` (`user_sub`) and
our `_meta`, which sessions.services.describe_sign_in fills.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY

from core import clock, ids
from core.stepup import META_KEY as META_KEY
from sessions.items import Lifetime, SessionRow, SignIn

SID_BYTES = 16
_RESERVED = (SESSION_KEY, META_KEY)

Texts = dict[str, str]


def to_texts(session: Mapping[str, Any], serializer: Any) -> Texts:
    """Raises TypeError for a value the serializer cannot write, ValueError for an empty key."""
    return {_key(name): _dump(value, serializer) for name, value in session.items()}


def from_texts(texts: Mapping[str, str], serializer: Any) -> dict[str, Any]:
    return {name: serializer.loads(text.encode("latin-1")) for name, text in texts.items()}


def texts_of(row: SessionRow, serializer: Any) -> Texts:
    """The whole dictionary of a row, reserved keys included."""
    reserved: dict[str, Any] = {}
    if row.user_sub:
        reserved[SESSION_KEY] = row.user_sub
    if row.sign_in:
        reserved[META_KEY] = _meta(
            row.sign_in, sid=row.sid, created_at=row.created_at, epoch=row.epoch
        )
    return dict(row.data) | to_texts(reserved, serializer)


def with_texts(row: SessionRow, texts: Mapping[str, str], serializer: Any) -> SessionRow:
    """The row with this dictionary; expiries are left to the caller."""
    reserved = {name: text for name, text in texts.items() if name in _RESERVED}
    values = from_texts(reserved, serializer)
    user = values.get(SESSION_KEY)
    meta = values.get(META_KEY)
    row = replace(
        row,
        data={name: text for name, text in texts.items() if name not in _RESERVED},
        user_sub="" if user is None else str(user),
        sign_in=None,
    )
    return row if meta is None else _with_meta(row, meta)


def merged(base: Texts, mine: Texts, stored: Texts) -> Texts:
    """What is stored now, with the changes made here since `base` was read."""
    kept = {name: text for name, text in stored.items() if name in mine or name not in base}
    return kept | {name: text for name, text in mine.items() if base.get(name) != text}


def size(texts: Mapping[str, str]) -> int:
    """Bytes of names and values."""
    return sum(len(name.encode()) + len(text.encode()) for name, text in texts.items())


def new_meta(sign_in: SignIn, *, epoch: int) -> dict[str, Any]:
    """The value of `_meta` for a session that is signed in now."""
    sid = ids.new_token(SID_BYTES)
    return _meta(sign_in, sid=sid, created_at=sign_in.authenticated_at, epoch=epoch)


def _meta(sign_in: SignIn, *, sid: str, created_at: datetime, epoch: int) -> dict[str, Any]:
    return {
        "sid": sid,
        "created_at": clock.text(created_at),
        "epoch": epoch,
        "lifetime": str(sign_in.lifetime),
        "authenticated_at": clock.text(sign_in.authenticated_at),
        "methods": list(sign_in.methods),
        "ip": sign_in.ip,
        "user_agent": sign_in.user_agent,
        "label": sign_in.label,
    }


def _with_meta(row: SessionRow, meta: Mapping[str, Any]) -> SessionRow:
    return replace(
        row,
        sid=meta["sid"],
        created_at=clock.parse(meta["created_at"]),
        epoch=max(row.epoch, meta["epoch"]),  # "end all others" may have raised it meanwhile
        sign_in=SignIn(
            lifetime=Lifetime(meta["lifetime"]),
            authenticated_at=clock.parse(meta["authenticated_at"]),
            methods=tuple(meta["methods"]),
            ip=meta["ip"],
            user_agent=meta["user_agent"],
            label=meta["label"],
        ),
    )


def _dump(value: Any, serializer: Any) -> str:
    return str(serializer.dumps(value), "latin-1")


def _key(name: Any) -> str:
    """Keys that are not text become what JSON makes of them, as in Django's own engines."""
    if name == "":
        raise ValueError("A session key is text that is not empty.")
    return name if isinstance(name, str) else next(iter(json.loads(json.dumps({name: None}))))
