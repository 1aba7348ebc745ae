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
    return f"sk_test_{secret('key')}"


def webhook_secret() -> str:
    return f"whsec_{secret('webhooks')}"


def paypal_url() -> str:
    """The base of PayPal's API; its pages are below it, too."""
    return f"{url()}/paypal"


def paypal_client() -> tuple[str, str]:
    """The id and the secret of the app."""
    return "sandbox-app", secret("paypal-client")


def paypal_webhook_id() -> str:
    return f"8{secret('paypal-webhook')[:16].upper()}"


def ccbill_url() -> str:
    """The base of CCBill's RESTful API and of its forms."""
    return f"{url()}/ccbill"


def datalink_url() -> str:
    return f"{url()}/datalink"


CCBILL_ACCOUNT, CCBILL_SUBACCOUNT = "900000", "0000"
CCBILL_FLEX_ID = "5a4b2f3e-7c1d-4e6f-8a9b-0c1d2e3f4a5b"
CCBILL_NETWORKS = (f"{HOST}/32",)


def ccbill_app() -> tuple[str, str]:
    return "sandbox-app", secret("ccbill-app")


def ccbill_datalink() -> tuple[str, str]:
    return "sandbox", secret("ccbill-datalink")


def secret(name: str) -> str:
    """32 hexadecimal digits for `ccbill-salt`, `ccbill-webhooks` …: this installation's own."""
    return sha256_hex(f"billing-sandbox-{name}", settings.SECRET_KEY)[:32]
