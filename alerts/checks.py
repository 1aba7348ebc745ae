"""A system check of the mail provider's events: on with both variables, or off with neither."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SECRET_LENGTH = 24
PROVIDERS = ("amazon_ses", "mailgun", "postmark")
_BY_PASSWORD = frozenset({"amazon_ses", "postmark"})


@register(Tags.security)
def check_mail_events(**_: Any) -> list[CheckMessage]:
    provider, secret = settings.MAIL_EVENTS_PROVIDER, settings.MAIL_EVENTS_SECRET
    problem = _problem(provider, secret)
    if not problem:
        return []
    hint = (
        f"Set MAIL_EVENTS_PROVIDER to one of {', '.join(PROVIDERS)}, and MAIL_EVENTS_SECRET to"
        " Mailgun's signing key, or to a user:password of your own that the provider sends; or"
        " leave both empty: mails that come back are then not noticed."
    )
    return [Error(problem, hint=hint, id="alerts.E001")]


def _problem(provider: str, secret: str) -> str:
    if bool(provider) != bool(secret):
        return "MAIL_EVENTS_PROVIDER and MAIL_EVENTS_SECRET go together; one of them is missing."
    if not provider:
        return ""
    if provider not in PROVIDERS:
        return f"MAIL_EVENTS_PROVIDER={provider!r} is unknown."
    if len(secret) < SECRET_LENGTH:
        return f"MAIL_EVENTS_SECRET has {len(secret)} characters; it needs {SECRET_LENGTH}."
    if provider in _BY_PASSWORD and ":" not in secret.strip(":"):
        return f"MAIL_EVENTS_SECRET must be user:password for {provider}."
    return ""
