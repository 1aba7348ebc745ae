import re

import pytest
from django.test import Client

from alerts import services as alerts
from alerts.items import AlertKind
from core.ids import new_id
from tests.alerts.people import listed, newest, tell

LIST = "/alerts/"
CHOICES = "/settings/alerts/"


def shown(client, path=LIST):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_newcomer_sees_that_there_is_nothing(client_for, alice):
    page = shown(client_for(alice))
    assert "No alerts" in page
    assert "Mark all as read" not in page


def test_what_is_new_is_marked_and_can_be_read(client_for, alice):
    tell(alice, AlertKind.NEW_DEVICE)
    client = client_for(alice)
    page = shown(client)
    assert "New sign-in to your account" in page
    assert "Firefox on Windows · 192.0.2.7 ·" in page
    assert ">New<" in page
    answer = client.post(f"/alerts/{newest(alice).alert_id}/read/", {"next": "/alerts/?after="})
    assert (answer.status_code, answer.url) == (302, "/alerts/?after=")
    assert not newest(alice).unread
    assert ">New<" not in shown(client)


def test_reading_one_never_leads_to_another_site(client_for, alice):
    tell(alice)
    path = f"/alerts/{newest(alice).alert_id}/read/"
    assert client_for(alice).post(path, {"next": "https://evil.example/"}).url == LIST


def test_all_are_read_up_to_the_mark_of_the_page(client_for, alice):
    tell(alice)
    client = client_for(alice)
    (mark,) = re.findall(r'name="upto" value="(\w+)"', shown(client))
    answer = client.post("/alerts/read-all/", {"upto": mark}, follow=True)
    assert "Every alert is marked as read." in answer.content.decode()
    assert alerts.badge(alice.user_sub) == 0


@pytest.mark.parametrize("upto", ["", "nonsense"])
def test_without_a_mark_nothing_is_read(client_for, alice, upto):
    tell(alice)
    assert client_for(alice).post("/alerts/read-all/", {"upto": upto}).status_code == 400
    assert alerts.badge(alice.user_sub) == 1


def test_opening_one_shows_its_facts_and_reads_it(client_for, alice):
    tell(alice, AlertKind.NEW_DEVICE)
    page = shown(client_for(alice), f"/alerts/{newest(alice).alert_id}/")
    assert "<dd>192.0.2.7</dd>" in page
    assert "Was this you?" in page
    assert 'href="/settings/sessions/"' in page
    assert not newest(alice).unread


def test_a_look_by_head_reads_nothing(client_for, alice):
    tell(alice)
    assert client_for(alice).head(f"/alerts/{newest(alice).alert_id}/").status_code == 200
    assert newest(alice).unread


@pytest.mark.parametrize("method", ["get", "post"])
def test_of_somebody_else_and_unknown_are_the_same_404(client_for, alice, mallory, method):
    tell(alice)
    client = client_for(mallory)
    end = "" if method == "get" else "read/"
    for alert_id in (newest(alice).alert_id, new_id(), "x"):
        assert getattr(client, method)(f"/alerts/{alert_id}/{end}").status_code == 404
    assert newest(alice).unread


def test_markup_in_a_fact_is_text(client_for, alice):
    tell(alice, AlertKind.NEW_DEVICE, device="<script>alert(1)</script>")
    client = client_for(alice)
    for path in (LIST, f"/alerts/{newest(alice).alert_id}/"):
        assert "<script>alert(1)" not in shown(client, path)


def test_a_second_page_leads_back(client_for, alice):
    for _ in range(21):
        tell(alice)
    client = client_for(alice)
    (older,) = re.findall(r'href="([^"]+)" rel="next"', shown(client))
    page = shown(client, older)
    assert page.count("View<") == 1
    assert "Mark all as read" not in page
    assert 'rel="prev"' in page
    assert client.get(LIST, {"after": "forged"}).status_code == 400


@pytest.mark.parametrize("path", [LIST, f"/alerts/{'0' * 26}/", CHOICES])
def test_a_visitor_signs_in_first(path):
    assert Client().get(path).url == f"/sign-in/?next={path}"


@pytest.mark.parametrize("path", ["/alerts/read-all/", f"/alerts/{'0' * 26}/read/", CHOICES])
def test_a_post_without_the_token_changes_nothing(client_for, alice, path):
    client = client_for(alice, enforce_csrf_checks=False)
    client.handler.enforce_csrf_checks = True
    assert client.post(path, {"upto": "7" + "Z" * 25, "version": 1}).status_code == 403


def test_the_demo_is_told_once(client_for, alice):
    from alerts import demo

    for _ in range(2):
        demo.load({"alice": alice.user_sub})
    assert len(listed(alice)) == len(demo.STORY)
    assert alerts.badge(alice.user_sub) == 2
    assert "Too many failed sign-ins" in shown(client_for(alice))
