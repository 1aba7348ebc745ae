"""One attempt at one delivery, and what follows from it. Only background jobs come here.

The attempt is an outside effect: it happens at least once. What follows (the log, the next
attempt, turning the webhook off) are writes of the job, so they happen exactly once.

While a webhook fails, one delivery at a time tries it, at the time that the last failure set: the
probe. The others are put off until then, without having tried.
"""

import random
from datetime import datetime, timedelta
from functools import partial

from alerts.items import Alert, AlertKind
from alerts.repository import AlertRepository, WebhookRepository
from alerts.services.webhooks import posting
from alerts.services.webhooks.deliveries import attempt_write
from alerts.services.webhooks.endpoints import told_of
from alerts.services.webhooks.posting import Result
from alerts.webhook_items import (
    Delivery,
    DeliveryState,
    EndpointState,
    Message,
    WebhookEndpoint,
)
from alerts.webhook_texts import ALERT_GONE, WAITS
from core import clock, places
from dynamo.errors import ConditionFailed
from dynamo.gather import gather
from dynamo.table import Write

# Waits after each failure of a webhook (Standard Webhooks): ten attempts within 75 hours.
DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
ATTEMPTS = len(DELAYS) + 1
JITTER = 0.2
PATIENCE = timedelta(hours=120)  # of nothing but failures
PROBE_LEASE = timedelta(seconds=60)  # longer than an attempt: its worker may die
BUSY = (3.0, 9.0)  # seconds until a delivery asks again for one of its owner's places
BEHIND = (2.0, 20.0)  # seconds that what is put off comes after the probe
GONE = 410

_alerts = AlertRepository()
_webhooks = WebhookRepository()
_random = random.SystemRandom()


def deliver(message: Message, *, attempt: int) -> list[Write]:
    """Sends it; the writes say what becomes of it. None when the webhook is gone.

    They fail when it was removed meanwhile: the job is then repeated, and finds it gone.
    """
    endpoint, alert = gather(
        partial(_webhooks.find, message.user_sub, message.endpoint_id),
        partial(_alert_of, message),
    )
    if endpoint is None:
        return []
    if not (endpoint.is_active or message.is_test):
        return _unsent(endpoint, message, attempt, DeliveryState.DROPPED, "")
    if alert is None and not message.is_test:
        return _unsent(endpoint, message, attempt, DeliveryState.FAILED, ALERT_GONE)
    probe_at = None if message.is_test else endpoint.probe_after(clock.now())
    if probe_at is not None:
        return _put_off(endpoint, message, attempt, until=probe_at)
    result = _tried(endpoint, message, alert)
    if result is None:
        return [attempt_write(message, attempt=attempt, due=busy_until())]
    return _consequences(endpoint, message, attempt, result)


def busy_until() -> datetime:
    return _from(clock.now(), *BUSY)


def _alert_of(message: Message) -> Alert | None:
    return None if message.is_test else _alerts.find_to_send(message.user_sub, message.alert_id)


def _tried(endpoint: WebhookEndpoint, message: Message, alert: Alert | None) -> Result | None:
    """None when it is not its turn: its owner's places are taken, or another one is the probe."""
    place = places.take(posting.UNDER_WAY, message.user_sub)
    if place is None:
        return None
    try:
        is_free = message.is_test or endpoint.failing_since is None
        if is_free or _is_probe(endpoint):
            return posting.post(endpoint, message, alert)
    finally:
        places.leave(place)
    return None


def _is_probe(endpoint: WebhookEndpoint) -> bool:
    try:
        _webhooks.claim_probe(endpoint, until=clock.now() + PROBE_LEASE)
    except ConditionFailed:
        return False
    return True


def _put_off(
    endpoint: WebhookEndpoint, message: Message, attempt: int, *, until: datetime
) -> list[Write]:
    """Without counting an attempt."""
    due = _from(until, *BEHIND)
    waiting = Result(error=WAITS)
    noted = (
        logged(message, 0, waiting, DeliveryState.RETRYING, next_at=due)
        if attempt == 1
        else _webhooks.postponing(message, next_at=due)
    )
    return [noted, _webhooks.holding(endpoint), attempt_write(message, attempt=attempt, due=due)]


def _consequences(
    endpoint: WebhookEndpoint, message: Message, attempt: int, result: Result
) -> list[Write]:
    now = clock.now()
    if result.is_success:
        state = DeliveryState.DELIVERED
        return [logged(message, attempt, result, state), _healthy(endpoint)]
    failed = logged(message, attempt, result, DeliveryState.FAILED)
    if message.is_test:
        return [failed, _webhooks.holding(endpoint)]
    if result.status == GONE:
        return [failed, *_turned_off(endpoint, EndpointState.GONE)]
    if endpoint.failing_since and now - endpoint.failing_since >= PATIENCE:
        return [failed, *_turned_off(endpoint, EndpointState.FAILING)]
    due = now + max(_delay(endpoint.failures), result.retry_after)
    health = _webhooks.noting_failure(endpoint, at=now, probe_at=due)
    if attempt >= ATTEMPTS:
        return [failed, health]
    again = attempt_write(message, attempt=attempt + 1, due=due)
    retrying = logged(message, attempt, result, DeliveryState.RETRYING, next_at=due)
    return [retrying, health, again]


def _turned_off(endpoint: WebhookEndpoint, state: EndpointState) -> list[Write]:
    told = told_of(endpoint, AlertKind.WEBHOOK_DISABLED, None)
    return [_webhooks.turning(endpoint, state), *told]


def _healthy(endpoint: WebhookEndpoint) -> Write:
    if endpoint.failing_since is None:
        return _webhooks.holding(endpoint)
    return _webhooks.noting_success(endpoint)


def _unsent(
    endpoint: WebhookEndpoint, message: Message, attempt: int, state: DeliveryState, error: str
) -> list[Write]:
    unsent = logged(message, attempt - 1, Result(error=error), state)
    return [unsent, _webhooks.holding(endpoint)]


def logged(
    message: Message,
    attempts: int,
    result: Result,
    state: DeliveryState,
    *,
    next_at: datetime | None = None,
) -> Write:
    """What the log says of the last attempt."""
    return _webhooks.logging(
        Delivery(
            message=message,
            state=state,
            attempts=attempts,
            status=result.status,
            error=result.error,
            milliseconds=result.milliseconds,
            answer=result.answer,
            next_at=next_at,
            updated_at=clock.now(),
        )
    )


def _delay(failures: int) -> timedelta:
    """After one more than those."""
    wait = DELAYS[min(failures, len(DELAYS) - 1)]
    return wait * _random.uniform(1 - JITTER, 1 + JITTER)


def _from(moment: datetime, least: float, most: float) -> datetime:
    return moment + timedelta(seconds=_random.uniform(least, most))
