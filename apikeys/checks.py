"""System checks of the settings of API keys."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from apikeys import peppers

PREFIX = re.compile(r"[a-z][a-z0-9]{0,15}", re.ASCII)
MOST_CALLS_PER_MINUTE = 30_000  # half of what a partition can write
MOST_CACHE_SECONDS = 10
MAKE_PEPPER = 'python3 -c "import secrets; print(secrets.token_hex(32))"'


@register()
def check_prefix(**_: Any) -> list[CheckMessage]:
    if PREFIX.fullmatch(settings.API_KEYS_PREFIX):
        return []
    hint = "Choose 1 to 16 small letters and digits, a letter first, such as lk."
    text = f"API_KEYS_PREFIX={settings.API_KEYS_PREFIX!r} cannot begin a key."
    return [Error(text, hint=hint, id="apikeys.E001")]


@register(Tags.security)
def check_peppers(**_: Any) -> list[CheckMessage]:
    try:
        peppers.parse(settings.API_KEYS_PEPPERS, settings.API_KEY_PEPPER)
    except peppers.MalformedPepper as error:
        hint = (
            "Set API_KEYS_PEPPERS to `2:text,1:text`, the first one for new keys, each text the"
            f" output of: {MAKE_PEPPER}"
        )
        return [Error(f"API_KEYS_PEPPERS: {error}.", hint=hint, id="apikeys.E002")]
    return []


@register()
def check_numbers(**_: Any) -> list[CheckMessage]:
    pace, burst, kept = (
        settings.API_KEYS_CALLS_PER_MINUTE,
        settings.API_KEYS_BURST,
        settings.API_KEYS_CACHE_SECONDS,
    )
    found: list[CheckMessage] = []
    if not 1 <= pace <= MOST_CALLS_PER_MINUTE:
        hint = f"Choose 1 to {MOST_CALLS_PER_MINUTE}: one key has one row, which takes no more."
        found.append(Error(f"API_KEYS_CALLS_PER_MINUTE={pace}.", hint=hint, id="apikeys.E003"))
    if not 1 <= burst <= max(1, pace):
        hint = "Choose 1 to API_KEYS_CALLS_PER_MINUTE."
        found.append(Error(f"API_KEYS_BURST={burst}.", hint=hint, id="apikeys.E004"))
    if not 0 <= kept <= MOST_CACHE_SECONDS:
        hint = f"Choose 0 (no cache) to {MOST_CACHE_SECONDS}."
        found.append(Error(f"API_KEYS_CACHE_SECONDS={kept}.", hint=hint, id="apikeys.E005"))
    return found
