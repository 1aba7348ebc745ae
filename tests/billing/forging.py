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

# A certificate of 2020 until 2120, whose key is gone, and OpenSSL's signature by that key of
# t-1|2026-02-14T21:50:07Z|1JE4291016473214C|2325436976
GOLDEN_CERTIFICATE = b"""-----BEGIN CERTIFICATE-----
MIIC1zCCAb+gAwIBAgIBATANBgkqhkiG9w0BAQsFADAuMSwwKgYDVQQDDCNtZXNz
YWdldmVyaWZpY2F0aW9uY2VydHMucGF5cGFsLmNvbTAgFw0yMDAxMDEwMDAwMDBa
GA8yMTIwMDEwMTAwMDAwMFowLjEsMCoGA1UEAwwjbWVzc2FnZXZlcmlmaWNhdGlv
bmNlcnRzLnBheXBhbC5jb20wggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIB
AQDmrlMl+L/83NH5MZbwf7yZCLS7A+HgAJwud6GFp289a1Qy/+cFrPhVLy0jEMgP
bcff1XO3J6vGpVz9g9RohXWbS6V8l/kQOUalS2TrGJK1x3ybW/Gh+cVVG1uDFEPm
5fVOL8MFlXV4Qvc9g1pf3dwQZ7hzd3I2L+xbpga0UR2m7PbYOPE+wJ+TIlsMSJhN
VHSaz6PhKUZYLrmVq1kliGZEI2qO/8lU9pLOkYV8QpOUZ7PUs7Mo/VXTujyhlrqx
BvfeJS1nShO+hMM+gcE+AcHMWKrO3wKdwMJKzCQMsEod276uoOEWNDWYHWgxA1o6
KTQFs7dwvJYIMy7Jw7rfP2qrAgMBAAEwDQYJKoZIhvcNAQELBQADggEBABp4BkfU
JjLl3kosWElaqcvtDekftKbqxS3E0lKjFXjNPxJtA52+1jh91wwk86Cx1yenmnfQ
r1JOnb0QrEkah7l0UdpmiWJ+sh9QzVe5a0QQFwAXmZpWOHv+9TXkf7dRDRwDMRh6
6LTQbLiyYkrflfi6Dz3zBHJb7dSD86L+K2qMhKP9Wo2bzg0rPJ5EYx9D2hNnwdu4
IrJPJNVApcRxdyHA1kfRNIPuBWJN79mjkUi4ItlXO5FgpQdqSu4zc9jBghPocIJJ
uOLVcHjEcfI6VChJukKXADE8sRGqmqsy5gZ3f2LamS8ye+OzPUjfQsaX3etkaDcc
o0oBVTAzUbAHsDU=
-----END CERTIFICATE-----
"""
GOLDEN_SIGNATURE = (
    "Z3NtEokPLtzZTdbzvfiEo6J19sRMqAz7mPFXTf8iiXxaOVGGnJ6mHg3gdzNNACVp0UUlQK2ljcwTEKshT81aj4"
    "x4X0FWKcTk9oYWqsLg48zyOOnLiL/WOyzBm1SAmRDywkoYCxrGdpaQW/cwqtymdMINwX3gGXvBCNb7xBzjszNK"
    "Y0vLK4t6nzykrRoQ2ObkaIEqyXYYSoXF+ZC42/iVzSWPLes1JJLvlOvf/nz1pBfGSR8ofooR71vXFqAae/3Zo2"
    "2xSrUBtatC8ysJ69FJKwLmRde5OLUoNFMwgkJNV1Flft7xnll82ga/AeAGOBt4i9yWIqklMfD0O/RjdPb28w=="
)
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
