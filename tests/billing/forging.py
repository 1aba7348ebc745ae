"""Webhooks as PayPal signs them, and as somebody else signs or changes them."""

import json
import zlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

FREE = 64  # bits that may be chosen: more than a CRC32 has


@lru_cache
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@lru_cache
def other_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(name="messageverificationcerts.paypal.com", *, days=(-1, 365), of=None, now=None):
    """PEM, signed by itself; `days` are those from and until which it is valid."""
    now = now or datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = of or key()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(signer.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .sign(signer, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def of_another_kind(now):
    return certificate(of=ec.generate_private_key(ec.SECP256R1()), now=now)


def headers(body, *, webhook_id, url, by=None, **changed):
    """`changed` headers by their last word: ALGO="…"."""
    told = {
        "PAYPAL-TRANSMISSION-ID": "9f1b2c3d-0000-11ee-8888-123456789abc",
        "PAYPAL-TRANSMISSION-TIME": "2026-02-14T21:50:07Z",
        "PAYPAL-CERT-URL": url,
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
        "PAYPAL-AUTH-VERSION": "v2",
    }
    message = "|".join(
        (
            told["PAYPAL-TRANSMISSION-ID"],
            told["PAYPAL-TRANSMISSION-TIME"],
            webhook_id,
            str(zlib.crc32(body)),
        )
    )
    signature = (by or key()).sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())
    told["PAYPAL-TRANSMISSION-SIG"] = b64encode(signature).decode()
    by_word = {name.rpartition("-")[2]: name for name in told}
    return told | {by_word[word]: value for word, value in changed.items()}


def with_the_crc_of(genuine, event):
    """Another body, valid JSON, whose CRC32 is that of a genuine one: letters that nobody reads
    are chosen so, as a CRC adds up over them."""
    text = json.dumps({**event, "padding": "a" * FREE}).encode()
    start = text.rindex(b"a" * FREE)
    wanted = zlib.crc32(text) ^ zlib.crc32(genuine)
    rows = {}  # by their highest bit: what they change in the CRC, and the letters that do it
    for place in range(FREE):
        change, letters = zlib.crc32(text) ^ zlib.crc32(_changed(text, start, [place])), {place}
        while change:
            high = change.bit_length()
            if high not in rows:
                rows[high] = (change, letters)
                break
            change, letters = change ^ rows[high][0], letters ^ rows[high][1]
    chosen = set()
    while wanted:
        change, letters = rows[wanted.bit_length()]
        wanted, chosen = wanted ^ change, chosen ^ letters
    forged = _changed(text, start, chosen)
    assert zlib.crc32(forged) == zlib.crc32(genuine)
    return forged


def _changed(text, start, places):
    changed = bytearray(text)
    for place in places:
        changed[start + place] = ord("b")
    return bytes(changed)
