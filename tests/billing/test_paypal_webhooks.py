"""PayPal's webhooks: signed by it, for us, and read for names alone."""

import json
import time
import zlib
from threading import Event as Flag
from threading import Thread

import pytest

from billing.providers import paypal_webhooks
from billing.providers.errors import BadSignature, MalformedEvent, NoAnswer
from billing.providers.messages import EventKind, Webhook
from billing.providers.paypal import PayPal
from billing.sandbox import access as sandbox
from core import clock
from tests.billing import forging
from tests.billing.paypal_doubles import Server, dripping

GOLDEN, GOLDEN_CRC = b'{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED"}', 2325436976
CERTIFICATES = "/paypal/v1/notifications/certs/"
EVENT = {
    "id": "WH-58D329510W468432D-8HN650336L201105X",
    "event_type": "PAYMENT.CAPTURE.COMPLETED",
    "resource": {"id": "27M47624FP291604U", "amount": {"currency_code": "USD", "value": "15.00"}},
}
BODY = json.dumps(EVENT).encode()


@pytest.fixture(autouse=True)
def no_certificate_is_known():
    paypal_webhooks.forget_certificates()
    yield
    paypal_webhooks.forget_certificates()


@pytest.fixture
def paypal(settings):
    """Who serves the certificate: the sandbox's place, where tests can put what they like."""
    with Server() as made:
        settings.BILLING_SANDBOX_PORT = made.server_address[1]
        made.answer = (200, forging.certificate(now=clock.now()))
        yield made


@pytest.fixture
def fetched(monkeypatch):
    """The addresses that would have been asked for a certificate."""
    urls = []

    def fetch(url):
        urls.append(url)
        return forging.certificate(now=clock.now())

    monkeypatch.setattr(paypal_webhooks, "_fetched", fetch)
    return urls


@pytest.fixture
def live(settings, fetched):
    """PayPal as it is switched on outside local mode."""
    settings.PAYPAL_CLIENT_ID, settings.PAYPAL_CLIENT_SECRET = "an-id", "a-secret"
    settings.PAYPAL_WEBHOOK_ID, settings.PAYPAL_MODE = "8HOOK", "live"
    return settings


def webhook(body=BODY, *, url="", webhook_id="", **changed):
    url = url or f"{sandbox.paypal_url()}/v1/notifications/certs/CERT-1"
    signed_for = webhook_id or sandbox.paypal_webhook_id()
    told = forging.headers(body, webhook_id=signed_for, url=url, **changed)
    return Webhook(headers=told, body=body)


def live_webhook(url, body=BODY, **changed):
    return webhook(body, url=url, webhook_id="8HOOK", **changed)


def test_the_golden_signature_holds(live, monkeypatch):
    """Of the documented message: id, time, our webhook's id and the checksum."""
    live.PAYPAL_WEBHOOK_ID = "1JE4291016473214C"
    monkeypatch.setattr(paypal_webhooks, "_fetched", lambda _url: forging.GOLDEN_CERTIFICATE)
    assert zlib.crc32(GOLDEN) == GOLDEN_CRC
    told = {
        "PAYPAL-TRANSMISSION-ID": "t-1",
        "PAYPAL-TRANSMISSION-TIME": "2026-02-14T21:50:07Z",
        "PAYPAL-TRANSMISSION-SIG": forging.GOLDEN_SIGNATURE,
        "PAYPAL-CERT-URL": "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594",
        "PAYPAL-AUTH-ALGO": "SHA256withRSA",
    }
    with pytest.raises(MalformedEvent):  # signed, and then read
        PayPal().parse_event(Webhook(headers=told, body=GOLDEN))
    live.PAYPAL_WEBHOOK_ID = "WH-1"
    with pytest.raises(BadSignature):
        PayPal().parse_event(Webhook(headers=told, body=GOLDEN))


def test_an_event_is_names_only(paypal):
    event = PayPal().parse_event(webhook())
    assert (event.id, event.type) == (EVENT["id"], "PAYMENT.CAPTURE.COMPLETED")
    assert (event.kind, event.ref) == (EventKind.PAYMENT, "capture:27M47624FP291604U")
    assert (event.livemode, dict(event.told)) == (False, {})


