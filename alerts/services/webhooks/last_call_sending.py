"""One attempt at a last call, and what follows from it. Only background jobs come here."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from alerts.repository import AlertRepository, WebhookRepository
from alerts.services.webhooks import posting, signing
from alerts.services.webhooks.last_calls import attempt_write
from alerts.services.webhooks.sending import GONE, busy_until, logged
from alerts.webhook_items import DeliveryState, Message, WebhookEndpoint
from core import clock, places
from dynamo.table import Write

DELAYS = (timedelta(seconds=5), timedelta(minutes=5))  # three attempts in all

_alerts = AlertRepository()
_webhooks = WebhookRepository()


def deliver_last_call(message: Message, *, attempt: int, facts: Mapping[str, str]) -> list[Write]:
    """It changes nothing about the webhook, which may be on again; the writes say what follows."""
    alert = _alerts.find_to_send(message.user_sub, message.alert_id)
    if alert is None:  # the account is erased: nobody else can remove such an alert
        return []
    place = places.take(posting.UNDER_WAY, message.user_sub)
    if place is None:
        return [attempt_write(message, attempt=attempt, facts=facts, due=busy_until())]
    try:
        result = posting.post(_as_it_was(message, facts), message, alert)
    finally:
        places.leave(place)
    if result.is_success or result.status == GONE or attempt > len(DELAYS):
        state = DeliveryState.DELIVERED if result.is_success else DeliveryState.FAILED
        return _noted(message, attempt, result, state)
    due = clock.now() + max(DELAYS[attempt - 1], result.retry_after)
    again = attempt_write(message, attempt=attempt + 1, facts=facts, due=due)
    noted = _noted(message, attempt, result, DeliveryState.RETRYING, next_at=due)
    return [*noted, again]


def _noted(
    message: Message,
    attempt: int,
    result: posting.Result,
    state: DeliveryState,
    *,
    next_at: datetime | None = None,
) -> list[Write]:
    """In the log of the webhook, where that is still there."""
    endpoint = _webhooks.find(message.user_sub, message.endpoint_id)
    if endpoint is None:
        return []
    noted = logged(message, attempt, result, state, next_at=next_at)
    return [noted, _webhooks.holding(endpoint)]


def _as_it_was(message: Message, facts: Mapping[str, str]) -> WebhookEndpoint:
    secret, old = (_sealed(message, facts[name]) for name in ("secret", "old_secret"))
    return WebhookEndpoint(
        endpoint_id=message.endpoint_id,
        user_sub=message.user_sub,
        name="",
        url=facts["url"],
        secret=secret,
        categories=frozenset(),
        min_severity=0,
        old_secret=old,
        old_until=clock.parse(facts["old_until"]) if facts["old_until"] else None,
        created_at=clock.now(),
    )


def _sealed(message: Message, secret: str) -> str:
    return secret and signing.sealed(
        secret, user_sub=message.user_sub, endpoint_id=message.endpoint_id
    )
