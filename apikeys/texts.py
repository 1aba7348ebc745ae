"""The text of a key: `lk_live_<id>_<secret><checksum>`.

The id finds the row without an index. The checksum (CRC-32 of everything before it) lets us, and
scanners of leaked secrets, tell a key from other text without asking storage; it is no proof of
anything. Only `_` separates, so that a double click selects the whole key.
"""

import re
import secrets
import string
import zlib
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
SECRET_LENGTH = 32  # 190 bits
CHECKSUM_LENGTH = 6  # 62 ** 6 > 2 ** 32
HINT_LENGTH = 4


@dataclass(frozen=True, slots=True, repr=False)
class ParsedKey:
    key_id: str
    secret: str


def new_secret() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))


def text_of(key_id: str, secret: str) -> str:
    body = f"{_prefix()}_{key_id}_{secret}"
    return body + checksum(body)


def parse(text: str) -> ParsedKey | None:
    """None for everything that is not the form of a key of this site, checksum included."""
    found = _pattern(_prefix()).fullmatch(text)
    if found is None or checksum(found["body"]) != found["checksum"]:
        return None
    return ParsedKey(found["key_id"], found["secret"])


def found_in(text: str) -> list[str]:
    """The keys of this site inside any text, such as a line of a log."""
    return [found[0] for found in _pattern(_prefix()).finditer(text) if parse(found[0])]


def hint_of(text: str) -> str:
    """What may be shown of a key: `lk_live_<id>_…Xy9Z`."""
    head, _, tail = text.rpartition("_")
    return f"{head}_…{tail[-HINT_LENGTH:]}"


def checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _prefix() -> str:
    return f"{settings.API_KEYS_PREFIX}_{settings.API_KEYS_ENVIRONMENT}"


@lru_cache(maxsize=4)
def _pattern(prefix: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<body>{re.escape(prefix)}_(?P<key_id>[0-7][0-9A-HJKMNP-TV-Z]{{25}})"
        rf"_(?P<secret>[0-9A-Za-z]{{{SECRET_LENGTH}}}))(?P<checksum>[0-9A-Za-z]{{{CHECKSUM_LENGTH}}})",
        re.ASCII,
    )
