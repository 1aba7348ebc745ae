"""Stripe's events: signed, names only, and listed again when some were missed."""

import json
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
import stripe
from django.conf import settings as site

from billing.providers.errors import BadSignature, MalformedEvent, NoAnswer
from billing.providers.messages import EventKind, Webhook
from billing.providers.stripe import Stripe
from billing.providers.stripe_events import KINDS
from billing.sandbox import access
from billing.sandbox.stripe.objects import emit
from core import clock
from tests.billing import orders

SECRET = "whsec_test"
GOLDEN = '{"id":"evt_1","object":"event","type":"payment_intent.succeeded"}'
GOLDEN_V1 = "b5d16909735dfcdc338e1f1e170cbb5d2ea57494fe5f638399aebcce132ec538"
EVENT = {
    "id": "evt_1",
    "type": "payment_intent.succeeded",
    "livemode": False,
    "data": {"object": {"id": "pi_1"}},
}


@pytest.fixture
def live_keys(settings):
    """Stripe as it is switched on outside local mode."""
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = "sk_test_x", [SECRET]
    return settings


def signature(body, *, secret=SECRET, at=None):
    return stripe.WebhookSignature.generate_signature_header(body, secret, at)


def parse(body, header):
    return Stripe().parse_event(Webhook(headers={"Stripe-Signature": header}, body=body.encode()))


def test_the_golden_signature_holds(live_keys, time_machine):
    time_machine.move_to(1_700_000_000)
    assert signature(GOLDEN, at=1_700_000_000) == f"t=1700000000,v1={GOLDEN_V1}"
    with pytest.raises(MalformedEvent):  # signed, and then read
        parse(GOLDEN, f"t=1700000000,v1={GOLDEN_V1}")


def test_an_event_is_names_only(live_keys):
    body = json.dumps(EVENT)
    event = parse(body, signature(body))
    assert (event.id, event.type, event.ref) == ("evt_1", "payment_intent.succeeded", "pi_1")
    assert (event.kind, event.livemode) == (EventKind.PAYMENT, False)


def test_every_secret_that_is_being_rolled_holds(live_keys):
    live_keys.STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
    body = json.dumps(EVENT)
    assert parse(body, signature(body, secret="whsec_new")).id == "evt_1"
    assert parse(body, signature(body)).id == "evt_1"


@pytest.mark.parametrize(
    "header",
    [
        lambda body: "",
        lambda body: "t=1,v1=00",
        lambda body: "nonsense",
        lambda body: signature(body, secret="whsec_other"),
        lambda body: signature(body + " "),
        lambda body: signature(body, at=int(time.time()) - 301),
        lambda body: signature(body).replace("v1=", "v0="),
    ],
)
def test_a_signature_that_is_not_ours_is_refused(live_keys, header):
    body = json.dumps(EVENT)
    with pytest.raises(BadSignature):
        parse(body, header(body))


def test_a_body_that_is_no_text_is_refused(live_keys):
    with pytest.raises(BadSignature):
        Stripe().parse_event(
            Webhook(headers={"Stripe-Signature": signature("x")}, body=b"\xff\xfe")
        )


@pytest.mark.parametrize(
    "change",
    [
        {"id": "evt#1"},
        {"id": 7},
        {"type": ""},
        {"type": "a\ud800"},
        {"type": "a\nb"},
        {"livemode": "false"},
        {"data": {"object": {"id": "pi 1"}}},
        {"data": {"object": []}},
        {"data": None},
    ],
)
def test_a_malformed_event_is_refused(live_keys, change):
    body = json.dumps(EVENT | change)
    with pytest.raises(MalformedEvent):
        parse(body, signature(body))


def test_a_body_without_an_end_is_refused(live_keys):
    body = "[" * 250_000
    with pytest.raises(MalformedEvent):
        parse(body, signature(body))


@pytest.mark.parametrize(
    ("event_type", "subject", "kind"),
    [
        ("checkout.session.completed", {"id": "cs_1", "mode": "payment"}, EventKind.PAYMENT),
        ("checkout.session.completed", {"id": "cs_1", "mode": "setup"}, EventKind.SAVED_METHOD),
        ("checkout.session.async_payment_failed", {"id": "cs_1"}, EventKind.PAYMENT),
        ("refund.failed", {"id": "re_1"}, EventKind.REFUND),
        ("charge.dispute.funds_withdrawn", {"id": "du_1"}, EventKind.DISPUTE),
        ("payment_method.automatically_updated", {"id": "pm_1"}, EventKind.METHOD),
        ("payment_method.attached", {"id": "pm_1"}, EventKind.OTHER),
        ("charge.refunded", {"id": "ch_1"}, EventKind.OTHER),
        ("invoice.created", {"id": "in_1"}, EventKind.OTHER),
    ],
)
def test_an_event_says_what_kind_of_thing_it_tells_of(live_keys, event_type, subject, kind):
    body = json.dumps(EVENT | {"type": event_type, "data": {"object": subject}})
    event = parse(body, signature(body))
    assert (event.kind, event.ref) == (kind, subject["id"])


def test_the_documents_list_the_events_that_the_endpoint_needs():
    text = (Path(site.BASE_DIR) / "docs" / "billing.md").read_text()
    listed = re.search(r"((?:^    [a-z_]+\.[a-z_. ]+$\n)+)", text, re.MULTILINE)[1]
    assert sorted(listed.split()) == sorted(KINDS)


def told(sandbox, number):
    for count in range(number):
        emit(sandbox.state, "refund.created", {"id": f"re_{count}"})


def test_missed_events_come_oldest_first_over_every_page(sandbox):
    told(sandbox, 205)
    emit(sandbox.state, "invoice.created", {"id": "in_1"})
    found = list(Stripe().missed_events(clock.now() - timedelta(hours=1)))
    assert [event.ref for event in found] == [f"re_{count}" for count in range(205)]
    assert {event.kind for event in found} == {EventKind.REFUND}


def test_what_was_told_before_is_not_missed(sandbox, stripe_api):
    told(sandbox, 1)
    stripe_api.raw_request("post", "/_control/clock", advance=3600)
    emit(sandbox.state, "refund.updated", {"id": "re_0"})
    [event] = Stripe().missed_events(clock.now() + timedelta(minutes=30))
    assert event.type == "refund.updated"


def test_missed_events_are_those_that_a_webhook_brings(sandbox, stripe_api):
    person = orders.customer()
    Stripe().charge(orders.charge_of(person, orders.saved_card(stripe_api, person)))
    [event] = Stripe().missed_events(clock.now() - timedelta(hours=1))
    body = json.dumps(
        stripe_api.v1.events.retrieve(event.id).to_dict(for_json=True), separators=(",", ":")
    )
    assert parse(body, signature(body, secret=access.webhook_secret())) == event


def test_one_that_makes_no_sense_holds_up_no_other(sandbox, caplog):
    emit(sandbox.state, "refund.created", {"id": "no name"})
    told(sandbox, 1)
    [event] = Stripe().missed_events(clock.now() - timedelta(hours=1))
    assert event.ref == "re_0"
    assert "webhook not understood" in caplog.text


def test_without_an_answer_no_event_is_made_up(settings, no_waiting):
    settings.BILLING_SANDBOX_PORT = 9
    with pytest.raises(NoAnswer):
        list(Stripe().missed_events(clock.now()))