def test_it_is_signed_for_our_webhook_and_not_for_the_one_it_names(paypal):
    body = json.dumps({**EVENT, "webhook_id": "8ANOTHER"}).encode()
    for other in ("8ANOTHER", EVENT["id"], "WEBHOOK_ID"):
        with pytest.raises(BadSignature):
            PayPal().parse_event(webhook(body, webhook_id=other))


@pytest.mark.parametrize(
    "changed",
    [
        {"ALGO": "SHA1withRSA"},
        {"ALGO": ""},
        {"SIG": "AAAA"},
        {"SIG": ""},
        {"SIG": "no base64 \xe9"},
        {"TIME": "2026-02-14T21:50:08Z"},
        {"ID": "another"},
        {"by": forging.other_key()},
    ],
)
def test_a_signature_that_is_not_paypals_is_refused(paypal, changed):
    with pytest.raises(BadSignature):
        PayPal().parse_event(webhook(**changed))


def test_another_body_is_refused(paypal):
    signed = webhook()
    with pytest.raises(BadSignature):
        PayPal().parse_event(Webhook(headers=signed.headers, body=BODY + b" "))


def test_without_any_header_nobody_is_asked(paypal):
    with pytest.raises(BadSignature):
        PayPal().parse_event(Webhook(headers={}, body=BODY))
    assert paypal.asked == []


def test_another_body_with_the_checksum_passes_so_it_is_never_believed(paypal):
    """What the signature does not cover: why nothing but names is taken from a body."""
    richer = {**EVENT, "resource": {"id": "27M47624FP291604U", "amount": {"value": "9999.00"}}}
    forged = forging.with_the_crc_of(BODY, richer)
    event = PayPal().parse_event(Webhook(headers=webhook().headers, body=forged))
    assert json.loads(forged)["resource"]["amount"]["value"] == "9999.00"
    assert "9999" not in str(event)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/v1/notifications/certs/CERT-1",
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
        "https://evil.example#api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.paypal.com\\@evil.example/v1/notifications/certs/CERT-1",
        "https://API.PAYPAL.COM/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../oauth2/token",
        "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1#x",
        "https://api.paypal.com/v1/notifications/certs/",
        "https://api.paypal.com/v1/notifications/CERT-1",
        "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1",
        "https://www.paypal.com/v1/notifications/certs/CERT-1",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_certificate_of_another_place_is_not_even_fetched(live, fetched, url):
    with pytest.raises(BadSignature):
        PayPal().parse_event(live_webhook(url or "none"))
    assert fetched == []


@pytest.mark.parametrize(
    ("mode", "host"),
    [
        ("live", "api.paypal.com"),
        ("live", "api-m.paypal.com"),
        ("sandbox", "api.sandbox.paypal.com"),
        ("sandbox", "api-m.sandbox.paypal.com"),
    ],
)
def test_the_hosts_of_the_mode_are_paypals(live, fetched, mode, host):
    live.PAYPAL_MODE = mode
    url = f"https://{host}/v1/notifications/certs/CERT-360caa42-fca2a594"
    assert PayPal().parse_event(live_webhook(url)).livemode is (mode == "live")
    assert fetched == [url]


def test_outside_the_sandbox_its_own_place_is_none(live, fetched):
    with pytest.raises(BadSignature):
        PayPal().parse_event(live_webhook("http://127.0.0.1:9/paypal/v1/notifications/certs/C"))
    assert fetched == []


@pytest.mark.parametrize("status", [301, 302, 307, 308, 404, 403])
def test_a_redirect_is_not_followed_and_what_is_not_there_is_made_up(paypal, status):
    paypal.answer = (status, forging.certificate(now=clock.now()), ("Location", paypal.origin))
    with pytest.raises(BadSignature):
        PayPal().parse_event(webhook())
    assert paypal.paths == [f"{CERTIFICATES}CERT-1"]


