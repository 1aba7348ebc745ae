"""PayPal's events: names only, whatever else they say."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings as site

from billing.providers.errors import MalformedEvent
from billing.providers.messages import EventKind
from billing.providers.paypal_events import KINDS, event_of

EVENT = {
    "id": "WH-58D329510W468432D-8HN650336L201105X",
    "event_type": "PAYMENT.CAPTURE.COMPLETED",
    "resource": {"id": "27M47624FP291604U", "status": "COMPLETED"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"id": "WH#1"},
        {"id": 7},
        {"event_type": 7},
        {"event_type": ""},
        {"event_type": "A\ud800"},
        {"event_type": "A\nB"},
        {"event_type": "A" * 256},
        {"event_type": ["PAYMENT.CAPTURE.COMPLETED"]},
        {"resource": None},
        {"resource": []},
        {"resource": {}},
        {"resource": {"id": "../v1/oauth2/token"}},
        {"resource": {"id": {"a": 1}}},
    ],
)
def test_a_malformed_event_is_refused(change):
    body = json.dumps(EVENT | change).encode()
    with pytest.raises(MalformedEvent):
        event_of(body)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"no", b"\xff\xfe", b"null", b"NaN", b"[" * 250_000, b'{"a":' * 40_000]
)
def test_what_is_no_object_is_refused(body):
    with pytest.raises(MalformedEvent):
        event_of(body)


@pytest.mark.parametrize(
    ("event_type", "resource", "kind", "ref"),
    [
        ("CHECKOUT.ORDER.APPROVED", {"id": "O1"}, EventKind.PAYMENT, "order:O1"),
        ("CHECKOUT.ORDER.COMPLETED", {"id": "O1"}, EventKind.PAYMENT, "order:O1"),
        (
            "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
            {"order_id": "O1"},
            EventKind.PAYMENT,
            "order:O1",
        ),
        ("PAYMENT.CAPTURE.PENDING", {"id": "C1"}, EventKind.PAYMENT, "capture:C1"),
        ("PAYMENT.CAPTURE.DENIED", {"id": "C1"}, EventKind.PAYMENT, "capture:C1"),
        ("PAYMENT.CAPTURE.REFUNDED", {"id": "R1"}, EventKind.REFUND, "refund:R1"),
        ("PAYMENT.CAPTURE.REVERSED", {"id": "R1"}, EventKind.REFUND, "reversal:R1"),
        (
            "CUSTOMER.DISPUTE.RESOLVED",
            {"dispute_id": "PP-R-ABC-1"},
            EventKind.DISPUTE,
            "dispute:PP-R-ABC-1",
        ),
        ("VAULT.PAYMENT-TOKEN.CREATED", {"id": "t1"}, EventKind.SAVED_METHOD, "token:t1"),
        ("VAULT.PAYMENT-TOKEN.DELETED", {"id": "t1"}, EventKind.METHOD, "token:t1"),
        ("BILLING.PLAN.CREATED", {"id": "P1"}, EventKind.OTHER, ""),
    ],
)
def test_an_event_says_what_kind_of_thing_it_tells_of(event_type, resource, kind, ref):
    body = json.dumps(EVENT | {"event_type": event_type, "resource": resource}).encode()
    event = event_of(body)
    assert (event.kind, event.ref) == (kind, ref)
    assert event_type in KINDS or kind is EventKind.OTHER


def test_the_documents_list_the_events_that_the_webhook_needs():
    text = (Path(site.BASE_DIR) / "docs" / "billing.md").read_text()
    listed = re.search(r"((?:^    [A-Z-]+\.[A-Z.\- ]+$\n)+)", text, re.MULTILINE)[1]
    assert sorted(listed.split()) == sorted(KINDS)
