"""What a person sees when a page fails: the right status, no stray text, no read of storage."""

import pytest
from django.test import Client
from django.utils import translation
from pytest_django.asserts import assertTemplateUsed

from dynamo import metering
from dynamo.errors import Unavailable

pytestmark = pytest.mark.urls("tests.core.urls")


FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("invalid", 400),
        ("suspicious", 400),
        ("cursor-forged", 400),
        ("forbidden", 403),
        ("denied", 403),
        ("not-found", 404),
        ("http404", 404),
        ("rate-limited", 429),
        ("bug", 500),
        ("service", 503),
        ("storage", 503),
    ],
)
def test_each_error_has_its_page(client, name, status):
    with metering.budget(calls=0):
        response = client.get(f"/raise/{name}/")
    page = response.content.decode()
    assert response.status_code == status
    assertTemplateUsed(response, f"errors/{status}.html")
    assert response.headers["X-Request-Id"] in page
    assert "stray exception" not in page


def test_an_error_of_an_app_speaks_for_itself(client):
    response = client.get("/raise/conflict/")
    assert response.status_code == 409
    assert "You have ten keys already." in response.content.decode()


def test_the_wait_is_said_and_sent(client):
    response = client.get("/raise/rate-limited/")
    assert response.headers["Retry-After"] == "42"
    assert "Try again in 42" in response.content.decode()


def test_the_page_is_in_the_language_of_the_person(client):
    with translation.override("de"):
        response = client.get("/raise/storage/")
    assert 'lang="de"' in response.content.decode()


def test_an_error_page_keeps_the_theme(client):
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/raise/bug/").content.decode()


@pytest.mark.parametrize(
    ("method", "path", "extra", "status"),
    [
        ("get", "/nothing/", {}, 404),
        ("get", "/only-post/", {}, 405),
        ("get", "/page/", {"HTTP_HOST": "evil.example"}, 400),
    ],
)
def test_what_never_reaches_a_view_has_a_page_too(client, method, path, extra, status):
    response = getattr(client, method)(path, **extra)
    assert response.status_code == status
    assert response.headers["X-Request-Id"] in response.content.decode()


def test_a_form_without_its_token_is_told_to_reload():
    response = Client(enforce_csrf_checks=True).post("/form/", {"name": "x"})
    assert response.status_code == 403
    assert "This form is out of date" in response.content.decode()


def test_a_form_that_is_too_large_is_refused(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = client.post("/form/", "name=" + "x" * 200, content_type=FORM)
    assert response.status_code == 413
    assertTemplateUsed(response, "errors/413.html")


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("path", ["/account/", "/api/v1/members/"])
def test_storage_that_fails_below_every_view_is_503_too(client, settings, monkeypatch, debug, path):
    def unavailable(request):
        raise Unavailable

    settings.DEBUG = debug
    monkeypatch.setattr("django.contrib.auth.middleware.get_user", unavailable)
    response = client.get(path)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "2"


@pytest.mark.urls("config.urls")
@pytest.mark.parametrize("path", ["/account/", "/api/v1/account/"])
def test_an_outage_is_503_and_signs_nobody_out(alice, client_for, faults, path):
    signed_in = client_for(alice)
    with faults.outage():
        response = signed_in.get(path)
    assert response.status_code == 503
    assert not response.cookies
    assert signed_in.get(path).status_code == 200
