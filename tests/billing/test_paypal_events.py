"""PayPal's events: names only, whatever else they say."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site

from billing.providers import paypal_events
from billing.providers.errors import MalformedEvent, NoAnswer
from billing.providers.messages import EventKind
from billing.providers.paypal_events import KINDS, event_of
from core import clock

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


@pytest.fixture
def missed(monkeypatch):
    """Of these pages of events, the last one again and again."""

    def of(*pages):
        told, asked = list(pages), []

        def tell(method, path):
            asked.append(path)
            return told.pop(0) if len(told) > 1 else told[0]

        monkeypatch.setattr(paypal_events, "call", tell)
        return [event.id for event in paypal_events.missed(clock.now() - timedelta(days=1))], asked

    return of


def next_to(query):
    host = "https://api.paypal.com/v1/notifications/webhooks-events"
    return [{"rel": "next", "href": f"{host}?{query}" if query else host}]


@pytest.mark.parametrize(
    "odd",
    [
        "text",
        None,
        7,
        [],
        {},
        EVENT | {"event_type": ["PAYMENT.CAPTURE.COMPLETED"]},
        EVENT | {"event_type": {}},
        EVENT | {"resource": "text"},
        EVENT | {"create_time": ["2026-12-05T12:00:00Z"], "id": None},
    ],
)
def test_one_missed_event_of_another_form_holds_up_no_other(missed, odd, caplog):
    assert missed({"events": [odd, EVENT]})[0] == [EVENT["id"]]
    assert "webhook not understood" in caplog.text


def test_missed_events_that_no_handler_is_for_are_left_out(missed):
    assert missed({"events": [EVENT | {"event_type": "BILLING.PLAN.CREATED"}]})[0] == []


@pytest.mark.parametrize("told", [{"events": "text"}, {"events": EVENT}, {"events": 7}])
def test_what_is_no_list_of_missed_events_is_no_answer(missed, told):
    with pytest.raises(NoAnswer):
        missed(told)


@pytest.mark.parametrize("links", ["text", [None], [{"rel": "next"}], next_to("")])
def test_a_way_on_that_leads_nowhere_is_no_end_of_the_list(missed, links):
    with pytest.raises(NoAnswer):
        missed({"events": [EVENT], "links": links})


def test_missed_events_that_go_round_in_a_circle_end(missed):
    pages = [{"events": [EVENT], "links": next_to(f"page={page}")} for page in (2, 3, 2)]
    with pytest.raises(NoAnswer):
        missed(*pages)


def test_missed_events_without_end_end(monkeypatch):
    asked = []

    def tell(method, path):
        asked.append(path)
        return {"events": [EVENT], "links": next_to(f"page={len(asked) + 1}")}

    monkeypatch.setattr(paypal_events, "call", tell)
    monkeypatch.setattr(paypal_events, "MOST_PAGES", 7)
    with pytest.raises(NoAnswer):
        list(paypal_events.missed(clock.now()))
    assert len(asked) == 7


def test_the_documents_list_the_events_that_the_webhook_needs():
    text = (Path(site.BASE_DIR) / "docs" / "billing.md").read_text()
    listed = re.search(r"((?:^    [A-Z-]+\.[A-Z.\- ]+$\n)+)", text, re.MULTILINE)[1]
    assert sorted(listed.split()) == sorted(KINDS)
