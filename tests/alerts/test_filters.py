"""Looking for some of one's alerts."""

from datetime import timedelta

import pytest

from alerts import services as alerts
from alerts.items import AlertKind, Category
from alerts.repository import ALERTS
from alerts.services import Wanted
from core import clock, ids
from dynamo.metering import budget
from dynamo.table import Table
from tests.alerts.people import actor, listed, newest, tell

LIST = "/alerts/"
API = "/api/v1/alerts/"


def found(user, after="", **wanted):
    return alerts.list_alerts(user_sub=user.user_sub, after=after, wanted=Wanted(**wanted))


def kinds(page):
    return {each.kind for each in page.items}


def copies(user, count, **changes):
    """So many older rows like the newest one."""
    row = next(Table(ALERTS).scan())
    moments = (clock.now() - timedelta(minutes=1 + each) for each in range(count))
    rows = [row | changes | {"alert_id": ids.first_id_of(moment)} for moment in moments]
    Table(ALERTS).batch_write(puts=rows)


def test_by_category_severity_unread_and_text(alice):
    tell(alice, AlertKind.NEW_DEVICE)
    tell(alice, AlertKind.HANDLE_CHANGED, old="one", new="zwei")
    assert kinds(found(alice, category=Category.ACCOUNT)) == {AlertKind.HANDLE_CHANGED}
    assert kinds(found(alice, min_severity=80)) == {AlertKind.NEW_DEVICE}
    assert kinds(found(alice, text="ZWEI")) == {AlertKind.HANDLE_CHANGED}
    assert kinds(found(alice, text="192.0.2.7")) == {AlertKind.NEW_DEVICE}
    alerts.mark_read(user_sub=alice.user_sub, alert_id=newest(alice).alert_id, actor=actor(alice))
    assert len(found(alice, unread=True).items) == 1
    assert found(alice, category=Category.MONEY).items == ()


def test_some_of_a_list_have_no_mark(alice):
    tell(alice)
    assert found(alice).mark
    assert found(alice, unread=True).mark == ""


def test_it_stops_after_a_bounded_number_and_goes_on_from_there(alice):
    tell(alice, AlertKind.HANDLE_CHANGED, old="one", new="two")
    copies(alice, 130)
    tell(alice, AlertKind.NEW_DEVICE)
    with budget(calls=3, hops=2, rru=16, wru=0):
        page = found(alice, category=Category.SECURITY)
    assert (len(page.items), page.next_cursor) == (1, "")


def test_a_short_page_says_that_there_may_be_more(alice, monkeypatch):
    monkeypatch.setattr("alerts.services.inbox.SCANNED", 4)
    monkeypatch.setattr("alerts.services.searching.SCANNED", 4)
    tell(alice, AlertKind.NEW_DEVICE)
    copies(alice, 24)
    page = found(alice, category=Category.MONEY)
    assert (page.items, bool(page.next_cursor)) == ((), True)
    page = found(alice, page.next_cursor, category=Category.MONEY)
    assert (page.items, page.next_cursor) == ((), "")


def test_pages_of_what_is_wanted_miss_none_and_repeat_none(alice):
    tell(alice, AlertKind.NEW_DEVICE)
    copies(alice, 44)
    first = found(alice, category=Category.SECURITY)
    second = found(alice, first.next_cursor, category=Category.SECURITY)
    third = found(alice, second.next_cursor, category=Category.SECURITY)
    seen = [each.alert_id for page in (first, second, third) for each in page.items]
    assert [len(page.items) for page in (first, second, third)] == [20, 20, 5]
    assert seen == sorted(set(seen), reverse=True)


def test_the_page_keeps_what_was_asked_for(client_for, alice):
    tell(alice, AlertKind.NEW_DEVICE)
    copies(alice, 30)
    tell(alice, AlertKind.HANDLE_CHANGED, old="one", new="two")
    page = client_for(alice).get(LIST, {"category": "security", "q": "firefox"}).content.decode()
    assert "Your handle was changed" not in page
    assert 'value="firefox"' in page
    assert "?q=firefox&amp;category=security&amp;after=" in page
    assert "Mark all as read" not in page


@pytest.mark.parametrize(
    ("field", "value"), [("category", "fun"), ("min_severity", "7"), ("q", "a" * 101)]
)
def test_a_bad_filter_is_refused_by_its_name(client_for, alice, field, value):
    tell(alice)
    client = client_for(alice)
    assert client.get(LIST, {field: value}).status_code == 400
    answer = client.get(API, {field: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_the_api_filters_too(client_for, alice):
    tell(alice, AlertKind.NEW_DEVICE)
    tell(alice, AlertKind.HANDLE_CHANGED, old="one", new="two")
    client = client_for(alice)
    asked = {"category": "security", "min_severity": "60", "unread": "1", "q": "browser"}
    body = client.get(API, asked).json()
    assert [each["kind"] for each in body["results"]] == ["session.new_device"]
    assert (len(listed(alice)), body["mark"]) == (2, "")
