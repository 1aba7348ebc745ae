"""The sandbox signs its webhooks as PayPal does; here they are verified without its help."""

import json
import zlib
from base64 import b64decode
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import NameOID

from billing.sandbox import access
from tests.billing import payer


@pytest.fixture
def api(sandbox):
    return payer.Api()


@pytest.fixture
def posted(api, sandbox, post):
    """What our site gets for one paid order."""
    api.paid()
    sandbox.delivery.deliver_due()
    return post.taken


def certificate(one):
    status, pem, _ = payer.visit(one.headers["PAYPAL-CERT-URL"])
    assert status == 200
    return x509.load_pem_x509_certificate(pem.encode())


def verify(one, body=None):
    """Raises InvalidSignature."""
    told = one.headers
    crc = zlib.crc32(one.body if body is None else body)
    head = f"{told['PAYPAL-TRANSMISSION-ID']}|{told['PAYPAL-TRANSMISSION-TIME']}"
    message = f"{head}|{access.paypal_webhook_id()}|{crc}".encode()
    signature = b64decode(told["PAYPAL-TRANSMISSION-SIG"])
    public = certificate(one).public_key()
    public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())


def test_every_event_is_posted_with_a_signature_that_holds(posted):
    kinds = [json.loads(one.body)["event_type"] for one in posted]
    assert kinds == [
        "CHECKOUT.ORDER.APPROVED",
        "PAYMENT.CAPTURE.COMPLETED",
        "CHECKOUT.ORDER.COMPLETED",
    ]
    for one in posted:
        assert one.path == "/billing/webhooks/paypal/"
        assert one.headers["PAYPAL-AUTH-ALGO"] == "SHA256withRSA"
        verify(one)


def test_a_body_that_was_changed_is_not_the_one_that_was_signed(posted):
    with pytest.raises(InvalidSignature):
        verify(posted[0], posted[0].body.replace(b"15.00", b"99.00"))


def test_the_certificate_is_of_the_sandbox_and_valid_now(posted):
    cert = certificate(posted[0])
    (name,) = cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value.endswith(".paypal.com")
    assert cert.not_valid_before_utc < datetime.now(UTC) < cert.not_valid_after_utc
    assert (
        posted[0]
        .headers["PAYPAL-CERT-URL"]
        .startswith(f"{access.url()}/paypal/v1/notifications/certs/CERT-")
    )
