import pytest
from django.test import Client

from alerts.items import AlertKind
from core.ids import is_id, new_id
from tests.alerts.people import listed, newest, tell

ROOT = "/api/v1/alerts/"
CHOICES = ROOT + "preferences/"


def send(client, method, path, **body):
    return getattr(client, method)(path, body, content_type="application/json")


def test_the_list_has_all_that_the_page_has(client_for, alice):
    tell(alice, AlertKind.NEW_DEVICE)
    body = client_for(alice).get(ROOT).json()
    (found,) = body["results"]
    assert found["kind"] == "session.new_device"
    assert (found["category"], found["severity"], found["n"]) == ("security", 80, 1)
    assert found["title"] == "New sign-in to your account"
    assert {"name": "ip", "label": "Internet address", "value": "192.0.2.7"} in found["facts"]
    assert found["unread"] is True
    assert (body["next"], is_id(body["mark"])) == ("", True)


def test_pages_follow_by_the_cursor(client_for, alice):
    for _ in range(21):
        tell(alice)
    client = client_for(alice)
    first = client.get(ROOT).json()
    second = client.get(ROOT, {"after": first["next"]}).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (20, 1, "")
    assert client.get(ROOT, {"after": "forged"}).status_code == 400


def test_looking_does_not_read_but_saying_so_does(client_for, alice):
    tell(alice)
    client = client_for(alice)
    path = f"{ROOT}{newest(alice).alert_id}/"
    assert client.get(path).json()["unread"] is True
    assert client.get(ROOT + "unread-count/").json() == {"count": 1}
    assert client.post(path + "read/").status_code == 204
    assert client.get(path).json()["unread"] is False
    assert client.get(ROOT + "unread-count/").json() == {"count": 0}


def test_read_all_needs_the_mark(client_for, alice):
    tell(alice)
    client = client_for(alice)
    for upto in ("", "nonsense"):
        refused = send(client, "post", ROOT + "read-all/", upto=upto)
        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == ["upto"]
    assert newest(alice).unread
    mark = client.get(ROOT).json()["mark"]
    assert send(client, "post", ROOT + "read-all/", upto=mark).status_code == 204
    assert not newest(alice).unread


def test_of_somebody_else_and_unknown_are_the_same_404(client_for, alice, mallory):
    tell(alice)
    client = client_for(mallory)
    answers = []
    for alert_id in (newest(alice).alert_id, new_id(), "x"):
        for answer in (client.get(f"{ROOT}{alert_id}/"), client.post(f"{ROOT}{alert_id}/read/")):
            assert answer.status_code == 404
            answers.append((answer.json()["code"], answer.json()["detail"]))
    assert len(set(answers)) == 1
    assert newest(alice).unread


@pytest.mark.parametrize("path", [ROOT, ROOT + "unread-count/", CHOICES, f"{ROOT}{'0' * 26}/"])
def test_a_visitor_gets_401(path):
    assert Client().get(path).status_code == 401


def test_nothing_changes_without_the_csrf_token(client_for, alice):
    tell(alice)
    client = client_for(alice)
    client.handler.enforce_csrf_checks = True
    path = f"{ROOT}{newest(alice).alert_id}/read/"
    assert send(client, "post", path).status_code == 403
    assert all(each.unread for each in listed(alice))
