"""Webhooks once more: those that failed here, and those that never came."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from billing import providers
from billing.errors import WebhookNotFound
from billing.items import InboxPage, InboxRow, InboxStatus, ProviderName
from billing.providers.messages import Event, EventKind
from billing.repository import InboxRepository
from billing.services.events import handle_event
from billing.services.wallet import require_configured
from core import clock
from core.errors import ApplicationError
from dynamo import cursor as cursors

PAGE = 50
LONGEST_ID = 255
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
PAUSES = (_MINUTE, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 6 * _HOUR, 24 * _HOUR)
DONE_WITHIN = _MINUTE  # by whoever received it
_FAILED_SCOPE, _REFUSED_SCOPE = "staff:webhooks", "staff:webhooks:refused"

logger = logging.getLogger("billing.webhooks")
_inbox = InboxRepository()


def failed_webhooks(cursor: str = "") -> InboxPage:
    """What could not be done so far, or broke off. Raises CursorForged, CursorExpired."""
    page = _page(InboxStatus.FAILED, cursor, _FAILED_SCOPE)
    return replace(page, items=[row for row in page.items if not _is_being_done(row)])


def refused_webhooks(cursor: str = "") -> InboxPage:
    """What is genuine and did not fit: nothing was done. Raises CursorForged, CursorExpired."""
    return _page(InboxStatus.REFUSED, cursor, _REFUSED_SCOPE)


def get_webhook(event_id: str) -> InboxRow:
    """Consistent. Raises WebhookNotFound."""
    require_configured()
    if 0 < len(event_id) <= LONGEST_ID:
        for provider in ProviderName:
            if row := _inbox.find(provider, event_id):
                return row
    raise WebhookNotFound


def replay_webhook(event_id: str) -> InboxRow:
    """Do it once more, whatever became of it; the webhook as it is afterwards. What it tells of is
    asked of the provider now, so doing it twice does nothing more.

    Raises WebhookNotFound, ProviderNotEnabled, EventTooEarly, NoAnswer, and whatever broke.
    """
    row = get_webhook(event_id)
    event = Event(
        id=row.event_id,
        type=row.type,
        kind=EventKind(row.kind),
        livemode=row.livemode,
        ref=row.ref,
        told=row.told,
    )
    handle_event(providers.get_provider(row.provider), event, again=True)
    return get_webhook(event_id)


def retry_webhooks() -> int:
    """Do again what failed and whose pause is over; how many ended. Each is tried daily in
    the end, for as long as it is kept: what waits for a provider's decision waits for weeks."""
    ended, cursor = 0, ""
    while True:
        page = failed_webhooks(cursor)
        ended += sum(_retry(row) for row in page.items if _is_due(row))
        cursor = page.next_cursor
        if not cursor:
            return ended


def missed_webhooks(since: datetime) -> Iterator[tuple[str, str]]:
    """Ask every provider that is on what it told since then, and do what is not done; the id of
    each event and what became of it: a status, or the name of what broke.

    Raises ProviderRefused, NoAnswer.
    """
    require_configured()
    for provider in providers.enabled_providers():
        for event in provider.missed_events(since):
            yield event.id, _became(event.id, partial(handle_event, provider, event))


def replay_webhooks(event_ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    """replay_webhook() for each, told in the same way: one that fails holds up no other."""
    for event_id in event_ids:
        yield event_id, _became(event_id, partial(replay_webhook, event_id))


def _page(status: InboxStatus, cursor: str, scope: str) -> InboxPage:
    require_configured()
    start = cursors.decode(cursor, scope=scope) if cursor else None
    rows, following = _inbox.page_of(status, limit=PAGE, start=start)
    next_cursor = cursors.encode(following, scope=scope) if following else ""
    return InboxPage(items=rows, next_cursor=next_cursor)


def _is_being_done(row: InboxRow) -> bool:
    return row.status is InboxStatus.RECEIVED and clock.now() - row.updated_at < DONE_WITHIN


def _is_due(row: InboxRow) -> bool:
    """Deliveries count as tries, so their number alone is no reason to give up."""
    pause = PAUSES[min(row.attempts, len(PAUSES)) - 1]
    return clock.now() - row.updated_at >= pause


def _retry(row: InboxRow) -> bool:
    try:
        return replay_webhook(row.event_id).status is not InboxStatus.FAILED
    except Exception:  # noted in its row, and done again later; the others have their turn
        logger.exception("webhook failed again", extra={"webhook_id": row.event_id})
        return False


def _became(event_id: str, do: Callable[[], object]) -> str:
    try:
        do()
    except ApplicationError as error:
        return error.code
    except Exception as error:
        logger.exception("webhook failed again", extra={"webhook_id": event_id})
        return type(error).__name__
    return str(get_webhook(event_id).status)
