"""A token that threads share: one asks, nobody waits long, and a failure is everybody's."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Lock

import pytest

from billing.providers import ccbill_access, ccbill_client, paypal_client
from billing.providers.errors import NoAnswer
from billing.providers.tokens import SharedToken
from tests.billing.paypal_doubles import Server


class Office:
    """Gives tokens t1, t2, … for an hour, or what `answer` does."""

    def __init__(self):
        self.asked, self.answer, self._lock = 0, None, Lock()

    def __call__(self):
        with self._lock:
            self.asked += 1
            text = f"t{self.asked}"
        return self.answer() if self.answer else (text, 3600)


def fail():
    raise NoAnswer


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def token(office):
    return SharedToken(office, wait=0.2)


def test_one_is_kept_until_a_minute_before_its_end(office, token, ahead):
    assert (token.get(), token.get()) == ("t1", "t1")
    ahead(seconds=3530)
    assert token.get() == "t1"
    ahead(seconds=15)
    assert (token.get(), office.asked) == ("t2", 2)


def test_one_that_does_not_hold_is_replaced_once(office, token):
    for _ in range(2):  # two threads were refused with it
        token.get()
        token.forget("t1")
    assert (token.get(), office.asked) == ("t2", 2)


def test_the_same_one_again_counts_as_new(office, token):
    office.answer = lambda: ("t1", 3600)
    token.get()
    token.forget("t1")
    assert (token.get(), token.get(), office.asked) == ("t1", "t1", 2)


def test_a_failure_is_shared_for_some_seconds(office, token, ahead):
    office.answer = fail
    for _ in range(3):
        with pytest.raises(NoAnswer):
            token.get()
    assert office.asked == 1
    office.answer = None
    ahead(seconds=6)
    assert token.get() == "t2"


def test_nobody_waits_longer_than_for_a_call(office, token):
    is_over, came = Event(), Event()
    office.answer = lambda: (came.set(), is_over.wait(60), ("t1", 3600))[2]
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(token.get)
        assert came.wait(30)
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            token.get()
        token.forget("t0")  # nor does who was refused with another one
        assert time.monotonic() - began < 5
        is_over.set()
        assert first.result(30) == "t1"
    assert (token.get(), office.asked) == ("t1", 1)


@pytest.fixture(params=["paypal", "ccbill"])
def silent(request, settings, monkeypatch):
    """A provider whose tokens do not come, and a call of it."""
    settings.PAYPAL_CLIENT_ID, settings.PAYPAL_MODE = "an-id", "sandbox"
    settings.CCBILL_APP_ID, settings.CCBILL_APP_SECRET = "an-id", "a-secret"
    is_over = Event()
    with Server() as made:
        monkeypatch.setitem(paypal_client.HOSTS, "sandbox", made.origin)
        there = replace(ccbill_access.access(), api_url=made.origin)
        monkeypatch.setattr(ccbill_client, "access", lambda: there)
        clients = {"paypal": paypal_client, "ccbill": ccbill_client}
        monkeypatch.setattr(clients[request.param], "TIMEOUT_SECONDS", (3, 1.0))
        made.tokens = [lambda handler: is_over.wait(60) and None] * 8
        made.answer = lambda handler: is_over.wait(60) and None
        yield made, lambda _: clients[request.param].call("GET", "/v2/checkout/orders/O1")
        is_over.set()


def test_while_tokens_do_not_come_threads_wait_beside_each_other(silent):
    server, call = silent

    def wait(number):
        with pytest.raises(NoAnswer):
            call(number)

    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(wait, range(8)))
    assert time.monotonic() - began < 4
    assert len(server.paths) == 1
