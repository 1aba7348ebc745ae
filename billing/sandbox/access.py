"""Where the sandbox is, and the keys that this installation and its sandbox share."""

from django.conf import settings

from core.ids import sha256_hex

HOST = "127.0.0.1"


def is_on() -> bool:
    return bool(settings.BILLING_SANDBOX_PORT)


def url() -> str:
    """Its origin: the API's base and the host of its pages."""
    return f"http://{HOST}:{settings.BILLING_SANDBOX_PORT}"


def dashboard_url() -> str:
    """Where a developer refunds, disputes and delivers by hand."""
    return f"{url()}/dashboard/"


def api_key() -> str:
    return f"sk_test_{sha256_hex('billing-sandbox-key', settings.SECRET_KEY)[:32]}"


def webhook_secret() -> str:
    return f"whsec_{sha256_hex('billing-sandbox-webhooks', settings.SECRET_KEY)[:32]}"
