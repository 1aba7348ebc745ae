"""Telling a webhook that alerts about security no longer come there: by itself, one last time.

What that takes (the address, what signs) travels with the job, as it was at the moment of the
change: by the time the job runs the webhook may be gone, or be led elsewhere.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from alerts.catalogue import CATALOGUE
from alerts.items import Alert, AlertKind, Category
from alerts.services.webhooks.messages import job_ids
from alerts.webhook_items import Message, WebhookEndpoint
from core import clock, ids
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
    """A job each; they join the transaction of the change that `alert` tells of."""
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
            facts=_facts(endpoint),
        )
        for endpoint in endpoints
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
    """The secrets stay sealed within the sealed part of the job."""
    until = clock.text(endpoint.old_until) if endpoint.old_until else ""
    return {
        "url": endpoint.url,
        "secret": endpoint.secret,
        "old_secret": endpoint.old_secret,
        "old_until": until,
    }
