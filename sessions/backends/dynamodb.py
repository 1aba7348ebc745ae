"""Django's session engine on DynamoDB. docs/adr/0007-session-engine.md has the reasons.

Errors of storage pass through as they are: an outage must never look like "signed out".
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from typing_extensions import override

from core import clock
from dynamo.errors import ConditionFailed
from sessions import contents, keys, lifetimes, saving
from sessions.items import Lifetime, SessionRow
from sessions.repository import SessionRepository

CREATE_TRIES = 3

_sessions = SessionRepository()


class SessionStore(SessionBase):
    """`moves_at_save`: cycle_key() leaves the change of keys to the next save, which writes the
    new row and deletes the old one at once. The middleware sets it, because it saves at the end
    of each request; without it cycle_key() saves by itself.
    """

    moves_at_save = False
    _session_cache: dict[str, Any]
    if TYPE_CHECKING:  # of Django's contract for engines, but not in its type stubs
        _session: dict[str, Any]

        def _get_session(self, no_load: bool = False) -> dict[str, Any]: ...
        async def _aget_session(self, no_load: bool = False) -> dict[str, Any]: ...

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._row: SessionRow | None = None  # as last read or written
        self._old_key: str | None = None  # where the row still is, once a move is due
        self.has_signed_in = False  # a save has given the row a new owner

    @property
    def sid(self) -> str:
        return self._row.sid if self._row else ""

    @property
    def user_sub(self) -> str:
        return self._row.user_sub if self._row else ""

    @property
    def epoch(self) -> int:
        return self._row.epoch if self._row else 0

    @property
    def stored_hash(self) -> str:
        """The digest the row is under; empty for a new session."""
        return keys.hash_of(self._stored_key) if self._stored_key else ""

    def read_epoch_again(self) -> int | None:
        """As stored now; None when the session is gone."""
        row = saving.find(self._stored_key)
        return row.epoch if row else None

    def touch(self) -> bool:
        """Move the idle end; True if this call did. At most once in SESSION_TOUCH_SECONDS."""
        unseen_since = clock.now() - timedelta(seconds=settings.SESSION_TOUCH_SECONDS)
        if self._row is None or self._row.seen_at > unseen_since:
            return False
        row = saving.seen_now(self._row, idle=self._idle_seconds())
        try:
            _sessions.touch(row, unseen_since=unseen_since)
        except ConditionFailed:
            return False  # another request was faster, or the session is gone
        self._row = row
        return True

    @override
    def exists(self, session_key: str | None) -> bool:
        return saving.find(session_key) is not None

    @override
    def load(self) -> dict[str, Any]:
        row = saving.find(self._stored_key)
        is_first = not hasattr(self, "_session_cache")
        if row is None:
            if self.session_key is not None and not is_first:
                self._session_cache = {}  # a later save must not bring it back
            self._session_key = self._old_key = self._row = None
            return {}
        if is_first:
            self._row = row
        return contents.from_texts(contents.texts_of(row, self.serializer()), self.serializer())

    @override
    def create(self) -> None:
        for _ in range(CREATE_TRIES):
            self._session_key = keys.new_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return
        raise CreateError

    @override
    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError when the session was ended meanwhile, CreateError when the key is
        taken, SessionTooLarge. An unchanged session is not written."""
        if self.session_key is None:
            self.create()
            return
        self._get_session(no_load=must_create)
        try:
            row = self._add() if must_create else self._update()
        except saving.RowGone as error:
            raise UpdateError from error
        self.has_signed_in |= row.user_sub not in ("", self.user_sub)
        self._row, self._old_key = row, None
        self._show(self._stored_texts())

    @override
    def delete(self, session_key: str | None = None) -> None:
        if session_key in (None, self.session_key):
            saving.remove(self._stored_key)
            self._row = self._old_key = None
        else:
            saving.remove(session_key)

    @override
    def cycle_key(self) -> None:
        """Raises UpdateError when the session was ended meanwhile: that would revive it.

        A session that is not stored yet gets its key with its first save, as every new one.
        """
        self._get_session()
        self.modified = True
        if self.session_key is None or self._old_key is not None:
            return
        self._old_key, self._session_key = self.session_key, keys.new_key()
        if not self.moves_at_save:
            self.save()

    @override
    async def acycle_key(self) -> None:
        await sync_to_async(self.cycle_key)()

    @override
    def get_session_cookie_age(self) -> int:
        lifetime = self._lifetime()
        if lifetime is None:
            return settings.SESSION_COOKIE_AGE
        return int(lifetimes.idle_time(lifetime).total_seconds())

    @override
    def get_expire_at_browser_close(self) -> bool:
        if self.get("_session_expiry") is None and (lifetime := self._lifetime()):
            return lifetimes.ends_with_browser(lifetime)
        return super().get_expire_at_browser_close()

    @override
    async def aget_expire_at_browser_close(self) -> bool:
        await self._aget_session()
        return self.get_expire_at_browser_close()

    @classmethod
    @override
    def clear_expired(cls) -> None:
        """Reads the whole table; DynamoDB's TTL does this by itself."""
        _sessions.remove_expired(clock.epoch(clock.now()))

    @property
    def _stored_key(self) -> str | None:
        return self._old_key or self.session_key

    def _get_new_session_key(self) -> str:
        return keys.new_key()  # adding the row finds out whether it is taken

    async def _aget_new_session_key(self) -> str:
        return keys.new_key()

    def _idle_seconds(self) -> int:
        return int(self.get_expiry_age())

    def _lifetime(self) -> Lifetime | None:
        """Without reading: get_expiry_age(expiry=…) must not."""
        meta = getattr(self, "_session_cache", {}).get(contents.META_KEY)
        return Lifetime(meta["lifetime"]) if meta else None

    def _texts(self) -> contents.Texts:
        return contents.to_texts(self._session, self.serializer())

    def _stored_texts(self) -> contents.Texts:
        return contents.texts_of(self._row, self.serializer()) if self._row else {}

    def _show(self, texts: contents.Texts) -> None:
        """Values that are the same already stay the objects that callers may hold."""
        if self._texts() != texts:
            self._session_cache = contents.from_texts(texts, self.serializer())

    def _add(self) -> SessionRow:
        assert self.session_key is not None
        try:
            return saving.add(
                self.session_key,
                self._texts(),
                idle=self._idle_seconds(),
                serializer=self.serializer(),
            )
        except ConditionFailed as error:
            raise CreateError from error

    def _update(self) -> SessionRow:
        key, old_key = self.session_key, self._stored_key
        if self._row is None:  # cleared or deleted without being read
            self._row = saving.find(old_key)
        if self._row is None or key is None or old_key is None:
            raise UpdateError
        if key == old_key and self._texts() == self._stored_texts():
            return self._row
        return saving.save(
            self._row,
            self._texts(),
            key=key,
            old_key=old_key,
            idle=self._idle_seconds(),
            serializer=self.serializer(),
        )
