"""System checks of the site's own settings: every mistake in one run, each with its fix."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from core import keyring, logs
from core.phone_numbers import REGIONS
from core.sms_budget import PARTS
from dynamo.loopback import is_loopback_host

SECRET_KEY_LENGTH = 50
SMTP = "django.core.mail.backends.smtp.EmailBackend"
MAKE_KEY = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
MAKE_FIELD_KEY = (
    'python3 -c "import base64, secrets;'
    " print('k1:' + base64.b64encode(secrets.token_bytes(32)).decode())\""
)


@register(Tags.security)
def check_secret_key(**_: Any) -> list[CheckMessage]:
    hint = f"Set SECRET_KEY to the output of: {MAKE_KEY}"
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        return [Error("SECRET_KEY is not set.", hint=hint, id="core.E001")]
    if len(key) < SECRET_KEY_LENGTH:
        text = f"SECRET_KEY has {len(key)} characters; it needs at least {SECRET_KEY_LENGTH}."
        return [Error(text, hint=hint, id="core.E001")]
    return []


@register(Tags.security)
def check_field_encryption_keys(**_: Any) -> list[CheckMessage]:
    try:
        keyring.parse(settings.FIELD_ENCRYPTION_KEYS)
    except keyring.MalformedKey as error:
        hint = (
            "Set FIELD_ENCRYPTION_KEYS to one or more `id:base64 of 32 bytes`, separated by"
            f" spaces; the first one encrypts. Make one with: {MAKE_FIELD_KEY}"
        )
        return [Error(f"FIELD_ENCRYPTION_KEYS: {error}.", hint=hint, id="core.E002")]
    return []


@register()
def check_site_url(**_: Any) -> list[CheckMessage]:
    hint = "Set SITE_URL to the address people type, for example https://example.com"
    problem = _site_url_problem(settings.SITE_URL)
    return [Error(f"SITE_URL {problem}.", hint=hint, id="core.E003")] if problem else []


@register(Tags.security)
def check_allowed_hosts(**_: Any) -> list[CheckMessage]:
    hosts = settings.ALLOWED_HOSTS
    if hosts and "*" not in hosts:
        return []
    return [
        Error(
            "ALLOWED_HOSTS must name the hosts of this site; '*' accepts any Host header.",
            hint="Remove ALLOWED_HOSTS to accept the host of SITE_URL, or list host names.",
            id="core.E004",
        )
    ]


@register(Tags.security)
def check_trusted_proxies(**_: Any) -> list[CheckMessage]:
    if settings.TRUSTED_PROXY_COUNT >= 0:
        return []
    return [
        Error(
            "TRUSTED_PROXY_COUNT is negative.",
            hint="Set it to the number of proxies of yours in front of this server, 0 for none.",
            id="core.E005",
        )
    ]


@register()
def check_logging(**_: Any) -> list[CheckMessage]:
    choices = {"LOG_LEVEL": logs.LEVELS, "LOG_FORMAT": logs.FORMATS}
    return [
        Error(
            f"{name}={getattr(settings, name)!r} is unknown.",
            hint=f"Choose one of {', '.join(allowed)}.",
            id="core.E006",
        )
        for name, allowed in choices.items()
        if getattr(settings, name) not in allowed
    ]


@register()
def check_sms_budget(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{name}={getattr(settings, name)} cannot be shared out among codes and alerts.",
            hint=f"Set it to {PARTS} or more, or leave SMS_BACKEND empty to send no text messages.",
            id="core.E007",
        )
        for name in ("SMS_PER_HOUR", "SMS_PER_DAY")
        if getattr(settings, name) < PARTS
    ]


@register()
def check_sms_countries(**_: Any) -> list[CheckMessage]:
    unknown = sorted(settings.SMS_COUNTRIES - REGIONS)
    if not unknown:
        return []
    return [
        Error(
            f"SMS_COUNTRIES names no countries: {', '.join(map(repr, unknown))}.",
            hint="List codes of ISO 3166-1 with two letters, separated by commas, such as"
            " DE,AT,GB; leave it empty to text every country.",
            id="core.E008",
        )
    ]


@register(Tags.security)
def check_mail_transport(**_: Any) -> list[CheckMessage]:
    """Mails carry links that open accounts."""
    is_smtp = settings.EMAIL_BACKEND == SMTP
    if not is_smtp or settings.EMAIL_USE_TLS or is_loopback_host(settings.EMAIL_HOST):
        return []
    text = f"EMAIL_USE_TLS is off, and EMAIL_HOST={settings.EMAIL_HOST!r} is another machine."
    hint = "Set EMAIL_USE_TLS=true; plain SMTP is for loopback only."
    return [Error(text, hint=hint, id="core.E009")]


def _site_url_problem(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return f"{url!r} is not an address"
    return next(_problems(url, parts), "")


def _problems(url: str, parts: SplitResult) -> Iterator[str]:
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield f"{url!r} is not an http or https address"
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        yield f"{url!r} must be scheme, host and port only"
    if parts.scheme == "http" and not is_loopback_host(parts.hostname or ""):
        yield f"{url!r} sends passwords and cookies in clear; plain http is for loopback only"
