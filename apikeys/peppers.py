"""The secrets that make the digests of keys: a stolen table without them verifies no key.

API_KEYS_PEPPERS holds `version:text`, separated by commas; the first one makes new digests, the
others still verify. API_KEY_PEPPER is version 1. Without either, peppers come from the keys of
FIELD_ENCRYPTION_KEYS; those keep verifying what they made when a pepper is set later.
"""

import hmac
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apikeys.items import Digest
from core import keyring

MIN_LENGTH = 32
DERIVED = "f:"  # f:<id of the field encryption key>
_PURPOSE = "api-keys-pepper:v1"
_NOTHING = "0" * sha256().digest_size * 2


class MalformedPepper(ImproperlyConfigured):
    """The text says which entry is unusable and why, and never repeats it."""


def parse(entries: str, single: str) -> dict[str, bytes]:
    """By version, the current one first. Raises MalformedPepper."""
    found: dict[str, bytes] = {}
    parts = [part.strip() for part in entries.split(",") if part.strip()]
    for place, part in enumerate(parts, start=1):
        version, separator, text = part.partition(":")
        if not separator or not version.isascii() or not version.isdigit():
            raise MalformedPepper(f"entry {place} is not `version:text` (version: a number)")
        if version in found:
            raise MalformedPepper(f"entry {place} repeats the version {version}")
        found[version] = _checked(text, f"entry {place}")
    if single:
        found.setdefault("1", _checked(single, "API_KEY_PEPPER"))
    return found


def digest(key_id: str, secret: str) -> Digest:
    """By the current pepper."""
    pepper = _current()
    return Digest(pepper=pepper, secret_hash=_hmac(pepper, key_id, secret))


def matches(key_id: str, secret: str, expected: Digest | None) -> bool:
    """Constant time. None, for a secret that does not exist, costs the same and is False."""
    stored = expected or Digest(pepper=_current(), secret_hash=_NOTHING)
    given = _hmac(stored.pepper, key_id, secret)
    same = hmac.compare_digest(given.encode(), stored.secret_hash.encode())
    return same and bool(given) and expected is not None


def _current() -> str:
    return next(iter(_peppers()), f"{DERIVED}{keyring.current_id()}")


def _hmac(version: str, key_id: str, secret: str) -> str:
    """Empty when that pepper is gone."""
    if version.startswith(DERIVED):
        pepper = keyring.subkey(version.removeprefix(DERIVED), _PURPOSE)
    else:
        pepper = _peppers().get(version)
    if pepper is None:
        return ""
    return hmac.digest(pepper, f"{key_id}\0{secret}".encode(), sha256).hex()


def _peppers() -> dict[str, bytes]:
    return _parsed(settings.API_KEYS_PEPPERS, settings.API_KEY_PEPPER)


@lru_cache(maxsize=4)
def _parsed(entries: str, single: str) -> dict[str, bytes]:
    return parse(entries, single)


def _checked(text: str, where: str) -> bytes:
    if len(text) < MIN_LENGTH:
        raise MalformedPepper(f"{where} has {len(text)} characters, not at least {MIN_LENGTH}")
    return text.encode()
