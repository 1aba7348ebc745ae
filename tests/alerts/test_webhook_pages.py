import re

import pytest
from django.test import Client

from alerts.repository import ALERTS
from alerts.services import webhooks
from core.ids import new_id
from dynamo.expressions import Update
from dynamo.table import Table
from jobs.services import list_jobs
from tests.alerts.people import actor
from tests.alerts.receivers import URL, Receiver, add, log, send_alert, stored, work
from tests.dumps import dump_tables
from tests.factories import PASSWORD

LIST = "/settings/webhooks/"
NEW = LIST + "new/"
FORM = {
    "name": "My program",
    "url": URL,
    "categories": ["security", "money"],
    "min_severity": "60",
}


@pytest.fixture
def receiver(monkeypatch):
    there = Receiver()
    monkeypatch.setattr("core.outbound.post", there.post)
    return there


def shown(client, path=LIST):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(issued, end=""):
    return f"{LIST}{issued.endpoint.endpoint_id}/{end}"


def later(client):
    """The proof that it is them has become old."""
    session = client.session
    session["_meta"] = {**session["_meta"], "authenticated_at": "2020-01-01T00:00:00.000000Z"}
    session.save()


def test_a_newcomer_sees_that_there_is_none(client_for, alice):
    assert "No webhooks yet" in shown(client_for(alice))


def test_adding_one_shows_its_secret_once(client_for, alice):
    client = client_for(alice)
    (endpoint_id,) = re.findall(r'name="endpoint_id" value="(\w+)"', shown(client, NEW))
    answer = client.post(NEW, {**FORM, "endpoint_id": endpoint_id})
    page = answer.content.decode()
    (secret,) = re.findall(r">(whsec_[^<]+)</code>", page)
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    (found,) = webhooks.list_endpoints(alice.user_sub)
    assert (found.endpoint_id, found.min_severity) == (endpoint_id, 60)
    assert found.sorted_categories == ("security", "money")
    for path in (LIST, f"{LIST}{endpoint_id}/"):
        assert secret not in shown(client, path)
        assert "My program" in shown(client, path)
    again = client.post(NEW, {**FORM, "endpoint_id": endpoint_id}, follow=True)
    assert "is there already" in again.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("url", "http://hooks.example.com/", "It must begin with https://."),
        ("url", "https://10.0.0.1/", "not on the public internet"),
        ("name", "", "This field is required."),
        ("categories", [], "This field is required."),
        ("min_severity", "55", "Select a valid choice."),
    ],
)
def test_what_is_wrong_stands_at_its_field(client_for, alice, field, value, text):
    answer = client_for(alice).post(NEW, {**FORM, "endpoint_id": new_id(), field: value})
    page = answer.content.decode()
    assert text in page
    assert "whsec_" not in page
    assert webhooks.list_endpoints(alice.user_sub) == []


@pytest.mark.parametrize("end", ["new/", "rotate/", "remove/", "disable/", "enable/"])
def test_whatever_changes_one_asks_for_a_step_up(client_for, alice, end):
    issued = add(alice)
    if end == "enable/":
        turn_off(alice, issued)
    client = client_for(alice)
    later(client)
    before = dump_tables("alerts", "app")
    path = NEW if end == "new/" else page_of(issued, end)
    asked = [client.post(path, {**FORM, "endpoint_id": new_id()})]
    if end not in {"disable/", "enable/"}:
        asked.append(client.get(path))
    for answer in asked:
        assert answer.status_code == 302
        assert answer.url.startswith("/confirm/")
    assert dump_tables("alerts", "app") == before


@pytest.mark.parametrize("end", ["remove/", "disable/", "enable/"])
def test_after_the_step_up_the_same_click_is_offered_again(client_for, alice, end):
    issued = add(alice)
    if end == "enable/":
        turn_off(alice, issued)
    client = client_for(alice)
    later(client)
    asked = client.post(page_of(issued, end))
    page = client.post(asked.url, {"password": PASSWORD}, follow=True).content.decode()
    assert f'action="{page_of(issued, end)}"' in page
    client.post(page_of(issued, end))
    found = {each.endpoint_id: each.state for each in webhooks.list_endpoints(alice.user_sub)}
    left = {"remove/": {}, "disable/": {issued.endpoint.endpoint_id: "disabled"}}
    assert found == left.get(end, {issued.endpoint.endpoint_id: "active"})


def turn_off(user, issued):
    webhooks.disable_endpoint(
        user_sub=user.user_sub, endpoint_id=issued.endpoint.endpoint_id, actor=actor(user)
    )


def test_the_log_is_shown_and_what_a_server_said_is_text(client_for, alice, receiver):
    issued = add(alice)
    receiver.status, receiver.body = 500, b"<script>alert(1)</script>"
    send_alert(alice)
    work()
    page = shown(client_for(alice), page_of(issued))
    assert "session.new_device" in page
    assert "answer 500" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Failing since" in page


