"""A key as the pages show it at a moment."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apikeys import services
from apikeys.items import UNDO_WITHIN, ApiKey, KeyStatus, PreviousSecret
from apikeys.services.networks import MOST_SEEN
from apikeys.wording import END_TEXTS, HINT_BADGES, STATUS_TEXTS, Text, duration
from core.scopes import Scope

MOST_SCOPES = 4  # of a line in the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    badge: Text
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownKey:
    """`previous`: the former secret while it works. `undo_until`: None when it is too late."""

    key: ApiKey
    status: KeyStatus
    word: Text
    tone: str
    advice: list[Advice]
    previous: PreviousSecret | None
    undo_until: datetime | None
    calls: int = 0

    @property
    def is_living(self) -> bool:
        return self.status in (KeyStatus.ACTIVE, KeyStatus.DISABLED)

    @property
    def is_rotating(self) -> bool:
        return self.key.pending is not None or self.previous is not None

    @property
    def after_first_use(self) -> str:
        """What becomes of the secret in use once a pending one takes over."""
        if self.key.pending is None:
            return ""
        if not self.key.pending.overlap:
            return _("At the first use of the new one, the one in use now ends.")
        hours = int(self.key.pending.overlap.total_seconds()) // 3600
        text = _("From the first use of the new one on, the one in use now works for %(time)s.")
        return text % {"time": duration(hours)}

    @property
    def seen_from(self) -> str:
        """How many networks it was used from; beyond a number they are not told apart."""
        seen = len(self.key.seen_networks)
        if seen >= MOST_SEEN:
            return _("%(n)d networks or more") % {"n": seen}
        return ngettext("%(n)d network", "%(n)d networks", seen) % {"n": seen} if seen else ""

    @property
    def why_ended(self) -> Text:
        return END_TEXTS[self.key.end_reason] if self.key.end_reason else ""

    @property
    def first_scopes(self) -> list[Scope]:
        return self.key.sorted_scopes[:MOST_SCOPES]

    @property
    def more_scopes(self) -> int:
        return max(0, len(self.key.scopes) - MOST_SCOPES)


def shown_key(key: ApiKey, now: datetime, *, calls: int = 0) -> ShownKey:
    status = key.status_at(now)
    word, tone = STATUS_TEXTS[status]
    return ShownKey(
        key=key,
        status=status,
        word=word,
        tone=tone,
        advice=[
            Advice(badge=HINT_BADGES[hint], text=services.HINT_TEXTS[hint])
            for hint in services.hints_of(key, now)
        ],
        previous=key.previous_at(now),
        undo_until=_undo_until(key, now),
        calls=calls,
    )


def _undo_until(key: ApiKey, now: datetime) -> datetime | None:
    if key.revoked_at is None or not key.can_return_at(now):
        return None
    return key.revoked_at + UNDO_WITHIN
