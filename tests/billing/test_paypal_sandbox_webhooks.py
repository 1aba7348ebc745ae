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
from billing.sandbox.paypal.objects import KEY
from tests.billing import payer


@pytest.fixture
def posted(sandbox, paypal_api, post):
    """What our site gets for one paid order."""
    paypal_api.paid()
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


def test_another_delivery_has_the_same_event_and_a_signature_of_its_own(sandbox, posted, post):
    (event, *_) = payer.events(sandbox)
    payer.control(f"events/{event['id']}/deliver")
    sandbox.delivery.deliver_due()
    first, again = post.taken[0], post.taken[-1]
    assert first.body == again.body
    named = "PAYPAL-TRANSMISSION-ID"
    assert first.headers[named] != again.headers[named]
    verify(again)


def test_the_key_is_made_once_and_kept(sandbox, posted):
    (key,) = sandbox.state.all(KEY)
    urls = {one.headers["PAYPAL-CERT-URL"] for one in posted}
    assert urls == {f"{access.paypal_url()}/v1/notifications/certs/{key['id']}"}
    assert not any("PRIVATE" in str(one.headers) for one in posted)


def test_the_certificate_says_nothing_of_the_private_key(posted):
    _, pem, _ = payer.visit(posted[0].headers["PAYPAL-CERT-URL"])
    assert pem.startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in pem


def test_events_are_told_again_when_asked(sandbox, paypal_api):
    paypal_api.paid()
    status, first = paypal_api.get(payer.EVENTS, page_size=2, start_time="2020-01-01T00:00:00Z")
    assert (status, first["count"]) == (200, 2)
    (rest,) = [link["href"] for link in first["links"] if link["rel"] == "next"]
    _, second = paypal_api.get(rest.removeprefix(access.paypal_url()))
    assert not [link for link in second["links"] if link["rel"] == "next"]
    assert [*first["events"], *second["events"]] == payer.events(sandbox)[::-1]
    one = second["events"][0]
    assert paypal_api.get(f"{payer.EVENTS}/{one['id']}") == (200, one)


def test_events_of_later_are_all_that_is_asked_for(paypal_api):
    paypal_api.paid()
    assert paypal_api.get(payer.EVENTS, start_time="2099-01-01T00:00:00Z")[1]["events"] == []
    named = {"event_type": "PAYMENT.CAPTURE.COMPLETED"}
    assert paypal_api.get(payer.EVENTS, **named)[1]["count"] == 1
    status, answer = paypal_api.get(payer.EVENTS, start_time="yesterday")
    assert (status, answer["details"][0]["field"]) == (400, "/start_time")


def test_an_event_is_sent_again_when_asked(sandbox, paypal_api, posted, post):
    event = payer.events(sandbox)[0]
    status, told = paypal_api.post(f"{payer.EVENTS}/{event['id']}/resend")
    assert (status, told) == (202, event)
    sandbox.delivery.deliver_due()
    assert json.loads(post.taken[-1].body)["id"] == event["id"]
    assert len(post.taken) == 4
