"""The key in the cookie, and the digest that stands for it in the table.

Plain SHA-256 is enough for a random key of 165 bits, and leaves no secret to rotate.
"""

import re

from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.utils.crypto import get_random_string

from core.ids import sha256_hex

LENGTH = 32
_KEY = re.compile(rf"[{VALID_KEY_CHARS}]{{{LENGTH}}}", re.ASCII)


def new_key() -> str:
    return get_random_string(LENGTH, VALID_KEY_CHARS)


def is_key(text: str | None) -> bool:
    """Whether new_key() could have made it; nothing else is ever looked up."""
    return text is not None and _KEY.fullmatch(text) is not None


def hash_of(key: str) -> str:
    return sha256_hex("session", key)


def trust_hash_of(key: str, user_sub: str) -> str:
    """Of a trusted browser's key, for one account: it finds no session and nobody else's trust."""
    return sha256_hex("trusted-browser", f"{user_sub}:{key}")
