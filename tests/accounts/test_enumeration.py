"""Known and unknown names: the same status, headers, body, and the same work in storage.

Times are measured by benchmarks/enumeration.py; equal work is what keeps them equal.
"""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client

from core import clock
from dynamo.metering import budget
from tests.accounts.mailbox import deliver
from tests.factories import PASSWORD

WRONG = "not the password at all"
KNOWN, UNKNOWN = "alice@example.com", "nobod@example.com"
KNOWN_HANDLE, UNKNOWN_HANDLE = "alice_h", "nobod_h"
RANDOM = re.compile(r"[A-Za-z0-9_-]{22,}")  # tokens, attempts, request ids


@pytest.fixture(autouse=True)
def _now():
    """Answers say how long to wait, and when they expire."""
    with time_machine.travel(clock.now(), tick=False):
        yield


def post(path, data, **extra):
    with budget() as spent:
        answer = Client().post(path, data, **extra)
    work = [(done.name, done.table, done.rru, done.wru) for done in spent.operations]
    return answer, (spent.calls, spent.hops, spent.rru, spent.wru, work)


def seen(answer, name):
    """All that a stranger can compare, without what is random and what they sent themselves."""
    headers = {key: RANDOM.sub("*", value) for key, value in answer.headers.items()}
    cookies = sorted((key, morsel["max-age"]) for key, morsel in answer.cookies.items())
    body = answer.content.decode().replace(name, "*")
    return answer.status_code, headers, cookies, RANDOM.sub("*", body)


def assert_alike(path, form, names, **extra):
    """`form(name)` is the body; the answers and the work must be equal, call by call."""
    Client().post(path, form("first@example.com"), **extra)  # what a process does once is done
    (known, known_work), (unknown, unknown_work) = (post(path, form(n), **extra) for n in names)
    assert seen(known, names[0]) == seen(unknown, names[1])
    assert known_work == unknown_work
    return known


@pytest.mark.parametrize("names", [(KNOWN, UNKNOWN), (KNOWN_HANDLE, UNKNOWN_HANDLE)])
def test_the_sign_in_page(alice, names):
    def form(name):
        return {"login": name, "password": WRONG}

    answer = assert_alike("/sign-in/", form, names)
    assert b"do not go together" in answer.content


@pytest.mark.parametrize("names", [(KNOWN, UNKNOWN), (KNOWN_HANDLE, UNKNOWN_HANDLE)])
def test_signing_in_by_the_api(alice, names):
    def form(name):
        return {"login": name, "password": WRONG}

    answer = assert_alike("/api/v1/sessions/", form, names, content_type="application/json")
    assert answer.json()["code"] == "wrong_sign_in"


@pytest.mark.parametrize("path", ["/sign-up/", "/api/v1/sign-ups/"])
def test_signing_up(alice, path):
    handles = iter(["carol1", "carol2", "carol3"])

    def form(name):
        return {"email": name, "handle": next(handles), "password": PASSWORD}

    extra = {"content_type": "application/json"} if "api" in path else {}
    answer = assert_alike(path, form, (KNOWN, UNKNOWN), **extra)
    assert answer.status_code in (202, 302)
    assert deliver() == 3
    assert {sent.to[0] for sent in mail.outbox} == {KNOWN, UNKNOWN, "first@example.com"}


@pytest.mark.parametrize("path", ["/reset-password/", "/api/v1/password-resets/"])
def test_asking_for_a_new_password(alice, path):
    extra = {"content_type": "application/json"} if "api" in path else {}
    assert_alike(path, lambda name: {"email": name}, (KNOWN, UNKNOWN), **extra)
    assert deliver() == 3
    assert {sent.to[0] for sent in mail.outbox} == {KNOWN, UNKNOWN, "first@example.com"}


def test_a_name_that_is_locked(alice):
    """The same tries, the same wait, whether or not anybody has the name."""

    def form(name):
        return {"login": name, "password": WRONG}

    for _ in range(7):
        answer = assert_alike(
            "/api/v1/sessions/", form, (KNOWN, UNKNOWN), content_type="application/json"
        )
    assert answer.status_code == 429
