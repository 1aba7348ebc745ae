"""One attempt at one delivery, and what follows from it. Only background jobs come here.

The attempt is an outside effect: it happens at least once. What follows (the log, the next
attempt, turning the webhook off) are writes of the job, so they happen exactly once.
"""

import json
import logging
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.urls import reverse

from alerts.items import Alert, AlertKind
from alerts.repository import AlertRepository, WebhookRepository
from alerts.services.views import view_of
from alerts.services.webhooks import signing
from alerts.services.webhooks.deliveries import attempt_write
from alerts.services.webhooks.endpoints import told_of
from alerts.webhook_items import (
    Delivery,
    DeliveryState,
    EndpointState,
    Message,
    WebhookEndpoint,
)
from alerts.webhook_texts import ALERT_GONE
from core import clock, ids, links, outbound
from core.targets import UrlRefused
from dynamo.gather import gather
from dynamo.table import Write

# Waits after each failed attempt (Standard Webhooks): ten attempts within 75 hours.
DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
JITTER = 0.2
LONGEST_ASKED = timedelta(hours=24)  # of a Retry-After
PATIENCE = timedelta(hours=120)  # of nothing but failures
ANSWER_BYTES = 1024
GONE = 410
USER_AGENT = "Latchkey-Webhooks/1"

logger = logging.getLogger(__name__)

_alerts = AlertRepository()
_webhooks = WebhookRepository()
_jitter = random.SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`status` is 0 and `error` says why when there was no answer."""

    status: int = 0
    error: str = ""
    answer: str = ""
    retry_after: timedelta = timedelta()
    milliseconds: int = 0

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


def message_of(job_ids: Mapping[str, str]) -> tuple[Message, int]:
    """What the job of attempt_write() is about, and the number of the attempt."""
    message = Message(
        user_sub=job_ids["user_sub"],
        endpoint_id=job_ids["endpoint_id"],
        delivery_id=job_ids["delivery_id"],
        kind=job_ids["kind"],
        alert_id=job_ids["alert_id"],
        occurrence=int(job_ids["occurrence"]),
    )
    return message, int(job_ids["attempt"])


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
    result = _attempt(endpoint, message, _body(message, alert))
    return _consequences(endpoint, message, attempt, result)


def _alert_of(message: Message) -> Alert | None:
    return None if message.is_test else _alerts.find(message.user_sub, message.alert_id)


def _attempt(endpoint: WebhookEndpoint, message: Message, body: str) -> Result:
    now = clock.now()
    signed = signing.headers_for(endpoint, webhook_id=message.webhook_id, body=body, at=now)
    headers = {**signed, "content-type": "application/json", "user-agent": USER_AGENT}
    started = time.perf_counter()
    result = _posted(endpoint.url, body.encode(), headers)
    taken = int((time.perf_counter() - started) * 1000)
    logger.info(
        "webhook attempt",
        extra={
            "endpoint_id": endpoint.endpoint_id,
            "delivery_id": message.delivery_id,
            "status": result.status,
            "error_code": result.error,
            "ms": taken,
        },
    )
    return Result(
        status=result.status,
        error=result.error,
        answer=result.answer,
        retry_after=result.retry_after,
        milliseconds=taken,
    )


def _posted(url: str, body: bytes, headers: Mapping[str, str]) -> Result:
    try:
        answer = outbound.post(url, body=body, headers=headers, max_bytes=ANSWER_BYTES)
    except UrlRefused:
        return Result(error=str(outbound.Failure.ADDRESS_REFUSED))
    except outbound.OutboundFailed as error:
        return Result(error=str(error.failure))
    return Result(
        status=answer.status,
        answer=_as_text(answer.body),
        retry_after=_asked_for(answer.headers.get("retry-after", "")),
    )


def _consequences(
    endpoint: WebhookEndpoint, message: Message, attempt: int, result: Result
) -> list[Write]:
    now = clock.now()
    if result.is_success:
        state = DeliveryState.DELIVERED
        return [_logged(message, attempt, result, state), _healthy(endpoint)]
    failed = _logged(message, attempt, result, DeliveryState.FAILED)
    if message.is_test:
        return [failed, _webhooks.holding(endpoint)]
    if result.status == GONE:
        return [failed, *_turned_off(endpoint, EndpointState.GONE)]
    if endpoint.failing_since and now - endpoint.failing_since >= PATIENCE:
        return [failed, *_turned_off(endpoint, EndpointState.FAILING)]
    health = _webhooks.holding(endpoint) if endpoint.failing_since else _failing(endpoint, now)
    if attempt > len(DELAYS):
        return [failed, health]
    due = now + max(_delay(attempt), result.retry_after)
    again = attempt_write(message, attempt=attempt + 1, due=due)
    retrying = _logged(message, attempt, result, DeliveryState.RETRYING, next_at=due)
    return [retrying, health, again]


def _turned_off(endpoint: WebhookEndpoint, state: EndpointState) -> list[Write]:
    told = told_of(endpoint, AlertKind.WEBHOOK_DISABLED, None)
    return [_webhooks.turning(endpoint, state), *told]


def _healthy(endpoint: WebhookEndpoint) -> Write:
    if endpoint.failing_since is None:
        return _webhooks.holding(endpoint)
    return _webhooks.noting_health(endpoint, failing_since=None)


def _failing(endpoint: WebhookEndpoint, now: datetime) -> Write:
    return _webhooks.noting_health(endpoint, failing_since=now)


def _unsent(
    endpoint: WebhookEndpoint, message: Message, attempt: int, state: DeliveryState, error: str
) -> list[Write]:
    logged = _logged(message, attempt - 1, Result(error=error), state)
    return [logged, _webhooks.holding(endpoint)]


def _logged(
    message: Message,
    attempts: int,
    result: Result,
    state: DeliveryState,
    *,
    next_at: datetime | None = None,
) -> Write:
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


def _delay(attempt: int) -> timedelta:
    return DELAYS[attempt - 1] * _jitter.uniform(1 - JITTER, 1 + JITTER)


def _body(message: Message, alert: Alert | None) -> str:
    """`{type, timestamp, data}`; the same for each attempt, as long as the alert is the same."""
    at = alert.last_at if alert else ids.moment_of(message.delivery_id)
    data = _data(alert, message.occurrence) if alert else {"endpoint_id": message.endpoint_id}
    event = {"type": message.kind, "timestamp": clock.text(at), "data": data}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def _data(alert: Alert, occurrence: int) -> dict[str, Any]:
    view = view_of(alert, read_upto="")
    return {
        "alert_id": alert.alert_id,
        "category": str(view.category),
        "severity": int(view.severity),
        "title": view.title,
        "sentence": view.sentence,
        "facts": {fact.name: fact.value for fact in view.facts},
        "n": occurrence,
        "first_at": clock.text(alert.first_at),
        "last_at": clock.text(alert.last_at),
        "url": links.absolute(reverse("alerts:detail", args=[alert.alert_id])),
    }


def _as_text(body: bytes) -> str:
    """What a page may show of what a stranger's server said."""
    text = body.decode(errors="replace")
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def _asked_for(retry_after: str) -> timedelta:
    """Seconds only; zero for a date or nonsense."""
    if not (retry_after.isascii() and retry_after.isdigit()):
        return timedelta()
    return min(timedelta(seconds=min(int(retry_after[:9]), 10**8)), LONGEST_ASKED)
