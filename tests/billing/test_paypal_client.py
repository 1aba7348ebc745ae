"""Our transport over PayPal's package: each fault of the package, and what errors mean to us."""

import json
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from threading import Event

import pytest
import requests

from billing.providers import paypal_client
from billing.providers.errors import NoAnswer, NotThere, ProviderRefused
from billing.providers.paypal_client import access, call
from core import clock
from tests.billing.paypal_doubles import TOKEN, TOKEN_PATH, Server, dripping

ORDERS = "/v2/checkout/orders"
REFUSED = {"name": "UNPROCESSABLE_ENTITY", "debug_id": "d1", "details": [{"issue": "SOME_ISSUE"}]}


def issue(name):
    return {**REFUSED, "details": [{"issue": name}]}


@pytest.fixture
def server(settings, monkeypatch):
    settings.PAYPAL_CLIENT_ID, settings.PAYPAL_CLIENT_SECRET = "an-id", "a-secret"
    settings.PAYPAL_WEBHOOK_ID, settings.PAYPAL_MODE = "8HOOK", "sandbox"
    with Server() as made:
        monkeypatch.setitem(paypal_client.HOSTS, "sandbox", made.origin)
        yield made


@pytest.mark.parametrize(
    ("mode", "host"), [("live", "api-m.paypal.com"), ("sandbox", "api-m.sandbox.paypal.com")]
)
def test_it_asks_the_hosts_that_paypal_names_today(settings, mode, host):
    settings.PAYPAL_MODE = mode
    assert access().base == f"https://{host}"
    assert paypal_client.Client(access()).endpoint == f"https://{host}"


def test_a_call_waits_for_seconds_and_not_for_ever(server, monkeypatch):
    call("GET", ORDERS)
    monkeypatch.setattr(paypal_client, "TIMEOUT_SECONDS", (3, 0.2))
    came, is_over = Event(), Event()
    server.answer = lambda handler: (came.set(), is_over.wait(60))[0]
    try:
        with pytest.raises(NoAnswer):
            call("POST", ORDERS, {}, key="topup:1")
        assert came.wait(30)
        assert server.paths == [TOKEN_PATH, ORDERS, ORDERS]  # who is slow is asked once
    finally:
        is_over.set()


def test_the_time_of_a_call_is_the_one_that_was_chosen(server, monkeypatch):
    assert paypal_client.TIMEOUT_SECONDS == (3.05, 8.0)
    given = []
    real = requests.Session.request

    def request(self, method, url, **more):
        given.append((more["timeout"], more["allow_redirects"]))
        return real(self, method, url, **more)

    monkeypatch.setattr(requests.Session, "request", request)
    call("GET", f"{ORDERS}/O1")
    assert given == [((3.05, 8.0), False)] * 2


@pytest.mark.parametrize("asked_for", [[TOKEN_PATH], [TOKEN_PATH, ORDERS]])
def test_an_answer_that_drips_is_none_in_time(server, monkeypatch, asked_for):
    monkeypatch.setattr(paypal_client, "TIMEOUT_SECONDS", (3, 0.3))
    server.answer = slow = dripping([b" "] * 200, every=0.05)
    if asked_for == [TOKEN_PATH]:
        server.tokens = [slow]
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        call("POST", ORDERS, {}, key="topup:1")
    assert time.monotonic() - began < 5
    assert server.paths == asked_for


@pytest.mark.parametrize("asked_for", ["token", "call", "refusal"])
def test_a_larger_answer_than_any_of_paypals_is_none(server, monkeypatch, asked_for):
    assert paypal_client.LARGEST == 8 * 1024 * 1024  # of a page of its books
    monkeypatch.setattr(paypal_client, "LARGEST", 1000)
    large = json.dumps({**TOKEN, **REFUSED, "more": "x" * 1000}).encode()
    if asked_for == "token":
        server.tokens = [(200, large)]
    else:
        server.answer = (422 if asked_for == "refusal" else 200, large)
    with pytest.raises(NoAnswer):
        call("POST", ORDERS, {}, key="topup:1")


