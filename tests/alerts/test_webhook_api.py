import pytest
from django.test import Client

from alerts.services import webhooks
from core.ids import new_id
from tests.alerts.receivers import URL, Receiver, add, forget_routes, send_alert, stored, work
from tests.alerts.test_webhook_pages import later, turn_off
from tests.dumps import dump_tables

ROOT = "/api/v1/webhooks/"


@pytest.fixture
def receiver(monkeypatch):
    there = Receiver(status=200, body=b"fine")
    monkeypatch.setattr("core.outbound.post", there.post)
    return there


def send(client, path=ROOT, method="post", **body):
    return getattr(client, method)(path, body, content_type="application/json")


def key_client(user, *scopes):
    from apikeys import services as apikeys
    from tests.alerts.people import actor

    issued = apikeys.create_key(
        user_sub=user.user_sub, name="k", scopes=scopes, expires_in_days=7, actor=actor(user)
    )
    return Client(headers={"Authorization": f"Bearer {issued.secret}"})


def path_of(issued, end=""):
    return f"{ROOT}{issued.endpoint.endpoint_id}/{end}"


def test_one_is_added_with_its_secret_and_listed_without(client_for, alice):
    client = client_for(alice)
    answer = send(client, name="My program", url=URL)
    assert answer.status_code == 201
    made = answer.json()
    assert made["secret"].startswith("whsec_")
    assert made["webhook"]["categories"] == ["security", "account", "money"]
    assert (made["webhook"]["state"], made["webhook"]["min_severity"]) == ("active", 20)
    (listed,) = client.get(ROOT).json()["results"]
    assert listed == made["webhook"]
    assert client.get(f"{ROOT}{listed['endpoint_id']}/").json() == listed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "https://[::1]/"),
        ("url", 5),
        ("name", ""),
        ("categories", []),
        ("categories", ["nonsense"]),
        ("min_severity", 55),
        ("secret", "whsec_mine"),
        ("endpoint_id", "x"),
    ],
)
def test_bad_input_names_the_field(client_for, alice, field, value):
    answer = send(client_for(alice), **{"name": "n", "url": URL, field: value})
    assert answer.status_code == 400
    assert [name.split(".")[0] for name in answer.json()["errors"]] == [field]
    assert webhooks.list_endpoints(alice.user_sub) == []


def test_the_sixth_is_a_conflict(client_for, alice):
    for _ in range(5):
        add(alice)
    answer = send(client_for(alice), name="n", url=URL)
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook_limit_reached")


@pytest.mark.parametrize("end", ["new", "rotate/", "disable/", "enable/", "remove"])
def test_whatever_changes_one_needs_a_step_up(client_for, alice, end):
    issued = add(alice)
    if end == "enable/":
        turn_off(alice, issued)
    client = client_for(alice)
    later(client)
    before = dump_tables("alerts", "app")
    method = "delete" if end == "remove" else "post"
    path = {"new": ROOT, "remove": path_of(issued)}.get(end) or path_of(issued, end)
    answer = send(client, path, method, name="n", url=URL)
    assert (answer.status_code, answer.json()["code"]) == (403, "reauthentication_required")
    assert dump_tables("alerts", "app") == before


def test_what_the_pages_do(client_for, alice, receiver):
    issued, client = add(alice), client_for(alice)
    assert send(client, path_of(issued, "rotate/")).json()["secret"] != issued.secret
    assert send(client, path_of(issued, "disable/")).json()["state"] == "disabled"
    assert send(client, path_of(issued, "enable/")).json()["state"] == "active"
    forget_routes()
    send_alert(alice)
    assert send(client, path_of(issued, "test/")).status_code == 202
    work()
    found = client.get(path_of(issued, "deliveries/")).json()["results"]
    kinds = {"webhook.test", "session.new_device", "webhook.turned_off"}
    assert {each["kind"] for each in found} == kinds
    (sent,) = (each for each in found if each["kind"] == "session.new_device")
    assert (sent["state"], sent["status"], sent["answer"]) == ("delivered", 200, "fine")
    replay = path_of(issued, f"deliveries/{sent['delivery_id']}/replay/")
    assert send(client, replay).status_code == 202
    work()
    assert len(client.get(path_of(issued, "deliveries/")).json()["results"]) == 4
    assert client.delete(path_of(issued)).status_code == 204
    assert client.get(path_of(issued)).status_code == 404


def test_a_key_looks_and_sends_and_changes_nothing(alice, receiver):
    issued = add(alice)
    reading, writing = key_client(alice, "alerts:read"), key_client(alice, "alerts:write")
    assert reading.get(ROOT).status_code == 200
    assert reading.get(path_of(issued, "deliveries/")).status_code == 200
    assert send(reading, path_of(issued, "test/")).json()["code"] == "scope_missing"
    assert send(writing, path_of(issued, "test/")).status_code == 202
    before = dump_tables("alerts")
    for path in (ROOT, *(path_of(issued, end) for end in ("rotate/", "disable/", "enable/"))):
        refused = send(writing, path, name="n", url=URL)
        assert (refused.status_code, refused.json()["code"]) == (403, "key_not_allowed")
    assert writing.delete(path_of(issued)).status_code == 403
    assert dump_tables("alerts") == before
    assert "whsec_" not in reading.get(ROOT).content.decode()


def test_a_key_sees_no_more_of_an_address_than_its_host(client_for, alice):
    local = "https://hooks.example.com:8443"
    issued, other = add(alice), add(alice, url=f"{local}/a-token-in-the-path")
    person, key = client_for(alice), key_client(alice, "alerts:read")
    seen = [each["url"] for each in person.get(ROOT).json()["results"]]
    assert seen == [URL, f"{local}/a-token-in-the-path"]
    assert person.get(path_of(issued)).json()["url"] == URL
    masked = ["https://hooks.example.com/…", f"{local}/…"]
    assert [each["url"] for each in key.get(ROOT).json()["results"]] == masked
    assert [key.get(path_of(each)).json()["url"] for each in (issued, other)] == masked
    everything = [ROOT, *(path_of(issued, end) for end in ("", "deliveries/"))]
    assert "in-the-" not in "".join(key.get(path).content.decode() for path in everything)


def test_somebody_elses_and_unknown_are_the_same_404(client_for, alice, mallory):
    issued, client = add(alice), client_for(mallory)
    for endpoint_id in (issued.endpoint.endpoint_id, new_id(), "x"):
        for end in ("", "deliveries/"):
            assert client.get(f"{ROOT}{endpoint_id}/{end}").status_code == 404
        for end in ("rotate/", "disable/", "enable/", "test/"):
            assert send(client, f"{ROOT}{endpoint_id}/{end}").status_code == 404
        assert client.delete(f"{ROOT}{endpoint_id}/").status_code == 404
    assert stored(alice, issued).is_active


def test_a_visitor_is_refused():
    assert Client().get(ROOT).status_code == 401
