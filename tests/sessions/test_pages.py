import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from core import clock
from dynamo.metering import budget
from tests import shell
from tests.sessions import stores
from tests.sessions.stores import client_of

LIST = "/settings/sessions/"
END_OTHERS = "/settings/sessions/end-others/"


def end(session):
    return f"{LIST}{session.sid}/end/"


def test_the_page_shows_this_device_and_the_others(this, other):
    page = client_of(this).get(LIST).content.decode()
    assert page.count("Firefox on Windows</span>") == 3  # two titles, one button's hidden text
    assert page.count("This device") == 1
    assert stores.ADDRESS in page
    assert end(other) in page
    assert end(this) not in page
    assert "Sign out everywhere else" in page
    assert this.session_key not in page


def test_the_page_says_when_another_session_was_used(this, other):
    client = client_of(this)
    assert "last used just now" in client.get(LIST).content.decode()
    with time_machine.travel(clock.now() + timedelta(hours=3)):
        assert "last used 3\xa0hours ago" in client.get(LIST).content.decode()


def test_a_single_session_offers_nothing_to_end(this):
    page = client_of(this).get(LIST).content.decode()
    assert "This device" in page
    assert "/end/" not in page
    assert "Sign out everywhere else" not in page


def test_the_page_costs_four_calls_and_its_frame(this, other):
    client = client_of(this)
    with budget(calls=4 + shell.CALLS, hops=4 + shell.HOPS, rru=6 + shell.RRU, wru=0):
        client.get(LIST)


def test_a_visitor_is_asked_to_sign_in(client):
    answer = client.get(LIST)
    assert (answer.status_code, answer.url) == (302, f"/sign-in/?next={LIST}")


def test_ending_a_session_says_so_on_the_list(this, other):
    client = client_of(this)
    page = client.post(end(other), follow=True).content.decode()
    assert "That session is signed out." in page
    assert stores.row(other.session_key) is None
    assert client_of(other).get(LIST).status_code == 302


def test_htmx_gets_the_row_that_takes_the_place(this, other):
    answer = client_of(this).post(end(other), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert f'id="session-{other.sid}"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert answer.headers["HX-Trigger"] == '{"toast": "That session is signed out."}'
    assert stores.row(other.session_key) is None


def test_the_button_of_a_row_is_a_form_and_an_htmx_call_alike(this, other):
    page = client_of(this).get(LIST).content.decode()
    form = re.search(rf'<form[^>]*action="{end(other)}"[^>]*>', page)[0]
    assert f'data-hx-post="{end(other)}"' in form
    assert f'data-hx-target="#session-{other.sid}"' in form
    assert f'id="session-{other.sid}"' in page


@pytest.mark.parametrize("sid", ["somebody's", "unknown", "%23", "x" * 5000])
def test_a_session_that_is_not_yours_is_404_and_stays(alice, mallory, this, sid):
    sid = this.sid if sid == "somebody's" else sid
    before = stores.rows()
    mallorys = stores.sign_in(mallory)
    answer = client_of(mallorys).post(f"{LIST}{sid}/end/")
    assert answer.status_code == 404
    assert [row for row in stores.rows() if row["sid"] != mallorys.sid] == before


def test_ending_the_others_keeps_this_one_signed_in(this, other):
    client = client_of(this)
    page = client.post(END_OTHERS, follow=True).content.decode()
    assert "You are signed out everywhere else." in page
    assert "This device" in page
    assert client_of(other).get(LIST).status_code == 302


def test_ending_the_own_session_signs_out(this):
    client = client_of(this)
    answer = client.post(end(this))
    assert (answer.status_code, answer.url) == (302, "/sign-in/")
    assert answer.cookies["sessionid"]["max-age"] == 0
    assert stores.rows() == []


@pytest.mark.parametrize("whose", ["end", "others"])
def test_a_get_or_a_post_without_a_token_changes_nothing(this, other, whose):
    path = END_OTHERS if whose == "others" else end(other)
    before = stores.rows()
    assert client_of(this).get(path).status_code == 405
    assert client_of(this, enforce_csrf_checks=True).post(path).status_code == 403
    assert Client().post(path).status_code in (302, 403)
    assert stores.rows() == before


def test_a_hostile_browser_name_is_only_text(alice, client_for):
    client = client_for(alice, headers={"User-Agent": "<b>x</b> {{ 1 }} Firefox/1.0 Windows"})
    page = client.get(LIST).content.decode()
    assert "<b>x</b>" not in page
    assert client.get(LIST).status_code == 200
