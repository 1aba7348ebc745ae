"""Webhooks as they are kept: names only, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from billing.items.names import InboxStatus, ProviderName


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """`kind`, `ref` and `told` are those of its event; `error` says why it failed or was refused;
    `user_sub` is "" while nobody knows whose it is. `updated_at`: when it came last."""

    event_id: str
    provider: ProviderName
    type: str
    kind: str
    ref: str
    livemode: bool
    status: InboxStatus
    attempts: int
    error: str
    user_sub: str
    created_at: datetime
    updated_at: datetime
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """Oldest first; `next_cursor` is "" at the end."""

    items: list[InboxRow]
    next_cursor: str
