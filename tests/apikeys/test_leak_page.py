"""The page on which anybody reports a key."""

import pytest
import time_machine
from django.test import Client
from django.test.utils import override_settings

from apikeys import texts
from apikeys.items import EndReason, KeyState
from core import clock, ids
from tests.apikeys.keys import issue, rows
from tests.apikeys.seen import LIST
from tests.apikeys.test_leaks import key_of, told

PAGE = "/security/report-key/"
THANKS = f"{PAGE}thanks/"


def send(text, client=None, **extra):
    return (client or Client()).post(PAGE, {"text": text}, **extra)


def test_a_visitor_ends_a_key_that_is_somewhere_in_the_text(alice):
    issued = issue(alice)
    answer = send(f"curl -H 'Authorization: Bearer {issued.secret}' …\n")
    assert (answer.status_code, answer.url) == (302, THANKS)
    assert key_of(issued).end_reason is EndReason.LEAKED
    assert len(told(alice)) == 1
    assert Client().get(THANKS).status_code == 200


def test_visitors_and_owners_are_shown_the_way_there(alice, client_for):
    for page in (Client().get("/"), Client().get("/sign-in/"), client_for(alice).get(LIST)):
        assert f'href="{PAGE}"' in page.content.decode()


def test_a_wrong_key_gets_the_same_answer_and_changes_nothing(alice):
    issued = issue(alice)
    before = rows()
    for key_id in (issued.key.key_id, ids.new_id()):
        answer = send(texts.text_of(key_id, texts.new_secret()))
        assert (answer.status_code, answer.url) == (302, THANKS)
    assert (rows(), told(alice)) == (before, [])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "This field is required."),
        ("half of it: lk_live_01", "There is no whole key of this site in it."),
        ("x" * 20_001, "at most 20000 characters"),
        ("{key} " * 2 + "x" * 20_000, "at most 20000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_the_text_is_not_shown_again(alice, text, error):
    issued = issue(alice)
    answer = send(text.replace("{key}", issued.secret))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert error in page
    assert "lk_live_01" not in page
    assert issued.secret not in page
    assert key_of(issued).state is KeyState.ACTIVE


def test_a_hundred_keys_at_once(alice):
    many = [texts.text_of(ids.new_id(), texts.new_secret()) for _ in range(101)]
    assert "at most 100 keys" in send("\n".join(many)).content.decode()
    assert send("\n".join(many[:100])).status_code == 302


def test_page_and_api_share_one_limit(alice):
    issued = issue(alice)
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(60):
            Client().post(
                "/api/v1/api-key-leaks/", {"keys": ["x"]}, content_type="application/json"
            )
        answer = send(issued.secret)
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert key_of(issued).state is KeyState.ACTIVE


def test_another_site_cannot_send_it_for_a_visitor(alice):
    issued = issue(alice)
    answer = send(issued.secret, Client(enforce_csrf_checks=True))
    assert answer.status_code == 403
    assert key_of(issued).state is KeyState.ACTIVE


def test_storage_that_does_not_answer_is_503(alice, faults):
    issued = issue(alice)
    client = Client(raise_request_exception=False)
    with faults.outage():
        assert send(issued.secret, client).status_code == 503
    assert key_of(issued).state is KeyState.ACTIVE


def test_it_says_how_a_key_of_this_site_begins():
    with override_settings(API_KEYS_PREFIX="acme", API_KEYS_ENVIRONMENT="test"):
        assert "acme_test_" in send("nothing").content.decode()
