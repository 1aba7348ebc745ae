"""Whether PayPal signed a webhook, found out without asking it.

The signature covers the CRC32 of the body and nothing more of it: whoever has one delivery can make
another body that fits. So a body names things, and what they are is asked of PayPal.
"""

import base64
import binascii
import re
import zlib
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from billing.providers.errors import BadSignature, NoAnswer
from billing.providers.messages import Webhook
from billing.providers.paypal_client import LIVE, TEST, access, new_session
from billing.providers.reading import read_bounded
from billing.sandbox import access as sandbox
from core import clock

ALGORITHM = "SHA256withRSA"
HOSTS = {
    LIVE: ("api.paypal.com", "api-m.paypal.com"),
    TEST: ("api.sandbox.paypal.com", "api-m.sandbox.paypal.com"),
}
CERTIFICATES = "/v1/notifications/certs/"
OWNER = ".paypal.com"
TIMEOUT_SECONDS = 3.0
LARGEST = 64 * 1024
KEPT_FOR, KEPT = timedelta(hours=24), 16
AT_ONCE = 2  # threads that wait for a certificate: anybody can make us fetch one

_NAME = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_known: dict[str, tuple[x509.Certificate, datetime]] = {}
_lock = Lock()
_fetching = BoundedSemaphore(AT_ONCE)
_session = new_session()


def check(webhook: Webhook) -> None:
    """Raises BadSignature, and NoAnswer when its certificate cannot be fetched now."""
    told = webhook.headers.get
    if told("PAYPAL-AUTH-ALGO", "") != ALGORITHM:
        raise BadSignature
    message = "|".join(
        (
            told("PAYPAL-TRANSMISSION-ID", ""),
            told("PAYPAL-TRANSMISSION-TIME", ""),
            access().webhook_id,  # ours: that of another site's webhook signs for that site
            str(zlib.crc32(webhook.body) & 0xFFFFFFFF),
        )
    )
    signature = _decoded(told("PAYPAL-TRANSMISSION-SIG", ""))
    key = _key_of(_certificate(told("PAYPAL-CERT-URL", "")))
    try:
        key.verify(signature, message.encode(), PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise BadSignature from error


def forget_certificates() -> None:
    with _lock:
        _known.clear()


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature from error


def _key_of(certificate: x509.Certificate) -> RSAPublicKey:
    """The key of one that is PayPal's and valid today. Raises BadSignature."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    is_theirs = len(names) == 1 and str(names[0].value).lower().endswith(OWNER)
    valid = certificate.not_valid_before_utc <= clock.now() <= certificate.not_valid_after_utc
    key = certificate.public_key()
    if not (is_theirs and valid and isinstance(key, RSAPublicKey)):
        raise BadSignature
    return key


def _certificate(url: str) -> x509.Certificate:
    """From PayPal's own host, whose TLS vouches for it; kept for a day."""
    if not _is_theirs(url):
        raise BadSignature
    with _lock:
        certificate, until = _known.get(url, (None, clock.now()))
    if certificate is not None and clock.now() < until:
        return certificate
    try:
        certificate = x509.load_pem_x509_certificate(_fetched(url))
    except ValueError as error:
        raise BadSignature from error
    with _lock:
        _known.pop(url, None)
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)))
        _known[url] = certificate, clock.now() + KEPT_FOR
    return certificate


def _is_theirs(url: str) -> bool:
    """One of few addresses, written in the one way that every reader of addresses agrees on."""
    mine = access()
    bases = [f"https://{host}" for host in HOSTS.get(mine.mode, ())]
    if sandbox.is_on():
        bases = [mine.base]
    starts = [f"{base}{CERTIFICATES}" for base in bases]
    start = next((each for each in starts if url.startswith(each)), None)
    return start is not None and _NAME.fullmatch(url.removeprefix(start)) is not None


def _fetched(url: str) -> bytes:
    """Raises NoAnswer, and BadSignature for what PayPal has no certificate for."""
    if not _fetching.acquire(blocking=False):
        raise NoAnswer
    try:
        with _session.get(
            url, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code >= 500 or answer.status_code == 429:
                raise NoAnswer
            if answer.status_code != 200:
                raise BadSignature
            return read_bounded(answer, most=LARGEST, seconds=TIMEOUT_SECONDS)
    except requests.RequestException as error:
        raise NoAnswer from error
    finally:
        _fetching.release()
