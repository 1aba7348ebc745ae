"""What surrounds every request: id, headers, htmx, the log line's facts."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject

from core import ids, middleware
from core.repository import SCHEMA
from dynamo import metering
from dynamo.table import Table

pytestmark = pytest.mark.urls("tests.core.urls")


class SignedIn:
    is_authenticated = is_active = True
    pk = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def signed_in(monkeypatch):
    from django.contrib.auth import middleware

    monkeypatch.setattr(middleware, "get_user", lambda request: SignedIn())


def test_each_request_has_an_id_of_its_own(client):
    first, second = (client.get("/page/").headers["X-Request-Id"] for _ in range(2))
    assert first != second
    assert ids.is_id(first)


def test_an_id_from_outside_is_not_taken_over(client):
    forged = ids.new_id()
    response = client.get("/page/", HTTP_X_REQUEST_ID=forged)
    assert response.headers["X-Request-Id"] != forged


@pytest.mark.parametrize("path", ["/page/", "/nothing/", "/api/v1/things/"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.usefixtures("signed_in")
def test_pages_of_a_person_are_not_stored_by_anybody(client):
    assert client.get("/account/").headers["Cache-Control"] == "no-store"


def test_api_answers_are_not_stored_and_public_pages_may_be(client):
    assert client.get("/api/v1/things/").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/page/").headers


def test_timing_is_for_developers_only(client, settings):
    assert "Server-Timing" not in client.get("/page/").headers
    settings.DEBUG = True
    assert "0 calls, 0 hops" in client.get("/page/").headers["Server-Timing"]


def htmx(client, path, current="http://testserver/list/?page=2"):
    return client.get(path, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=current)


@pytest.mark.parametrize("path", ["/to-sign-in/", "/account/"])
def test_htmx_is_sent_to_sign_in_as_a_whole_page(client, path):
    response = htmx(client, path)
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/sign-in/?next=%2Flist%2F%3Fpage%3D2"
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    "current", ["", "http://testserver//evil.example/", "garbage\\", "http://["]
)
def test_htmx_returns_to_a_page_of_this_site_only(client, current):
    assert htmx(client, "/to-sign-in/", current).headers["HX-Redirect"] == "/sign-in/"


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "zlib", "idna", "undefined"])
def test_a_form_in_another_charset_is_refused(client, charset):
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n+2AA-\\ud800\r\n--x--\r\n'
    response = client.generic("POST", "/form/", body, content_type=kind)
    assert response.status_code == 400
    assert "Content-Type" in response.headers


@pytest.mark.parametrize("path", ["/page/?next=%2B2AA-", "/api/v1/things/?next=%2B2AA-"])
def test_a_query_in_another_charset_is_refused(client, path):
    assert client.get(path, CONTENT_TYPE="text/plain; charset=utf-7").status_code == 400
    assert client.get(path, CONTENT_TYPE="text/plain; charset=UTF-8").status_code == 200


def test_other_requests_are_redirected(client):
    response = client.get("/to-sign-in/")
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in/?next=/row/")


def test_a_request_may_not_talk_to_storage_for_ever(monkeypatch):
    """The deadline reaches the calls: with no time left, the next one is not even begun."""
    monkeypatch.setattr(middleware, "REQUEST_SECONDS", -1.0)
    monkeypatch.setattr(
        "django.contrib.auth.middleware.get_user", lambda request: Table(SCHEMA).get({"pk": "x"})
    )
    with metering.budget(calls=0):
        response = Client(raise_request_exception=False).get("/account/")
    assert response.status_code == 503


def reads_and_is_nobody(request):
    Table(SCHEMA).get({"pk": "x"})
    return AnonymousUser()


def test_a_request_is_metered_alone(client, monkeypatch, settings):
    """What one request costs is not added to the next one's."""
    settings.DEBUG = True
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", reads_and_is_nobody)
    for _ in range(2):
        answer = client.get("/api/v1/members/")
        assert "1 calls, 1 hops, 0.5 RRU, 0 WRU" in answer.headers["Server-Timing"]


def test_headers_and_log_line_never_load_the_user(caplog):
    def answer(request):
        request.user = SimpleLazyObject(lambda: pytest.fail("was loaded"))
        return HttpResponse()

    middleware.RequestMiddleware(answer)(RequestFactory().get("/page/"))
    assert caplog.records[-1].user_sub is None
