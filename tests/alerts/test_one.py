"""What a person does with one alert."""

import pytest

from alerts import services as alerts
from alerts.errors import AlertNotFound, AlertStays
from alerts.items import AlertKind, Answer
from alerts.repository import ALERTS, AlertRepository
from core import ids
from dynamo.expressions import Update
from dynamo.table import Table
from tests.alerts.people import actor, listed, newest, tell
from tests.alerts.test_inbox import later, read_all
from tests.dumps import dump_tables

API = "/api/v1/alerts/"
DOORS = ("mark_unread", "delete_alert", "say_was_me")


def do(name, user, alert_id=None):
    alert_id = newest(user).alert_id if alert_id is None else alert_id
    getattr(alerts, name)(user_sub=user.user_sub, alert_id=alert_id, actor=actor(user))


def happen_again(user):
    key = {"user_sub": user.user_sub, "alert_id": newest(user).alert_id}
    Table(ALERTS).update(key, Update().increment("n", 1).set("unread_id", ids.new_id()))


@pytest.mark.parametrize("name", DOORS)
def test_of_somebody_else_and_unknown_do_not_exist(alice, mallory, name):
    tell(alice)
    theirs, before = newest(alice).alert_id, dump_tables("alerts")
    for alert_id in (theirs, ids.new_id(), "nonsense", ""):
        with pytest.raises(AlertNotFound):
            do(name, mallory, alert_id)
    assert dump_tables("alerts") == before


def test_unread_again_counts_also_below_the_watermark(alice):
    tell(alice)
    with later(minutes=1):
        read_all(alice)
        assert alerts.badge(alice.user_sub) == 0
        do("mark_unread", alice)
        assert newest(alice).unread
        assert alerts.badge(alice.user_sub) == 1
        do("mark_read", alice)
        assert alerts.badge(alice.user_sub) == 0


def test_what_is_mandatory_stays(client_for, alice):
    tell(alice)
    client, alert_id = client_for(alice), newest(alice).alert_id
    before = dump_tables("alerts")
    with pytest.raises(AlertStays):
        do("delete_alert", alice)
    assert client.post(f"/alerts/{alert_id}/delete/").status_code == 409
    assert client.delete(f"{API}{alert_id}/").json()["code"] == "alert_stays"
    assert dump_tables("alerts") == before
    assert "Remove" not in client.get(f"/alerts/{alert_id}/").content.decode()


def test_removed_is_gone_everywhere(alice):
    tell(alice, AlertKind.EXPORT_READY)
    do("delete_alert", alice)
    assert listed(alice) == ()
    assert alerts.badge(alice.user_sub) == 0
    assert dump_tables("alerts") == ""


def test_what_happens_while_one_reads_stays_unread(alice):
    tell(alice)
    shown = newest(alice)
    with later(seconds=1):
        happen_again(alice)
    alerts.mark_read(
        user_sub=alice.user_sub, alert_id=shown.alert_id, seen=shown.unread_id, actor=actor(alice)
    )
    assert newest(alice).unread


def test_all_read_leaves_what_happened_after_the_mark_unread(alice, monkeypatch):
    tell(alice)
    mark = alerts.list_alerts(user_sub=alice.user_sub).mark
    found = AlertRepository.unread_between

    def and_then_it_happens_again(self, *bounds):
        rows = found(self, *bounds)
        with later(seconds=1):
            happen_again(alice)
        return rows

    monkeypatch.setattr(AlertRepository, "unread_between", and_then_it_happens_again)
    read_all(alice, mark)
    assert alerts.badge(alice.user_sub) == 1


def test_was_me_is_kept_and_reads_it(alice):
    tell(alice, AlertKind.NEW_DEVICE)
    do("say_was_me", alice)
    assert (newest(alice).answer, newest(alice).unread) == (Answer.WAS_ME, False)
    happen_again(alice)
    assert newest(alice).answer is None  # of that, nothing was said yet


@pytest.mark.parametrize(
    "kind", [AlertKind.SIGN_IN_LOCKED, AlertKind.EMAIL_CHANGED, AlertKind.EXPORT_READY]
)
def test_some_alerts_ask_nothing(client_for, alice, kind):
    tell(alice, kind)
    before = dump_tables("alerts")
    with pytest.raises(AlertNotFound):
        do("say_was_me", alice)
    client, alert_id = client_for(alice), newest(alice).alert_id
    assert client.get(f"/not-me/{alert_id}/").status_code == 404
    assert client.post(f"/not-me/{alert_id}/").status_code == 404
    assert dump_tables("alerts") == before


def test_the_pages_buttons(client_for, alice):
    tell(alice, AlertKind.NEW_DEVICE)
    client, alert_id = client_for(alice), newest(alice).alert_id
    path = f"/alerts/{alert_id}/"
    assert client.post(path + "was-me/").url == path
    assert "You said that this was you" in client.get(path).content.decode()
    assert client.post(path + "unread/", {"next": "/alerts/?q=x"}).url == "/alerts/?q=x"
    assert newest(alice).unread
    tell(alice, AlertKind.EXPORT_READY)
    path = f"/alerts/{newest(alice).alert_id}/"
    assert client.post(path + "delete/").url == "/alerts/"
    assert client.get(path).status_code == 404


def test_the_api_can_do_it_too(client_for, alice):
    tell(alice, AlertKind.NEW_DEVICE)
    client, path = client_for(alice), f"{API}{newest(alice).alert_id}/"
    assert client.get(path).json()["asks"] is True
    assert client.post(path + "was-me/").status_code == 204
    body = client.get(path).json()
    assert (body["answer"], body["unread"]) == ("was_me", False)
    assert client.post(path + "unread/").status_code == 204
    assert client.get(path).json()["unread"] is True
    tell(alice, AlertKind.EXPORT_READY)
    path = f"{API}{newest(alice).alert_id}/"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
