"""What people call each method, and how a stored target is shown."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mfa.items import Method, Way

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


def way_text(way: Way) -> str:
    """One of several ways, told apart: `Text message to •••• 6789 — Work phone`."""
    label = str(LABELS[way.method])
    if not way.hint:
        return label
    values = {"method": label, "target": hint(way.method, way.hint)}
    text = gettext("%(method)s to %(target)s") % values
    return text if way.name == label else f"{text} — {way.name}"
