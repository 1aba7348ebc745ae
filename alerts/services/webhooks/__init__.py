"""Webhooks of people: their endpoints, and taking alerts there."""

from alerts.services.webhooks.deliveries import (
    SHOWN,
    delivery_writes,
    endpoints_wanting,
    list_deliveries,
    message_of,
    replay,
    send_test,
)
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
from alerts.services.webhooks.sending import deliver

__all__ = [
    "MAX_ENDPOINTS",
    "OVERLAP",
    "SHOWN",
    "add_endpoint",
    "deliver",
    "delivery_writes",
    "disable_endpoint",
    "enable_endpoint",
    "endpoints_wanting",
    "get_owned_endpoint",
    "list_deliveries",
    "list_endpoints",
    "message_of",
    "remove_endpoint",
    "replay",
    "rotate_secret",
    "send_test",
]
