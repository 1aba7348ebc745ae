"""A staff account without a second factor gets nothing but the pages that turn one on.

Found in the URL conf, so a new route is tested, and closed, without anybody thinking of it.
"""

import pytest
from django.test import Client
from django.urls import reverse

from mfa.middleware import OPEN
from tests.apikeys.keys import issue, program
from tests.authorization.routes import registered
from tests.factories import make_user
from tests.mfa.people import staff_with_app

PLACES = {"status": 503, "name": "0" * 32}
ENROLMENT = "/settings/mfa/"
REFUSAL = (403, "mfa_enrolment_required")


def ask(client, route):
    url = reverse(route.name, kwargs={name: PLACES.get(name, "x") for name in registered()[route]})
    kind = "application/json" if url.startswith("/api/") else "application/x-www-form-urlencoded"
    return client.generic(route.method, url, "{}" if kind.endswith("json") else "", kind)


def code(answer):
    is_problem = answer.headers.get("Content-Type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""


def is_sent_to_enrolment(answer):
    return answer.status_code == 302 and answer.url.partition("?")[0] == ENROLMENT


def is_refused(answer):
    return code(answer) == REFUSAL or is_sent_to_enrolment(answer)


def routes(*, api):
    return [each for each in registered() if reverse_of(each).startswith("/api/") is api]


def reverse_of(route):
    return reverse(route.name, kwargs={name: PLACES.get(name, "x") for name in registered()[route]})


@pytest.fixture
def olga():
    return make_user("olga", is_staff=True)


@pytest.fixture
def browser(client_for, olga):
    """A client whose session lives through whatever one asks."""
    return client_for(olga, raise_request_exception=False)


def test_every_page_but_those_leads_to_enrolment(browser):
    closed = [route for route in routes(api=False) if route.name not in OPEN]
    assert len(closed) > 100
    assert [str(each) for each in closed if not is_sent_to_enrolment(ask(browser, each))] == []


def test_every_api_route_but_those_is_403(browser):
    closed = [route for route in routes(api=True) if route.name not in OPEN]
    assert len(closed) > 80
    assert [str(each) for each in closed if code(ask(browser, each)) != REFUSAL] == []


def test_every_call_with_a_key_is_403(olga):
    client = program(issue(olga).secret, raise_request_exception=False)
    asks_nobody = {"api_docs", "api_schema", "apikeys-api:leaks", "core-api:csrf"}  # who they are
    asked = [route for route in routes(api=True) if route.name not in asks_nobody]
    assert [str(each) for each in asked if code(ask(client, each)) != REFUSAL] == []


def test_those_are_open_and_are_routes(browser):
    opened = [route for route in registered() if route.name in OPEN]
    assert {route.name for route in opened} == OPEN
    looked_at = [route for route in opened if route.method == "GET"]
    assert [str(each) for each in looked_at if is_refused(ask(browser, each))] == []


def test_visitors_and_staff_with_a_factor_are_not_stopped():
    staff, _ = staff_with_app()
    for client in (staff, Client()):
        client.raise_request_exception = False
        asked = [route for route in registered() if route.method == "GET"]
        asked = [route for route in asked if "sign_out" not in route.name]
        assert [str(each) for each in asked if is_refused(ask(client, each))] == []
