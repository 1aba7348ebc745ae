"""The keys of FIELD_ENCRYPTION_KEYS, each with an id, and the subkeys made from them.

The first key is the one in use; the others still open what they closed. A key leaves the list
only when nothing carries its id any more.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)


class MalformedKey(ImproperlyConfigured):
    """One entry is unusable; the text says which one and why, and never repeats it."""


def parse(entries: Sequence[str]) -> dict[str, bytes]:
    """Keys by id, in order. Raises MalformedKey."""
    keys: dict[str, bytes] = {}
    for place, entry in enumerate(entries, start=1):
        key_id, separator, encoded = entry.partition(":")
        if not separator or not _KEY_ID.fullmatch(key_id):
            raise MalformedKey(f"entry {place} is not `id:base64` (id: 1-16 letters or digits)")
        if key_id in keys:
            raise MalformedKey(f"entry {place} repeats the id {key_id!r}")
        keys[key_id] = _decode(encoded, place)
    if not keys:
        raise MalformedKey("no key is given")
    return keys


def _decode(encoded: str, place: int) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedKey(f"the key of entry {place} is not base64") from None
    if len(key) != KEY_BYTES:
        raise MalformedKey(f"the key of entry {place} has {len(key)} bytes, not {KEY_BYTES}")
    return key


def current_id() -> str:
    """The id of the key that encrypts."""
    return next(iter(_keys()))


def ids() -> tuple[str, ...]:
    """Of all keys that still open something, the one that encrypts first."""
    return tuple(_keys())


def subkey(key_id: str, purpose: str) -> bytes | None:
    """32 bytes for one purpose only (HKDF-SHA256, RFC 5869); None for a key we do not have."""
    key = _keys().get(key_id)
    return None if key is None else _derive(key, purpose)


def _keys() -> dict[str, bytes]:
    return _parsed(tuple(settings.FIELD_ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _parsed(entries: tuple[str, ...]) -> dict[str, bytes]:
    return parse(entries)


@lru_cache(maxsize=128)
def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(key)