@pytest.mark.parametrize(
    "served",
    [
        lambda now: b"",
        lambda now: b"no certificate",
        lambda now: forging.certificate(now=now, days=(-30, -1)),
        lambda now: forging.certificate(now=now, days=(1, 30)),
        lambda now: forging.certificate("messageverificationcerts.evil.example", now=now),
        lambda now: forging.certificate("paypal.com.evil.example", now=now),
        lambda now: forging.certificate("evilpaypal.com", now=now),
        lambda now: forging.certificate(now=now, of=forging.other_key()),
        lambda now: forging.of_another_kind(now),
    ],
)
def test_a_certificate_that_is_not_paypals_vouches_for_nothing(paypal, served):
    paypal.answer = (200, served(clock.now()))
    with pytest.raises(BadSignature):
        PayPal().parse_event(webhook())


@pytest.mark.parametrize("answer", [(503, b""), (429, b""), None])
def test_one_that_cannot_be_fetched_now_is_asked_for_again_later(paypal, answer):
    paypal.answer = answer
    with pytest.raises(NoAnswer):
        PayPal().parse_event(webhook())
    paypal.answer = (200, forging.certificate(now=clock.now()))
    assert PayPal().parse_event(webhook()).id == EVENT["id"]


@pytest.mark.parametrize("is_one", [False, True])
def test_one_that_is_too_large_to_be_one_is_none(paypal, is_one):
    start = forging.certificate(now=clock.now()) if is_one else b""
    paypal.answer = (200, start + b"\n" * (64 * 1024 + 1 - len(start)))
    with pytest.raises(NoAnswer):
        PayPal().parse_event(webhook())
    paypal.answer = (200, forging.certificate(now=clock.now()))
    assert PayPal().parse_event(webhook()).id == EVENT["id"]


def test_one_that_comes_in_drops_is_not_waited_for(paypal, monkeypatch):
    monkeypatch.setattr(paypal_webhooks, "TIMEOUT_SECONDS", 0.5)
    paypal.answer = dripping([b"\n"] * 200, every=0.05)
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        PayPal().parse_event(webhook())
    assert time.monotonic() - began < 5


def test_nobody_waits_long_for_one(paypal, monkeypatch):
    assert paypal_webhooks.TIMEOUT_SECONDS == 3
    monkeypatch.setattr(paypal_webhooks, "TIMEOUT_SECONDS", 0.2)
    is_over = Flag()
    paypal.answer = lambda handler: is_over.wait(30) and None
    try:
        with pytest.raises(NoAnswer):
            PayPal().parse_event(webhook())
    finally:
        is_over.set()


def test_a_few_threads_wait_for_one_and_no_more(paypal, monkeypatch):
    monkeypatch.setattr(paypal_webhooks, "TIMEOUT_SECONDS", 60)
    is_over, came = Flag(), Flag()
    paypal.answer = lambda handler: (came.set(), is_over.wait(60), (503, b""))[2]

    def wait():
        with pytest.raises(NoAnswer):
            PayPal().parse_event(webhook())

    waiting = [Thread(target=wait) for _ in range(paypal_webhooks.AT_ONCE)]
    try:
        for number, thread in enumerate(waiting, 1):
            thread.start()
            assert came.wait(30)
            came.clear()
            assert len(paypal.asked) == number
        with pytest.raises(NoAnswer):
            PayPal().parse_event(webhook())
        assert len(paypal.asked) == paypal_webhooks.AT_ONCE
    finally:
        is_over.set()
        for thread in waiting:
            thread.join()


def test_one_is_kept_for_a_day(paypal, ahead):
    PayPal().parse_event(webhook())
    ahead(hours=23)
    PayPal().parse_event(webhook())
    assert len(paypal.asked) == 1
    ahead(hours=2)
    PayPal().parse_event(webhook())
    assert len(paypal.asked) == 2


def test_one_that_ends_while_it_is_kept_ends(paypal, ahead):
    paypal.answer = (200, forging.certificate(now=clock.now(), days=(-1, 0.5)))
    PayPal().parse_event(webhook())
    ahead(hours=13)
    with pytest.raises(BadSignature):
        PayPal().parse_event(webhook())


def test_made_up_names_do_not_fill_the_memory(paypal):
    for number in range(paypal_webhooks.KEPT + 5):
        url = f"{sandbox.paypal_url()}/v1/notifications/certs/CERT-{number}"
        PayPal().parse_event(webhook(url=url))
    assert len(paypal_webhooks._known) == paypal_webhooks.KEPT
