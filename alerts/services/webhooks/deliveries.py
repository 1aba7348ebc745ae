"""What is sent to webhooks: an alert, a test, the same again. Each is a job that holds ids."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.catalogue import Entry
from alerts.errors import DeliveryNotFound, NothingToReplay, WebhookOff
from alerts.items import Alert
from alerts.repository import AlertRepository, WebhookRepository
from alerts.services.webhooks.endpoints import get_owned_endpoint
from alerts.services.webhooks.messages import job_ids
from alerts.webhook_items import Delivery, Message, WebhookEndpoint
from core import ids
from core.actor import Actor
from core.ratelimit import Limit, hit
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind

SHOWN = 50  # of the log of one webhook
TEST_KIND = "webhook.test"
BY_HAND = Limit("webhook-by-hand", times=60, seconds=3600)

_alerts = AlertRepository()
_webhooks = WebhookRepository()


def endpoints_wanting(user_sub: str, entry: Entry) -> list[WebhookEndpoint]:
    """Those of a person that are on and ask for alerts like this. One read."""
    return [
        endpoint
        for endpoint in _webhooks.all_of(user_sub)
        if endpoint.is_active and endpoint.asks_for(entry.category, entry.severity)
    ]


def delivery_writes(
    alert: Alert,
    endpoints: Iterable[WebhookEndpoint],
    *,
    occurrence: int,
    due: datetime | None = None,
) -> list[Write]:
    """One job per endpoint; they join the transaction of who routes the alert.

    `occurrence`: the alert's `n` that is told. `due` defaults to now.
    """
    return [
        attempt_write(
            Message(
                user_sub=alert.user_sub,
                endpoint_id=endpoint.endpoint_id,
                delivery_id=ids.new_id(),
                kind=str(alert.kind),
                alert_id=alert.alert_id,
                occurrence=occurrence,
            ),
            attempt=1,
            due=due,
        )
        for endpoint in endpoints
    ]


def attempt_write(message: Message, *, attempt: int, due: datetime | None = None) -> Write:
    """In the bulk lane: a server that answers slowly holds up no mail."""
    named = job_ids(message, attempt)
    return jobs.enqueue_write(JobKind.ALERT_WEBHOOK, ids=named, due=due, lane=Lane.BULK)


def send_test(*, user_sub: str, endpoint_id: str, actor: Actor) -> str:
    """One event that tells nothing, once, also to a webhook that is off; gives its delivery id.

    Raises WebhookNotFound, RateLimited.
    """
    endpoint = get_owned_endpoint(user_sub, endpoint_id)
    hit(BY_HAND, user_sub)
    test = Message(
        user_sub=user_sub,
        endpoint_id=endpoint.endpoint_id,
        delivery_id=ids.new_id(),
        kind=TEST_KIND,
    )
    transact([attempt_write(test, attempt=1)])
    return test.delivery_id


def replay(*, user_sub: str, endpoint_id: str, delivery_id: str, actor: Actor) -> str:
    """The same event under the same `webhook-id`, as a delivery of its own; gives its id.

    Raises WebhookNotFound, DeliveryNotFound, WebhookOff, NothingToReplay, RateLimited.
    """
    endpoint = get_owned_endpoint(user_sub, endpoint_id)
    old = get_owned_delivery(user_sub, endpoint_id, delivery_id)
    if not endpoint.is_active:
        raise WebhookOff
    if old.message.is_test or _alerts.find(user_sub, old.message.alert_id) is None:
        raise NothingToReplay
    hit(BY_HAND, user_sub)
    again = replace(old.message, delivery_id=ids.new_id())
    transact([attempt_write(again, attempt=1)])
    return again.delivery_id


def get_owned_delivery(user_sub: str, endpoint_id: str, delivery_id: str) -> Delivery:
    """Raises DeliveryNotFound."""
    found = (
        _webhooks.find_delivery(user_sub, endpoint_id, delivery_id)
        if ids.is_id(endpoint_id) and ids.is_id(delivery_id)
        else None
    )
    if found is None:
        raise DeliveryNotFound
    return found


def list_deliveries(user_sub: str, endpoint_id: str) -> tuple[WebhookEndpoint, Sequence[Delivery]]:
    """A webhook and the last 50 of its log, newest first. Raises WebhookNotFound."""
    endpoint = get_owned_endpoint(user_sub, endpoint_id)
    return endpoint, _webhooks.newest_deliveries(user_sub, endpoint_id, limit=SHOWN)