def test_an_answer_that_breaks_off_is_none_and_not_asked_for_again(server):
    server.answer = dripping([b'{"id": '], length=20)
    with pytest.raises(NoAnswer):
        call("POST", ORDERS, {}, key="topup:1")
    assert server.paths == [TOKEN_PATH, ORDERS]


def test_calls_share_a_connection_whatever_they_are_answered(server, monkeypatch):
    monkeypatch.setattr(server.RequestHandlerClass, "protocol_version", "HTTP/1.1")
    server.answers = [(200, {"id": "O1"}), (422, REFUSED), (200, b"no json"), (204, b"")]
    for answer in (None, ProviderRefused, NoAnswer, None):
        with pytest.raises(answer) if answer else nullcontext():
            call("POST", ORDERS, {}, key="topup:1")
    assert len(server.peers) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_is_raised_with_its_first_issue(server, status):
    server.answer = (status, REFUSED)
    with pytest.raises(ProviderRefused) as refused:
        call("POST", ORDERS, {}, key="topup:1")
    assert refused.value.reason == "SOME_ISSUE"
    assert server.paths == [TOKEN_PATH, ORDERS]


def test_a_refusal_without_details_is_called_by_its_name(server):
    server.answer = (400, {"name": "VALIDATION_ERROR"})
    with pytest.raises(ProviderRefused) as refused:
        call("GET", ORDERS)
    assert refused.value.reason == "VALIDATION_ERROR"


def test_what_is_not_there_is_said(server):
    server.answer = (404, {**REFUSED, "name": "RESOURCE_NOT_FOUND"})
    with pytest.raises(NotThere):
        call("GET", f"{ORDERS}/O1")


@pytest.mark.parametrize(
    "answer",
    [
        (403, {**REFUSED, "name": "NOT_AUTHORIZED"}),
        (409, issue("PREVIOUS_REQUEST_IN_PROGRESS")),
        (422, issue("DUPLICATE_INVOICE_ID")),
        (422, issue("DUPLICATE_REQUEST_ID")),
        (422, issue("ORDER_COMPLETION_IN_PROGRESS")),
        (422, issue("PAYPAL_REQUEST_ID_PREVIOUSLY_USED")),
        (429, {**REFUSED, "name": "RATE_LIMIT_REACHED"}),
        (500, REFUSED),
        (503, b"<html>busy</html>"),
        (404, b"<html>no such page</html>"),
        (400, b"<html>bad</html>"),
        (200, b"no json"),
        (200, b"\xff\xfe"),
        (200, b"[" * 200_000),
        (422, b"[" * 200_000),
        (200, ["a", "list"]),
        (200, b'"text"'),
        (302, {}, ("Location", "http://127.0.0.1:9/elsewhere")),
        (308, {}, ("Location", "http://127.0.0.1:9/elsewhere")),
    ],
)
def test_what_does_not_say_that_nothing_happened_is_no_answer(server, answer):
    server.answer = answer
    with pytest.raises(NoAnswer):
        call("POST", ORDERS, {}, key="charge:1")
    assert server.paths == [TOKEN_PATH, ORDERS]


def test_a_token_that_does_not_hold_is_replaced_once(server):
    server.tokens = [(200, TOKEN), (200, {**TOKEN, "access_token": "t2"})]
    server.answers = [(401, {"error": "invalid_token"})]
    assert call("POST", ORDERS, {}, key="topup:1") == {"id": "O1"}
    assert server.paths == [TOKEN_PATH, ORDERS, TOKEN_PATH, ORDERS]
    assert server.asked[-1][2]["Authorization"] == "Bearer t2"
    assert server.asked[-1][2]["PayPal-Request-Id"] == "topup:1"


def test_a_lasting_401_ends(server):
    server.answer = (401, {"error": "invalid_token"})
    with pytest.raises(NoAnswer):
        call("GET", ORDERS)
    assert server.paths == [TOKEN_PATH, ORDERS] * 2


