"""The numbers in the frame of every page."""

import pytest
from django.test import Client

from dynamo.errors import Unavailable
from dynamo.metering import budget
from newsfeed import services as newsfeed
from tests import shell
from tests.accounts.mailbox import deliver
from tests.alerts.people import newest, tell

COUNT = '{}<span class="sr-only"> new</span>'


def test_what_is_new_is_counted_on_every_page(client_for, alice, bob):
    tell(alice)
    tell(alice)
    client = client_for(alice)
    for path in ("/account/", "/settings/profile/", "/alerts/"):
        page = client.get(path).content.decode()
        assert COUNT.format(2) in page
        assert 'aria-label="Notifications, 2 new"' in page
    assert COUNT.format(2) not in client_for(bob).get("/account/").content.decode()


def test_more_than_fits_is_said_so(client_for, alice, monkeypatch):
    client = client_for(alice)
    tell(alice)
    for people, shown in ((19, "20"), (20, "21+")):
        monkeypatch.setattr(newsfeed, "unread_count", lambda user_sub, n=people: n)
        assert COUNT.format(shown) in client.get("/account/").content.decode()


def test_it_costs_one_hop(client_for, alice):
    tell(alice)
    deliver()
    client = client_for(alice)
    with budget(calls=2 + shell.CALLS, hops=2 + shell.HOPS, rru=2 + shell.RRU, wru=0):
        client.get("/account/")


def test_the_inbox_costs_its_page_and_the_frame(client_for, alice):
    tell(alice)
    client = client_for(alice)
    with budget(calls=5 + shell.CALLS, hops=4 + shell.HOPS, rru=6, wru=0):  # the tabs, a hop
        client.get("/alerts/")
    path = f"/alerts/{newest(alice).alert_id}/"
    with budget(calls=5 + shell.CALLS, hops=4 + shell.HOPS, rru=6, wru=3):
        client.get(path)


def test_without_the_numbers_the_page_is_still_there(client_for, alice, monkeypatch, caplog):
    def fail(user_sub):
        raise Unavailable

    client = client_for(alice)
    monkeypatch.setattr(newsfeed, "unread_count", fail)
    answer = client.get("/account/")
    assert answer.status_code == 200
    assert 'aria-label="Notifications, 0 new"' in answer.content.decode()
    assert "no numbers for the navigation" in caplog.text


@pytest.fixture
def counted(monkeypatch):
    calls = []
    monkeypatch.setattr(newsfeed, "unread_count", lambda user_sub: calls.append(user_sub) or 0)
    return calls


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/sign-up/", "/alerts/", "/no-such-page/"])
def test_a_visitor_costs_nothing(counted, path):
    with budget(calls=0):
        Client().get(path)
    assert counted == []


def test_error_pages_read_nothing(client_for, alice, counted, faults):
    client = client_for(alice)
    assert client.get("/no-such-page/").status_code == 404
    assert client.get("/alerts/x/").status_code == 404
    with faults.outage():
        assert client.get("/account/").status_code == 503
    assert counted == []
