"""Signatures as https://www.standardwebhooks.com says, and the secrets they are made with."""

import base64
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

from alerts.webhook_items import WebhookEndpoint
from core import clock, crypto

PREFIX = "whsec_"
SECRET_BYTES = 32  # the standard wants 24 to 64


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sealed(secret: str, *, user_sub: str, endpoint_id: str) -> str:
    """As it is stored: it opens for this endpoint only."""
    return crypto.encrypt(secret, context=secret_context(user_sub, endpoint_id))


def opened(endpoint: WebhookEndpoint, blob: str) -> str:
    """Raises core.crypto.DecryptionFailed."""
    return crypto.decrypt(blob, context=secret_context(endpoint.user_sub, endpoint.endpoint_id))


def headers_for(
    endpoint: WebhookEndpoint, *, webhook_id: str, body: str, at: datetime
) -> Mapping[str, str]:
    """`webhook-id`, `webhook-timestamp`, `webhook-signature`: by both secrets after a rotation.

    Raises core.crypto.DecryptionFailed.
    """
    blobs = [blob for blob in (endpoint.secret, endpoint.old_secret_at(at)) if blob]
    signatures = [sign(opened(endpoint, blob), webhook_id, at, body) for blob in blobs]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(clock.epoch(at)),
        "webhook-signature": " ".join(signatures),
    }


def sign(secret: str, webhook_id: str, at: datetime, body: str) -> str:
    """`v1,<base64>`. The library takes any time for UTC, so it is given that."""
    return Webhook(secret).sign(webhook_id, at.astimezone(UTC), body)


def secret_context(user_sub: str, endpoint_id: str) -> str:
    return f"webhook:{user_sub}:{endpoint_id}"
