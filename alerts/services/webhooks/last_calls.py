"""Telling a webhook that alerts about security no longer come there: by itself, one last time.

What that takes (the address, what signs) travels with the job, as it was at the moment of the
change: by the time the job runs the webhook may be gone, or be led elsewhere.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from alerts.catalogue import CATALOGUE
from alerts.items import Alert, AlertKind, Category
from alerts.services.webhooks import signing
from alerts.services.webhooks.messages import job_ids
from alerts.webhook_items import Message, WebhookEndpoint
from core import clock, crypto, ids
from dynamo.table import Write
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind


def hears_of(endpoint: WebhookEndpoint, kinds: Collection[AlertKind]) -> bool:
    """Whether it gets any of those that are about security."""
    entries = [CATALOGUE[kind] for kind in kinds]
    severities = [entry.severity for entry in entries if entry.category is Category.SECURITY]
    return endpoint.is_active and any(
        endpoint.asks_for(Category.SECURITY, severity) for severity in severities
    )


def last_call_writes(alert: Alert, endpoints: Iterable[WebhookEndpoint]) -> list[Write]:
    """A job each, for those whose secret opens; they join the transaction of the change that
    `alert` tells of."""
    return [
        attempt_write(
            Message(
                user_sub=alert.user_sub,
                endpoint_id=endpoint.endpoint_id,
                delivery_id=ids.new_id(),
                kind=str(alert.kind),
                alert_id=alert.alert_id,
            ),
            attempt=1,
            facts=facts,
        )
        for endpoint in endpoints
        if (facts := _facts(endpoint))["secret"]
    ]


def attempt_write(
    message: Message, *, attempt: int, facts: Mapping[str, str], due: datetime | None = None
) -> Write:
    return jobs.enqueue_write(
        JobKind.ALERT_WEBHOOK_LAST_CALL,
        ids=job_ids(message, attempt),
        secret=facts,
        due=due,
        lane=Lane.BULK,
    )


def _facts(endpoint: WebhookEndpoint) -> dict[str, str]:
    """They are sealed with the job as a whole, and with it put under another key."""
    until = clock.text(endpoint.old_until) if endpoint.old_until else ""
    old = endpoint.old_secret_at(clock.now())
    return {
        "url": endpoint.url,
        "secret": _opened(endpoint, endpoint.secret),
        "old_secret": _opened(endpoint, old) if old else "",
        "old_until": until,
    }


def _opened(endpoint: WebhookEndpoint, blob: str) -> str:
    """Empty when its key is gone: the webhook can be turned off all the same."""
    with suppress(crypto.DecryptionFailed):
        return signing.opened(endpoint, blob)
    return ""
