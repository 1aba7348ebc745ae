"""One request to an endpoint: what it says, signed, and what came back."""

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.urls import reverse

from alerts.items import Alert
from alerts.services.views import view_of
from alerts.services.webhooks import signing
from alerts.webhook_items import Message, WebhookEndpoint
from core import clock, ids, links, outbound
from core.places import Cap
from core.targets import UrlRefused

LONGEST_ASKED = timedelta(hours=24)  # of a Retry-After
ANSWER_BYTES = 1024
USER_AGENT = "Latchkey-Webhooks/1"
# Of one person, over all workers: their slow servers hold up nobody else's webhooks.
UNDER_WAY = Cap("webhook-under-way", places=2, seconds=60)

logger = logging.getLogger(__name__)


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


def post(endpoint: WebhookEndpoint, message: Message, alert: Alert | None) -> Result:
    """Raises core.crypto.DecryptionFailed."""
    body = _body(message, alert)
    signed = signing.headers_for(endpoint, webhook_id=message.webhook_id, body=body, at=clock.now())
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
    return replace(result, milliseconds=taken)


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
        retry_after=asked_for(answer.headers.get("retry-after", "")),
    )


def asked_for(retry_after: str) -> timedelta:
    """Seconds only; zero for a date or nonsense."""
    if not (retry_after.isascii() and retry_after.isdigit()):
        return timedelta()
    return min(timedelta(seconds=min(int(retry_after[:9]), 10**8)), LONGEST_ASKED)


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