def test_a_failing_one_says_when_it_is_tried_and_what_waits(client_for, alice, receiver):
    issued, client = add(alice), client_for(alice)
    receiver.status = 500
    for _ in range(2):
        send_alert(alice)
    work()
    page = shown(client, page_of(issued))
    assert "What we send does not arrive" in page
    assert "Next try" in page
    assert "Waits" in page
    assert "it waits until the webhook answers again" in page
    assert " 0 ms" not in page.partition("it waits until")[2].partition("</p>")[0]
    assert "Send again<" not in page


@pytest.mark.parametrize(
    ("state", "text"),
    [("gone", "Its server said that it is gone"), ("failing", "It failed for five days")],
)
def test_one_that_was_turned_off_says_why(client_for, alice, state, text):
    issued = add(alice)
    key = {"user_sub": f"wh#{alice.user_sub}"}
    key["alert_id"] = f"ENDPOINT#{issued.endpoint.endpoint_id}"
    Table(ALERTS).update(key, Update().set("state", state))
    page = shown(client_for(alice), page_of(issued))
    assert text in page
    assert "Turn on<" in page


def test_what_it_asks_for_is_said_in_words(client_for, alice):
    issued = add(alice, categories=["security", "money"], min_severity=80)
    page = shown(client_for(alice), page_of(issued))
    assert "Security, Money" in page
    assert "What needs a look soon (80 or more)" in page


def test_why_there_was_no_answer_is_said(client_for, alice, receiver):
    issued = add(alice)
    receiver.failure = "address_refused"
    send_alert(alice)
    work()
    page = shown(client_for(alice), page_of(issued))
    assert "its address is not on the public internet" in page


def test_a_test_and_a_replay_are_sent(client_for, alice, receiver):
    issued, client = add(alice), client_for(alice)
    send_alert(alice)
    work()
    (delivery,) = log(alice, issued)
    assert client.post(page_of(issued, "test/")).url == page_of(issued)
    replay = page_of(issued, f"deliveries/{delivery.delivery_id}/replay/")
    assert client.post(replay).url == page_of(issued)
    work()
    assert len(receiver.got) == 3
    assert shown(client, page_of(issued)).count("Send again<") == 2


def test_a_replay_that_cannot_be_says_why(client_for, alice, receiver):
    issued, client = add(alice), client_for(alice)
    client.post(page_of(issued, "test/"))
    work()
    (delivery,) = log(alice, issued)
    replay = page_of(issued, f"deliveries/{delivery.delivery_id}/replay/")
    assert "no longer there" in client.post(replay, follow=True).content.decode()
    assert client.post(page_of(issued, f"deliveries/{new_id()}/replay/")).status_code == 404


def test_turning_off_and_on(client_for, alice):
    issued, client = add(alice), client_for(alice)
    client.post(page_of(issued, "disable/"))
    assert not stored(alice, issued).is_active
    assert "Turn on<" in shown(client, page_of(issued))
    client.post(page_of(issued, "enable/"))
    assert stored(alice, issued).is_active


def test_a_new_secret_is_shown_once(client_for, alice):
    issued, client = add(alice), client_for(alice)
    assert "Make a new secret" in shown(client, page_of(issued, "rotate/"))
    page = client.post(page_of(issued, "rotate/")).content.decode()
    (secret,) = re.findall(r">(whsec_[^<]+)</code>", page)
    assert secret != issued.secret
    assert "Old secret signs until" in shown(client, page_of(issued))


def test_removing_takes_one_more_click(client_for, alice):
    issued, client = add(alice), client_for(alice)
    assert "cannot be undone" in shown(client, page_of(issued, "remove/"))
    assert len(webhooks.list_endpoints(alice.user_sub)) == 1
    assert client.post(page_of(issued, "remove/")).url == LIST
    assert webhooks.list_endpoints(alice.user_sub) == []


@pytest.mark.parametrize("end", ["", "rotate/", "remove/"])
def test_somebody_elses_and_unknown_are_the_same_404(client_for, alice, mallory, end):
    issued, client = add(alice), client_for(mallory)
    for endpoint_id in (issued.endpoint.endpoint_id, new_id(), "x"):
        assert client.get(f"{LIST}{endpoint_id}/{end}").status_code == 404
        if end:
            assert client.post(f"{LIST}{endpoint_id}/{end}").status_code == 404
    assert stored(alice, issued).is_active


@pytest.mark.parametrize("end", ["test/", "disable/", "enable/"])
def test_a_look_changes_nothing(client_for, alice, end):
    issued = add(alice)
    assert client_for(alice).get(page_of(issued, end)).status_code == 405
    assert list(list_jobs(kind="alerts.webhook")) == []


@pytest.mark.parametrize("path", [LIST, NEW, f"{LIST}{'0' * 26}/"])
def test_a_visitor_signs_in_first(path):
    assert Client().get(path).url == f"/sign-in/?next={path}"
