from alerts.items import AlertKind
from alerts.repository import WebhookRepository
from alerts.services.distrusting import Distrust
from alerts.services.raising import alert_writes
from alerts.webhook_items import EndpointState
from dynamo.table import Write

_webhooks = WebhookRepository()


def turn_off_new(distrust: Distrust) -> list[Write]:
    """The writes that turn off what was added since, and tell of each: to its owner, not to the
    webhook. They fail under ENDPOINT_LABEL when one was changed meanwhile."""
    writes: list[Write] = []
    for endpoint in _webhooks.all_of(distrust.user_sub):
        if endpoint.is_active and distrust.is_about(endpoint.created_at):
            context = {"webhook": endpoint.name, "host": endpoint.host, **distrust.place}
            writes.append(_webhooks.turning(endpoint, EndpointState.DISABLED))
            writes += alert_writes(
                user_sub=endpoint.user_sub, kind=AlertKind.WEBHOOK_TURNED_OFF, context=context
            )
    return writes
