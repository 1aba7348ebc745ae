"""What a provider can answer instead of doing it.

ApplicationError
    Invalid: ProviderNotEnabled
    Conflict: ProviderRefused -> NotThere
    ServiceUnavailable: NoAnswer
BadSignature, MalformedEvent  (webhooks only: never shown to a person)
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import errors


class ProviderNotEnabled(errors.Invalid):
    code = "provider_not_enabled"
    message = _("This way to pay is not available here.")


class ProviderRefused(errors.Conflict):
    """The provider said no, so nothing happened there; `reason` is its own short code."""

    code = "provider_refused"
    message = _("The payment provider refused this. Nothing was charged.")

    def __init__(self, message: str | Promise | None = None, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class NotThere(ProviderRefused):
    """What was named is unknown at the provider: removed there, or of another account.

    `about` is the parameter that named it: "customer" for the person.
    """

    def __init__(self, *, reason: str, about: str) -> None:
        super().__init__(reason=reason)
        self.about = about


class NoAnswer(errors.ServiceUnavailable):
    """It may have happened at the provider or not: never repeat it under another key."""

    code = "provider_unavailable"
    message = _("The payment provider does not answer right now. Try again in a moment.")


class BadSignature(Exception):
    """Not signed with a secret of ours, or signed too long ago."""


class MalformedEvent(Exception):
    """Signed, but not an event as the provider documents it."""
