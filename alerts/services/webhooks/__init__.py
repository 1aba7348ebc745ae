"""Webhooks of people: their endpoints, and taking alerts there."""

from alerts.repository import ENDPOINT_LABEL
from alerts.services.webhooks.deliveries import (
    SHOWN,
    delivery_writes,
    endpoints_wanting,
    list_deliveries,
    replay,
    send_test,
)
from alerts.services.webhooks.distrusting import turn_off_new
from alerts.services.webhooks.endpoints import (
    MAX_ENDPOINTS,
    OVERLAP,
    add_endpoint,
    disable_endpoint,
    enable_endpoint,
    get_owned_endpoint,
    list_endpoints,
    remove_endpoint,
    rotate_secret,
)
from alerts.services.webhooks.last_call_sending import deliver_last_call
from alerts.services.webhooks.last_calls import hears_of, last_call_writes
from alerts.services.webhooks.messages import message_of
from alerts.services.webhooks.sending import deliver

__all__ = [
    "ENDPOINT_LABEL",
    "MAX_ENDPOINTS",
    "OVERLAP",
    "SHOWN",
    "add_endpoint",
    "deliver",
    "deliver_last_call",
    "delivery_writes",
    "disable_endpoint",
    "enable_endpoint",
    "endpoints_wanting",
    "get_owned_endpoint",
    "hears_of",
    "last_call_writes",
    "list_deliveries",
    "list_endpoints",
    "message_of",
    "remove_endpoint",
    "replay",
    "rotate_secret",
    "send_test",
    "turn_off_new",
]
