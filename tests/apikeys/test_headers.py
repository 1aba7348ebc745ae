"""What the header of an answer says of a key's limit and of an old secret."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, RequestFactory

from apikeys.calls import KeyCall, Quota
from apikeys.middleware import KeyCallMiddleware
from apikeys.services.counting import counts
from core import clock, ids
from core.scopes import Scope
from tests.apikeys.keys import PROFILE, issue, program

FIELDS = ("RateLimit-Policy", "RateLimit", "Sunset", "Deprecation")


def answered(call, status=200):
    """The fields of the answer to a request of which authentication noted `call`."""

    def view(request):
        if call:
            request.key_call = call
        return HttpResponse(status=status)

    answer = KeyCallMiddleware(view)(RequestFactory().get(PROFILE))
    return {name: answer.headers[name] for name in FIELDS if name in answer.headers}


def a_call(**more):
    return KeyCall(key_id=ids.new_id(), user_sub=ids.new_id(), **more)


@pytest.mark.parametrize("status", [200, 404, 429])
def test_it_says_how_far_the_limit_is_spent(status):
    call = a_call(quota=Quota(limit=600, window=60, remaining=99, reset=1))
    assert answered(call, status) == {
        "RateLimit-Policy": '"default";q=600;w=60',
        "RateLimit": '"default";r=99;t=1',
    }


def test_a_real_call_says_it(alice, settings):
    settings.API_KEYS_CALLS_PER_MINUTE, settings.API_KEYS_BURST = 60, 2
    client = program(issue(alice, Scope.PROFILE_READ).secret)
    with time_machine.travel(clock.now(), tick=False):
        answers = [client.get(PROFILE) for _ in range(3)]
        refused = client.get("/api/v1/sessions/")
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    said = [answer.headers["RateLimit"] for answer in answers]
    assert said == ['"default";r=1;t=1', '"default";r=0;t=1', '"default";r=0;t=1']
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"default";q=60;w=60'}
    assert refused.status_code == 403
    assert "RateLimit" not in refused.headers


def test_a_call_that_was_not_counted_against_the_limit_says_nothing_of_it():
    assert answered(a_call(refusal="address_not_allowed"), 403) == {}


def test_an_old_secret_says_when_it_ends():
    until = datetime(2026, 11, 28, 18, tzinfo=UTC)
    assert answered(a_call(old_secret_until=until)) == {"Sunset": "Sat, 28 Nov 2026 18:00:00 GMT"}


def test_a_call_without_a_key_says_and_counts_nothing():
    assert answered(None) == {}
    assert counts._waiting == {}
    assert not any(name in Client().get(PROFILE).headers for name in FIELDS)
