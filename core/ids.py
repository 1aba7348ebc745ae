"""Identifiers and secrets of the product."""

import hashlib
import re
import secrets
from datetime import datetime

from ulid import ULID

# 26 characters of Crockford's base32; the first one is at most 7, because a ULID has 128 bits.
_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.ASCII)


def new_id() -> str:
    """A ULID: 26 characters, fixed width, sortable by the millisecond it was made in."""
    return str(ULID())


def first_id_of(moment: datetime) -> str:
    """The smallest id of that millisecond: a bound to compare others with."""
    milliseconds = int(moment.timestamp() * 1000)
    return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + bytes(10)))


def id_of(moment: datetime, text: str) -> str:
    """The same id for the same millisecond and the same text; the digest of the text fills it."""
    milliseconds = int(moment.timestamp() * 1000)
    digest = hashlib.sha256(text.encode()).digest()
    return str(ULID.from_bytes(milliseconds.to_bytes(6, "big") + digest[:10]))


def moment_of(identifier: str) -> datetime:
    """The millisecond it was made in."""
    return ULID.from_str(identifier).datetime


def is_id(text: str) -> bool:
    """True for the exact form of new_id(); everything that enters a key is asked first."""
    return _ID.fullmatch(text) is not None


def new_token(nbytes: int = 32) -> str:
    """A secret for links and cookies, safe in URLs; store sha256_hex() of it, never itself."""
    return secrets.token_urlsafe(nbytes)


def sha256_hex(purpose: str, value: str) -> str:
    """A digest for secrets of at least 112 bits; the purpose keeps two uses apart."""
    return hashlib.sha256(f"{purpose}:v1:{value}".encode()).hexdigest()
