"""Webhooks as PayPal signs them, by a key of the sandbox's own."""

import zlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import cast
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from billing.sandbox import access
from billing.sandbox.paypal.objects import KEY, get, name
from billing.sandbox.paypal.wire import timestamp
from billing.sandbox.state import State, Wire

CERTIFICATES = "/v1/notifications/certs/"
COMMON_NAME = "payment-sandbox.paypal.com"  # no host: only a name in a certificate of our own
_VALID_FOR = timedelta(days=3650)


def headers(state: State, body: bytes) -> dict[str, str]:
    """Of one delivery; another one has an id and a time of its own."""
    key = _key(state)
    transmission, sent = str(uuid4()), timestamp(state.clock())
    told = f"{transmission}|{sent}|{access.paypal_webhook_id()}|{zlib.crc32(body)}"
    signature = _private_key(key["private"]).sign(
        told.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    return {
        "Content-Type": "application/json",
        "PAYPAL-TRANSMISSION-ID": transmission,
        "PAYPAL-TRANSMISSION-TIME": sent,
        "PAYPAL-TRANSMISSION-SIG": b64encode(signature).decode(),
        "PAYPAL-CERT-URL": f"{access.paypal_url()}{CERTIFICATES}{key['id']}",
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
        "PAYPAL-AUTH-VERSION": "v2",
    }


def certificate(state: State, called: str) -> bytes:
    """Raises Refused (RESOURCE_NOT_FOUND)."""
    return str(get(state, called, KEY)["certificate"]).encode()


@lru_cache(maxsize=4)
def _private_key(pem: str) -> rsa.RSAPrivateKey:
    """Kept: to load one checks its primes, a hundred times the work of a signature."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    return cast(rsa.RSAPrivateKey, key)


def _key(state: State) -> Wire:
    """Made once, when the first webhook is sent."""
    if known := state.all(KEY):
        return known[0]
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    signed = _certificate(private, datetime.fromtimestamp(state.clock(), UTC))
    return state.put(
        f"CERT-{name(8).lower()}-{name(8).lower()}",
        KEY,
        private=pem.decode(),
        certificate=signed.public_bytes(serialization.Encoding.PEM).decode(),
    )


def _certificate(key: rsa.RSAPrivateKey, now: datetime) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, COMMON_NAME)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID_FOR)
        .sign(key, hashes.SHA256())
    )
