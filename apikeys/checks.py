"""System checks of the settings of API keys."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from apikeys import peppers

PREFIX = re.compile(r"[a-z][a-z0-9]{0,15}", re.ASCII)
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
