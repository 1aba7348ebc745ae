"""What people call each method, and how a stored target is shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mfa.items import Method

LABELS: dict[Method, str | Promise] = {
    Method.TOTP: _("Authenticator app"),
    Method.SMS: _("Text message"),
    Method.EMAIL: _("Email"),
    Method.RECOVERY: _("Recovery code"),
}

# Kept with each phone: another text is another version, and the old ones stay readable in git.
CONSENT_VERSION = "1"
CONSENT = _(
    "I agree to get text messages with sign-in codes, and with alerts if I choose them, for which"
    " my carrier's message and data rates may apply and which I end at any time by replying STOP."
)
CONSENT_NEEDED = _("Agree to get text messages from us; without that we send no code.")


def phone_end(phone: str) -> str:
    """The last four digits of an E.164 number."""
    return phone[-4:]


def address_hint(address: str) -> str:
    """Enough for its owner to recognise it: `b…@example.com`."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def hint(method: Method, shown: str) -> str:
    return f"•••• {shown}" if method is Method.SMS else shown