@pytest.mark.parametrize(
    "answer", [(401, {"error": "invalid_client"}), (500, REFUSED), (200, {}), (200, b"no")]
)
def test_without_a_token_nothing_is_asked(server, answer):
    server.tokens = [answer]
    with pytest.raises(NoAnswer):
        call("GET", ORDERS)
    assert server.paths == [TOKEN_PATH]


def test_the_request_id_stays_with_its_call(server):
    call("POST", ORDERS, {}, key="topup:1")
    (_, _, for_token, _), (_, _, for_call, _) = server.asked
    assert "PayPal-Request-Id" not in for_token
    assert for_token["Authorization"].startswith("Basic ")
    assert for_call["PayPal-Request-Id"] == "topup:1"
    assert (for_call["Authorization"], for_call["Prefer"]) == (
        "Bearer t1",
        "return=representation",
    )


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_reading_and_forgetting_send_no_body(server, method):
    call(method, f"{ORDERS}/O1")
    assert server.asked[-1][3] == ""


def test_an_empty_object_is_a_body_and_an_empty_answer_is_one(server):
    server.answer = (204, b"")
    assert call("POST", f"{ORDERS}/O1/capture", {}, key="capture:1") == {}
    assert json.loads(server.asked[-1][3]) == {}


def test_many_threads_ask_for_one_token(server):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: call("GET", f"{ORDERS}/O1"), range(16)))
    assert server.paths.count(TOKEN_PATH) == 1


def test_a_token_is_renewed_a_minute_before_it_ends(server, time_machine):
    server.tokens = [(200, {**TOKEN, "expires_in": 600})]
    now = clock.now()
    time_machine.move_to(now, tick=False)
    call("GET", ORDERS)
    time_machine.move_to(now + timedelta(seconds=539), tick=False)
    call("GET", ORDERS)
    assert server.paths.count(TOKEN_PATH) == 1
    time_machine.move_to(now + timedelta(seconds=541), tick=False)
    call("GET", ORDERS)
    assert server.paths.count(TOKEN_PATH) == 2


def test_a_connection_that_broke_is_tried_once_more_with_the_same_id(server):
    server.answers = [None]
    assert call("POST", ORDERS, {}, key="charge:1") == {"id": "O1"}
    calls = [headers for _, path, headers, _ in server.asked if path == ORDERS]
    assert [headers["PayPal-Request-Id"] for headers in calls] == ["charge:1"] * 2


def test_one_that_breaks_again_is_no_answer(server):
    server.answers = [None] * 9
    with pytest.raises(NoAnswer):
        call("POST", ORDERS, {}, key="charge:1")
    assert server.paths == [TOKEN_PATH, ORDERS, ORDERS]


def test_no_secret_and_no_word_of_paypals_is_logged(server, caplog):
    caplog.set_level(logging.DEBUG)
    server.tokens = [(200, {**TOKEN, "access_token": "SECRET-TOKEN"})]
    server.answers = [(422, {**REFUSED, "message": "payer@example.com"})]
    with pytest.raises(ProviderRefused) as refused:
        call("POST", ORDERS, {"payer": "payer@example.com"}, key="topup:1")
    logged = "\n".join(str(vars(record)) for record in caplog.records)
    for secret in ("SECRET-TOKEN", "a-secret", "payer@example.com", "Basic "):
        assert secret not in logged
    assert "'error_code': 'SOME_ISSUE'" in logged
    assert refused.value.__suppress_context__


def test_the_process_keeps_its_own_certificates(server):
    before = dict(os.environ)
    call("GET", ORDERS)
    assert dict(os.environ) == before


def test_a_netrc_file_takes_no_tokens_place(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    call("GET", ORDERS)
    assert server.asked[-1][2]["Authorization"] == "Bearer t1"


def test_no_cookie_is_kept(server):
    server.answers = [(200, {"id": "O1"}, ("Set-Cookie", "a=b"))]
    call("GET", ORDERS)
    call("GET", ORDERS)
    assert "Cookie" not in server.asked[-1][2]


def test_other_keys_are_another_client(server, settings):
    call("GET", ORDERS)
    settings.PAYPAL_CLIENT_SECRET = "another"
    call("GET", ORDERS)
    assert server.paths.count(TOKEN_PATH) == 2
