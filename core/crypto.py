"""Encrypted fields, and short codes that people type.

A stored value begins with the id of its key, so several keys live beside each other while one is
being replaced (docs/adr/0006-field-encryption.md).
"""

import base64
import binascii
import hmac
import secrets
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import keyring

NONCE_BYTES = 12
CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 §6.1: no vowels, so no words
CODE_LENGTH = 8
_ENCRYPTION, _CODES = "field-encryption:v1", "code-digest:v1"


class DecryptionFailed(Exception):
    """Not ours, changed, moved to another record, or its key is gone."""


def encrypt(text: str, *, context: str) -> str:
    """`<key id>.<base64>` by AES-256-GCM.

    `context` names the record and field (`totp:<user_sub>:<device_id>`): the value opens only
    under the same context, so nobody can move it to another row.
    """
    key_id = keyring.current_id()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(key_id).encrypt(nonce, text.encode(), context.encode())
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(blob: str, *, context: str) -> str:
    """Raises DecryptionFailed."""
    key_id, _, encoded = blob.partition(".")
    try:
        raw = base64.b64decode(encoded.encode(), altchars=b"-_", validate=True)
        opened = _cipher(key_id).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
    except (binascii.Error, ValueError, InvalidTag):
        raise DecryptionFailed from None
    return opened.decode()


def key_id_of(value: str) -> str:
    """Which key an encrypted value or a digest is under."""
    return value.partition(".")[0]


def reseal(blob: str, *, context: str) -> str:
    """The same text under the first key. Raises DecryptionFailed."""
    return encrypt(decrypt(blob, context=context), context=context)


def new_code() -> str:
    """`BCDF-GHJK`: eight letters, 34 bits; only for uses that count the tries."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def normalise_code(text: str) -> str:
    """What was meant: capitals and digits only, whatever spaces or hyphens were typed."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def code_digest(code: str, *, purpose: str) -> str:
    """What is stored instead of a short code: `<key id>.<HMAC-SHA256>`.

    `purpose` names the use and its record (`sms-code:<challenge id>`). The code is normalised;
    ValueError if nothing is left of it.
    """
    key_id = keyring.current_id()
    return f"{key_id}.{_code_hmac(key_id, code, purpose)}"


def code_matches(code: str, digest: str, *, purpose: str) -> bool:
    """Constant time; works while the digest's key is in the list. Count the try before asking."""
    key_id, _, expected = digest.partition(".")
    try:
        given = _code_hmac(key_id, code, purpose)
    except (DecryptionFailed, ValueError):
        return False
    return hmac.compare_digest(given.encode(), expected.encode())


def _code_hmac(key_id: str, code: str, purpose: str) -> str:
    meant = normalise_code(code)
    if not meant:
        raise ValueError("a code needs at least one letter or digit")
    message = f"{purpose}\0{meant}".encode()
    return hmac.digest(_subkey(key_id, _CODES), message, "sha256").hex()


def _cipher(key_id: str) -> AESGCM:
    return AESGCM(_subkey(key_id, _ENCRYPTION))


def _subkey(key_id: str, purpose: str) -> bytes:
    key = keyring.subkey(key_id, purpose)
    if key is None:
        raise DecryptionFailed
    return key
