"""The numbers of the frame, asked for again and again."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from core import clock
from dynamo.metering import budget
from dynamo.table import Table
from sessions.repository import SCHEMA
from tests.alerts.people import tell
from tests.alerts.test_inbox import read_all

FRAGMENT, API = "/alerts/unread-count/", "/api/v1/alerts/unread-count/"
BOTH = pytest.mark.parametrize("path", [FRAGMENT, API])


def asked_again(client, path, answer):
    return client.get(path, headers={"If-None-Match": answer.headers["ETag"]})


@BOTH
def test_what_is_known_is_not_sent_again(client_for, alice, path):
    client = client_for(alice)
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["X-Poll-Interval"] == "60"
    same = asked_again(client, path, first)
    assert (same.status_code, same.content, same.headers["X-Poll-Interval"]) == (304, b"", "60")
    tell(alice)
    changed = asked_again(client, path, first)
    assert (changed.status_code, changed.headers["ETag"] != first.headers["ETag"]) == (200, True)
    read_all(alice)
    assert asked_again(client, path, changed).status_code == 200


def test_the_fragment_is_the_frames_numbers(client_for, alice):
    tell(alice)
    text = client_for(alice).get(FRAGMENT).content.decode()
    assert 'aria-label="Notifications, 1 new"' in text
    assert 'id="count-newsfeed-notifications"' in text
    assert "<html" not in text


def test_the_api_tells_the_number(client_for, alice):
    tell(alice)
    assert client_for(alice).get(API).json() == {"count": 1}


def test_it_is_cheap(client_for, alice):
    tell(alice)
    client = client_for(alice)
    with budget(calls=4, hops=3, rru=3, wru=0):
        client.get(API)
    with budget(calls=6, hops=3, rru=4, wru=0):
        client.get(FRAGMENT)


def seen_at():
    return [row["seen_at"] for row in Table(SCHEMA).scan()]


@BOTH
def test_a_script_keeps_no_session_alive(client_for, alice, path):
    client = client_for(alice)
    before = seen_at()
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        client.get(path)
        assert seen_at() == before
        client.get("/account/")
        assert seen_at() != before


def test_a_visitor_gets_none():
    assert Client().get(FRAGMENT).status_code == 302
    assert Client().get(API).status_code == 401
