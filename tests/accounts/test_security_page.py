"""The page that leads to everything about signing in."""

import re
from datetime import timedelta

import pytest
import time_machine

from core import clock
from dynamo.metering import budget
from dynamo.table import transact
from tests import shell
from users import services as users

PATH = "/settings/security/"


def page(client):
    answer = client.get(PATH)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_it_shows_the_address_and_that_it_is_verified(client_for, alice):
    shown = page(client_for(alice))
    assert "alice@example.com" in shown
    assert "Verified" in shown


def test_it_counts_the_browsers_that_are_signed_in(client_for, alice, bob):
    client = client_for(alice)
    client_for(bob)
    assert "In 1 browser: this one" in page(client)
    client_for(alice)
    assert "In 2 browsers, this one included" in page(client)


def test_it_tells_when_the_password_was_changed(client_for, alice):
    client = client_for(alice)
    born = f"{alice.created_at:%-d %B %Y}"
    assert f"The one you chose on {born}" in page(client)
    new = users.hash_password("another good long phrase")
    with time_machine.travel(clock.now() + timedelta(hours=30), tick=False):
        changed = f"{clock.now():%-d %B %Y}"
        transact(users.set_password_writes(alice.user_sub, old_hash=alice.password, new_hash=new))
    assert f"Changed on {changed}" in page(client)


def test_it_leads_to_pages_that_answer(client_for, alice):
    client = client_for(alice)
    links = re.findall(r'<a class="btn"[^>]* href="([^"]+)"', page(client))
    assert links == [
        "/settings/email/",
        "/settings/password/",
        "/settings/mfa/",
        "/settings/sessions/",
        "/settings/history/",
        "/settings/data/",
        "/settings/delete/",
    ]
    assert all(client.get(link).status_code == 200 for link in links)


def test_it_is_in_the_navigation(client_for, alice):
    shown = page(client_for(alice))
    assert f'href="{PATH}" aria-current="page"' in shown


def test_it_keeps_to_its_budget(client_for, alice):
    client = client_for(alice)
    with budget(calls=4 + shell.CALLS, hops=4 + shell.HOPS, rru=5 + shell.RRU, wru=0):
        client.get(PATH)


def test_a_visitor_signs_in_first(client):
    assert client.get(PATH).url == f"/sign-in/?next={PATH}"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_shows(client_for, alice, method):
    assert getattr(client_for(alice), method)(PATH).status_code == 405
