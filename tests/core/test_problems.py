"""API answers that are not a success: RFC 9457, one shape, the right status."""

import pytest
from django.test import Client
from django.utils import translation

from core import ids

pytestmark = pytest.mark.urls("tests.core.urls")

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def problem_of(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) == MEMBERS
    assert body["status"] == response.status_code
    assert ids.is_id(body["request_id"])
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert "stray exception" not in response.content.decode()
    return body


@pytest.mark.parametrize(
    ("name", "status", "code", "headers"),
    [
        ("invalid", 400, "invalid", {}),
        ("cursor-forged", 400, "cursor_invalid", {}),
        ("cursor-expired", 400, "cursor_expired", {}),
        ("suspicious", 400, "bad_request", {}),
        ("unauthenticated", 401, "not_authenticated", {"WWW-Authenticate": "Session"}),
        ("forbidden", 403, "forbidden", {}),
        ("denied", 403, "forbidden", {}),
        ("reauthenticate", 403, "reauthentication_required", {}),
        ("not-found", 404, "not_found", {}),
        ("http404", 404, "not_found", {}),
        ("conflict", 409, "too_many_keys", {}),
        ("too-large", 413, "too_large", {}),
        ("rate-limited", 429, "rate_limited", {"Retry-After": "42"}),
        ("drf-throttled", 429, "rate_limited", {"Retry-After": "4"}),
        ("bug", 500, "server_error", {}),
        ("service", 503, "unavailable", {"Retry-After": "7"}),
        ("storage", 503, "unavailable", {"Retry-After": "2"}),
        ("storage-throttled", 503, "unavailable", {"Retry-After": "1"}),
        ("table-missing", 503, "unavailable", {"Retry-After": "30"}),
    ],
)
def test_each_error_has_its_status_and_code(client, name, status, code, headers):
    response = client.get(f"/api/v1/raise/{name}/")
    body = problem_of(response)
    assert (response.status_code, body["code"]) == (status, code)
    assert {name: response.headers[name] for name in headers} == headers
    assert body["detail"]


def test_an_error_of_an_app_speaks_for_itself(client):
    body = problem_of(client.get("/api/v1/raise/conflict/"))
    assert (body["title"], body["detail"]) == ("Conflict", "You have ten keys already.")


def test_messages_by_field(client):
    body = problem_of(client.get("/api/v1/raise/invalid/"))
    assert body["errors"] == {"name": ["Choose a name."]}


def test_messages_are_in_the_language_of_the_person(client):
    with translation.override("de"):
        body = problem_of(client.post("/api/v1/things/", {}, content_type="application/json"))
    assert body["errors"] == {"name": ["Dieses Feld ist zwingend erforderlich."]}


def test_what_a_serializer_refuses_names_each_field(client):
    data = {"name": "much too long", "places": [{"city": "Rome"}, {}], "unknown": 1}
    body = problem_of(client.post("/api/v1/things/", data, content_type="application/json"))
    assert (body["status"], body["code"]) == (400, "invalid")
    assert body["errors"] == {
        "name": ["Ensure this field has no more than 10 characters."],
        "places.1.city": ["This field is required."],
        "unknown": ["There is no such field."],
    }


@pytest.mark.parametrize("data", ["[]", '"text"', "1", "null"])
def test_a_body_that_is_no_object_is_refused(client, data):
    response = client.post("/api/v1/things/", data, content_type="application/json")
    body = problem_of(response)
    assert (body["status"], body["code"]) == (400, "invalid")
    assert list(body["errors"]) == ["non_field_errors"]


@pytest.mark.parametrize(
    ("method", "path", "extra", "status", "code"),
    [
        ("get", "/api/v1/nothing/", {}, 404, "not_found"),
        ("get", "/api/nothing", {}, 404, "not_found"),
        ("put", "/api/v1/things/", {}, 405, "method_not_allowed"),
        ("get", "/api/v1/plain/", {}, 405, "method_not_allowed"),
        ("get", "/api/v1/things/", {"HTTP_ACCEPT": "text/csv"}, 406, "not_acceptable"),
        ("get", "/api/v1/things/", {"HTTP_HOST": "evil.example"}, 400, "bad_request"),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_what_never_reaches_a_view_answers_the_same_way(
    client, settings, debug, method, path, extra, status, code
):
    settings.DEBUG = debug
    body = problem_of(getattr(client, method)(path, **extra))
    assert (body["status"], body["code"]) == (status, code)


def test_a_method_that_is_not_allowed_names_those_that_are(client):
    response = client.put("/api/v1/things/")
    assert response.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_another_media_type_is_refused(client):
    response = client.post("/api/v1/things/", "<thing/>", content_type="application/xml")
    assert problem_of(response)["code"] == "unsupported_media_type"
    assert response.status_code == 415


def test_an_outage_asks_nothing_more_of_storage(client, faults):
    from dynamo import metering

    with faults.outage(), metering.meter() as spent:
        response = client.get("/api/v1/raise/storage/")
    assert response.status_code == 503
    assert spent.calls == 0
