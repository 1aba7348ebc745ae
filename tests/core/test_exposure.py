"""What an answer shows and allows, whatever it is an answer to."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories import PASSWORD

SCRIPTS = sorted(Path(finders.find("core/js")).glob("*.js"))
EVERYTHING = ["/", "/nothing/", "/api/v1/profile/", "/static/core/js/app.js", "/robots.txt"]


@pytest.mark.parametrize("path", EVERYTHING)
def test_every_answer_keeps_to_itself(client, path):
    """No framing, no sniffing, no address of ours to other sites, no other site's script."""
    answer = client.get(path)
    answer.close()
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    for directive in ("object-src", "base-uri", "frame-ancestors", "default-src"):
        assert f"{directive} 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert not {"Server", "X-Powered-By"} & {*headers}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FORM"])
@pytest.mark.parametrize("path", ["/", "/sign-in/", "/api/v1/profile/", "/static/core/js/app.js"])
def test_a_method_that_nothing_uses_is_refused(client, method, path):
    answer = client.generic(method, path, HTTP_COOKIE="secret=canary")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
    assert "Content-Security-Policy" in answer.headers
    assert "canary" not in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/nothing/", "text/html; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/healthz", "text/plain; charset=utf-8"),
        ("/static/core/css/shell.css", 'text/css; charset="utf-8"'),
        ("/static/core/js/app.js", 'text/javascript; charset="utf-8"'),
        ("/api/v1/profile/", "application/problem+json"),
    ],
)
def test_text_names_its_charset(client, path, kind):
    answer = client.get(path)
    answer.close()
    assert answer.headers["Content-Type"] == kind


@pytest.mark.parametrize(
    "path",
    [
        *("/.git/config", "/.env", "/manage.py", "/config/settings.py", "/docs/", "/static/"),
        *(
            "/static/core/",
            "/static/../.env",
            "/static/%2e%2e/.env",
            "/avatars/",
            "/media/exports/",
        ),
    ],
)
def test_no_file_but_our_static_ones_and_pictures_can_be_asked_for(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_keep_nothing_and_run_no_text(script):
    text = script.read_text()
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", text)
    assert not re.search(r"outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(", text)
    assert not re.search(r"postMessage|addEventListener\(.message.", text)


def test_a_form_cannot_set_what_it_does_not_offer(client_for, alice):
    form = {"do": "texts", "version": 1, "display_name": "Alice", "bio": "", "is_staff": "on"}
    form |= {"user_sub": "x", "email": "other@example.com", "password": "another one 123"}
    assert client_for(alice).post("/settings/profile/", form).status_code == 302
    from users import services as users

    found = users.get_user(alice.user_sub)
    assert (found.is_staff, found.email, found.password) == (False, alice.email, alice.password)
    assert users.check_user_password(found, PASSWORD)


def test_every_try_to_sign_in_is_a_line_that_names_no_unknown_name(client_for, alice, caplog):
    client_for(alice)
    for login in (alice.email, "canary@example.com"):
        Client().post("/sign-in/", {"login": login, "password": "wrong"})
    tries = [record for record in caplog.records if record.msg == "sign-in"]
    assert [(record.user_sub, str(record.outcome)) for record in tries] == [
        (alice.user_sub, "signed_in"),
        (alice.user_sub, "wrong_password"),
        ("", "wrong_password"),
    ]
    assert tries[0].kind == "password"
    assert "canary" not in str([vars(record) for record in tries])


def test_a_refusal_is_a_line_with_who_and_what(client_for, alice, mallory, caplog):
    client_for(mallory).get("/settings/data/01ARZ3NDEKTSV4RRFFQ69G5FAV/")
    client_for(mallory).post("/api/v1/profile/")
    refused = [r for r in caplog.records if r.msg == "request" and r.status >= 400]
    assert [(r.status, r.route, r.user_sub) for r in refused] == [
        (404, "accounts:export", mallory.user_sub),
        (405, "accounts-api:profile", mallory.user_sub),
    ]
