"""The doors of the API: sign-in by session, CSRF, strict JSON."""

import json

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.core.urls")


class SignedIn:
    is_authenticated = is_active = True
    pk = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def client():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def signed_in(monkeypatch):
    from django.contrib.auth import middleware

    monkeypatch.setattr(middleware, "get_user", lambda request: SignedIn())


def post(client, path, body="{}", **extra):
    return client.post(path, body, content_type="application/json", **extra)


def with_token(client):
    """A token as a page would have set it."""
    from django.conf import settings
    from django.middleware.csrf import _get_new_csrf_string

    token = _get_new_csrf_string()
    client.cookies[settings.CSRF_COOKIE_NAME] = token
    return {"HTTP_X_CSRFTOKEN": token}


@pytest.mark.parametrize("method", ["get", "post"])
def test_visitors_are_told_to_sign_in(client, method):
    response = getattr(client, method)("/api/v1/members/")
    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Session, Bearer"


@pytest.mark.usefixtures("signed_in")
def test_who_is_signed_in_may_read(client):
    assert client.get("/api/v1/members/").json() == {"user": SignedIn.pk}


@pytest.mark.usefixtures("signed_in")
def test_who_is_signed_in_may_not_write_without_a_token(client):
    response = post(client, "/api/v1/members/")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert post(client, "/api/v1/members/", **with_token(client)).status_code == 204


def test_a_door_for_visitors_wants_the_token_too(client):
    body = '{"name": "lamp"}'
    response = post(client, "/api/v1/visitors/", body)
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    assert client.get("/api/v1/visitors/").status_code == 200
    assert post(client, "/api/v1/visitors/", body, **with_token(client)).status_code == 201


def test_a_token_of_another_browser_is_refused(client):
    headers = with_token(client)
    client.cookies.clear()
    with_token(client)
    assert post(client, "/api/v1/visitors/", '{"name": "a"}', **headers).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "{'name': 1}",
        '{"name": NaN}',
        '{"name": Infinity}',
        '{"name": 1e999}',
        '{"name": "a", "name": "b"}',
        "[" * 100_000,
        "9" * 5000,
        b'{"name": "\xff"}',
        '{"name": "a"}'.encode("utf-16"),
    ],
)
def test_what_is_not_json_is_refused(client, body):
    response = post(client, "/api/v1/things/", body)
    assert (response.status_code, response.json()["code"]) in [
        (400, "parse_error"),
        (400, "invalid"),
    ]


def test_a_body_that_is_too_large_is_refused(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    fits = json.dumps({"name": "a", "tags": ["x" * 900]})
    assert post(client, "/api/v1/things/", fits).status_code == 201
    response = post(client, "/api/v1/things/", json.dumps({"name": "a", "tags": ["x" * 1000]}))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", 0, "Must be text."),
        ("name", True, "Must be text."),
        ("name", "a\x00b", "Null characters are not allowed."),
        ("name", "\ud800", "Surrogate characters are not allowed: U+D800."),
        ("name", None, "This field may not be null."),
        ("name", "", "This field may not be blank."),
        ("name", "lamp" + 7 * " ", "Ensure this field has no more than 10 characters."),
        ("count", "7", "Must be a whole number."),
        ("count", True, "Must be a whole number."),
        ("count", 1.0, "Must be a whole number."),
        ("open", "true", "Must be true or false."),
        ("open", 1, "Must be true or false."),
        ("tags", "abc", "Must be a list."),
        ("tags", {"a": 1}, "Must be a list."),
        ("made", "now", "There is no such field."),
        ("other", 1, "There is no such field."),
    ],
)
def test_a_value_of_another_type_is_refused(client, field, value, message):
    response = post(client, "/api/v1/things/", json.dumps({"name": "lamp", field: value}))
    assert response.status_code == 400
    assert response.json()["errors"] == {field: [message]}


def test_a_member_of_a_list_of_another_type_is_refused(client):
    sent = {"name": "lamp", "tags": ["a", 7, True]}
    response = post(client, "/api/v1/things/", json.dumps(sent))
    assert response.status_code == 400
    assert response.json()["errors"] == {
        "tags.1": ["Must be text."],
        "tags.2": ["Must be text."],
    }


def test_values_of_the_right_type_pass(client):
    thing = {"name": "lamp", "count": 7, "open": False, "tags": ["a"], "places": [{"city": "Rome"}]}
    response = post(client, "/api/v1/things/", json.dumps(thing))
    assert (response.status_code, response.json()) == (201, thing)


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(("more", "status"), [(0, 204), (1, 413)])
def test_json_that_is_too_large_is_refused_before_it_is_parsed(client, settings, more, status):
    body = "{}".ljust(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + more)
    answer = post(client, "/api/v1/members/", body, **with_token(client))
    assert answer.status_code == status
    assert more == 0 or answer.json()["code"] == "too_large"
