"""What people may do about their sessions: see them, end one, end the others, end all."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from alerts import services as alerts
from alerts.items import AlertKind
from core import clock
from core.actor import Actor
from dynamo.deadlines import pause
from dynamo.errors import StorageError, TransactionCancelled
from dynamo.table import Write, transact
from sessions import contents, keys, trusted
from sessions.device import device_label
from sessions.errors import SessionEnded, SessionNotFound, SessionsChanging
from sessions.items import Kind, Lifetime, SessionInfo, SessionRow, SignIn
from sessions.repository import EPOCH_LABEL, SessionRepository
from users import services as users
from users.models import User

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

    from sessions.backends.dynamodb import SessionStore

TRIES = 5
UNKNOWN = SignIn(
    lifetime=Lifetime.STANDARD,
    authenticated_at=clock.from_epoch(0),
    methods=(),
    ip="",
    user_agent="",
    label="",
)
logger = logging.getLogger(__name__)

_sessions = SessionRepository()


def describe_sign_in(
    session: "SessionBase",
    *,
    actor: Actor,
    methods: Sequence[str],
    lifetime: str,
    epoch: int,
    is_fresh: bool = True,
) -> None:
    """Say how a session was signed in, right after django.contrib.auth.login().

    Gives it a new key and public id and starts its absolute lifetime. `methods`: how the person
    proved who they are ("password", "totp" …). `epoch`: their session_epoch. `is_fresh`: whether
    core.stepup would have taken that proof. Written with the session. Raises ValueError for an
    unknown lifetime.
    """
    session.cycle_key()
    meta = contents.new_meta(
        SignIn(
            lifetime=Lifetime(lifetime),
            authenticated_at=clock.now(),
            methods=tuple(methods),
            ip=actor.ip,
            user_agent=actor.user_agent,
            label=device_label(actor.user_agent),
        ),
        epoch=epoch,
    )
    mark = {} if is_fresh else {"authenticated_at": clock.text(UNKNOWN.authenticated_at)}
    session[contents.META_KEY] = {**meta, **mark}


def renew_sign_in(session: "SessionBase") -> None:
    """The person proved again that it is them: a new key, and a fresh mark for core.stepup.

    The absolute end stays. Written with the session; nothing for a session without a sign-in.
    """
    meta = session.get(contents.META_KEY)
    if meta is None:
        return
    session.cycle_key()
    session[contents.META_KEY] = {**meta, "authenticated_at": clock.text(clock.now())}


def list_sessions(*, user_sub: str, current_key: str | None) -> list[SessionInfo]:
    """The person's living sessions, the current one first, then the last used one.

    The current one is asked for by itself: the index may not know it yet.
    """
    current = keys.hash_of(current_key) if current_key else ""
    hashes = _sessions.hashes_of(user_sub) + ([current] if current else [])
    rows = _living(user_sub, _sessions.find_many(hashes), current)
    rows.sort(key=lambda row: (row.session_hash == current, row.seen_at), reverse=True)
    return [_info(row, current=row.session_hash == current) for row in rows]


def end_session(*, user_sub: str, sid: str, actor: Actor) -> None:
    """Its owner is told. Raises SessionNotFound, also for the session of somebody else.

    A session that changes its key at this very moment is found under its new one, as soon as the
    index knows it.
    """
    for attempt in range(TRIES):
        if attempt:
            pause(attempt)
        session_hash = _sessions.find_hash(user_sub, sid)
        if session_hash is None:
            raise SessionNotFound
        rows = _sessions.find_many([session_hash])
        if _sessions.remove_owned(session_hash, user_sub=user_sub, sid=sid):
            _log("session ended", user_sub, actor)
            ended = _info(rows[0], current=False).label if rows else ""
            _tell(user_sub, AlertKind.SESSION_ENDED, actor, ended=ended)
            return
    raise SessionNotFound


def end_other_sessions(
    *,
    user_sub: str,
    request_session: "SessionStore",
    actor: Actor,
    trust_keys: Sequence[str] = (),
    bump: Callable[[int], Sequence[Write]] | None = None,
) -> None:
    """End every session of the person but this one, in one transaction; they are told.

    Every trusted browser stops being trusted with them, but the one of `trust_keys`. `bump` gives
    the writes that raise the epoch it is told instead, and what must happen with them: also what
    the person is told.
    Raises SessionEnded when this one has itself been ended, SessionsChanging, UserNotFound.
    """
    this = request_session.stored_hash
    if not this:
        raise SessionEnded
    for _ in range(TRIES):
        user = users.get_user(user_sub)
        old = user.session_epoch
        kept = _sessions.setting_epoch(this, user_sub=user_sub, old=old, new=old + 1)
        try:
            transact([*(bump(old) if bump else _bump(user, trust_keys)), kept])
        except TransactionCancelled as error:
            if error.labels == (EPOCH_LABEL,):
                raise SessionEnded from error
            continue  # another change of the epoch was faster
        _log("other sessions ended", user_sub, actor)
        if bump is None:
            _tell(user_sub, AlertKind.OTHER_SESSIONS_ENDED, actor)
        _remove_older_than(user_sub, old + 1)
        return
    raise SessionsChanging


def end_all_sessions(*, user_sub: str, actor: Actor, joined: Sequence[Write] = ()) -> None:
    """End every session and every trust of the person; `joined` is written in the same
    transaction.

    Raises SessionsChanging, UserNotFound.
    """
    for _ in range(TRIES):
        old = users.get_user(user_sub).session_epoch
        try:
            transact([users.bump_epoch_write(user_sub, old=old), *joined])
        except TransactionCancelled:
            continue
        _log("all sessions ended", user_sub, actor)
        _remove_older_than(user_sub, old + 1)
        return
    raise SessionsChanging


def limit_sessions(*, user_sub: str, keep_hash: str) -> None:
    """Drop the oldest sessions over SESSION_MAX_PER_USER, never `keep_hash`, and the oldest
    trusted browsers over theirs.

    Best effort: an outage here must not undo the sign-in that it follows.
    """
    try:
        found = _sessions.hashes_by_kind(user_sub)
        if excess_trusts := found[Kind.BROWSER][: -trusted.MOST]:
            _sessions.remove_many(excess_trusts)
        hashes = [other for other in found[Kind.SESSION] if other != keep_hash]
        if len(hashes) < settings.SESSION_MAX_PER_USER:
            return
        rows = _sessions.find_many(hashes)
        alive = [row.session_hash for row in _living(user_sub, rows, current="")]
        dead = list({row.session_hash for row in rows}.difference(alive))
        excess = max(0, len(alive) + 1 - settings.SESSION_MAX_PER_USER)
        _sessions.remove_many(dead + alive[:excess])
    except StorageError:
        logger.warning("old sessions were not dropped", exc_info=True)


def clear_expired_sessions() -> int:
    """How many were removed. Reads the whole table: for a command."""
    return _sessions.remove_expired(clock.epoch(clock.now()))


def _bump(user: User, trust_keys: Sequence[str]) -> list[Write]:
    bumped = users.bump_epoch_write(user.user_sub, old=user.session_epoch)
    return [bumped, *trusted.keeping_writes(user, trust_keys)]


def _living(user_sub: str, rows: Iterable[SessionRow], current: str) -> list[SessionRow]:
    """Without what is expired or of an older epoch; keeps the order."""
    now = clock.epoch(clock.now())
    mine = [row for row in rows if row.user_sub == user_sub and row.is_live(now)]
    known = next((row.epoch for row in mine if row.session_hash == current), None)
    epoch = users.get_user(user_sub).session_epoch if known is None and mine else known or 0
    return [row for row in mine if row.epoch >= epoch]


def _remove_older_than(user_sub: str, epoch: int) -> None:
    """They are dead already; this tidies up."""
    try:
        rows = _sessions.find_many(_sessions.hashes_of(user_sub))
        _sessions.remove_many([row.session_hash for row in rows if row.epoch < epoch])
    except StorageError:
        logger.warning("ended sessions were not removed", exc_info=True)


def _info(row: SessionRow, *, current: bool) -> SessionInfo:
    sign_in = row.sign_in or UNKNOWN
    return SessionInfo(
        sid=row.sid,
        label=sign_in.label or device_label(sign_in.user_agent),
        ip=sign_in.ip,
        user_agent=sign_in.user_agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=clock.from_epoch(min(row.expires_at, row.absolute_expires_at)),
        methods=sign_in.methods,
        current=current,
    )


def _tell(user_sub: str, kind: AlertKind, actor: Actor, **context: str) -> None:
    place = {"ip": actor.ip, "device": device_label(actor.user_agent)}
    alerts.raise_alert(user_sub=user_sub, kind=kind, context={**context, **place})


def _log(event: str, user_sub: str, actor: Actor) -> None:
    logger.info(event, extra={"user_sub": user_sub, "actor": actor.user_sub or "system"})
