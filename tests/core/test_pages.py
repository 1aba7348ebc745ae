"""The start page, the colour theme, the local inbox and the API reference."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import localtime

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from core import inbox
from core.mail import LocalInbox
from dynamo.metering import budget

POLICY = "Content-Security-Policy"


def test_a_visitor_gets_the_start_page_without_any_storage_call(client):
    with budget(calls=0):
        answer = client.get("/")
    assert answer.status_code == 200
    assert reverse("accounts:sign_up") in answer.content.decode()


def test_somebody_signed_in_goes_to_the_account(client_for, alice):
    assert client_for(alice).get("/").url == "/account/"


def test_the_policy_allows_nothing_inline(client):
    policy = client.get("/").headers[POLICY]
    assert "unsafe" not in policy
    assert "data:" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_a_theme_is_kept_in_a_cookie_and_rendered(client, theme):
    answer = client.post("/theme/", {"theme": theme, "next": "/sign-in/"})
    assert (answer.status_code, answer.url) == (302, "/sign-in/")
    page = client.get("/sign-in/").content.decode()
    assert f'value="{theme}" aria-pressed="true"' in page
    assert ("data-theme=" in page) == (theme != "system")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", ""]
)
def test_a_theme_never_leads_off_the_site(client, target):
    assert client.post("/theme/", {"theme": "dark", "next": target}).url == "/"


@pytest.mark.parametrize("data", [{}, {"theme": ""}, {"theme": "pink"}])
def test_an_unknown_theme_is_refused_and_nothing_is_kept(client, data):
    answer = client.post("/theme/", data)
    assert answer.status_code == 400
    assert "theme" not in answer.cookies


def test_a_theme_needs_the_token_of_its_form():
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "theme" not in answer.cookies


def test_a_forged_theme_cookie_changes_nothing(client):
    client.cookies["theme"] = '"><script>alert(1)</script>'
    page = client.get("/").content.decode()
    assert "alert(1)" not in page
    assert 'value="system" aria-pressed="true"' in page


def test_a_theme_is_not_set_by_a_link(client):
    assert client.get("/theme/?theme=dark").status_code == 405


def test_search_engines_see_the_start_page_only(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert lines[:2] == ["User-agent: *", "Allow: /$"]
    assert lines[-1] == "Disallow: /"


@pytest.fixture
def local_inbox(settings, tmp_path, monkeypatch):
    settings.DEBUG = True
    settings.LOCAL_DIR = tmp_path
    monkeypatch.setattr("dynamo.client.is_local", lambda: True)


def store(text="Your code: BCDF-GHJK", **headers):
    message = EmailMessage()
    message["To"], message["Subject"], message["Date"] = "alice@example.com", "Hello", localtime()
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    message.add_alternative("<p>Hi</p><img src=https://evil.example/pixel>", subtype="html")
    return inbox.store(message.as_bytes())


@pytest.mark.usefixtures("local_inbox")
def test_the_inbox_lists_messages_and_shows_one(client):
    assert "No messages yet" in client.get("/dev/inbox/").content.decode()
    path = reverse("dev_mail", args=[store()])
    listed = client.get("/dev/inbox/").content.decode()
    assert "To alice@example.com" in listed
    assert path in listed
    assert "BCDF-GHJK" in client.get(path).content.decode()


@pytest.mark.usefixtures("local_inbox")
def test_the_inbox_shows_what_the_product_sent(client):
    with time_machine.travel(datetime(2026, 11, 23, 4, 0, tzinfo=UTC), tick=False):
        mail = EmailMultiAlternatives("Hello", "Your code: BCDF-GHJK", None, ["a@example.com"])
        LocalInbox().send_messages([mail])
    page = client.get(reverse("dev_mail", args=[inbox.list_messages()[0].id])).content.decode()
    assert "BCDF-GHJK" in page
    assert "23 Nov 2026, 04:00 UTC" in page


@pytest.mark.usefixtures("local_inbox")
def test_nothing_in_a_message_runs_or_loads(client):
    page = client.get(
        reverse("dev_mail", args=[store("<script>alert(1)</script> http://evil.example/")])
    )
    html = page.content.decode()
    assert "<script>alert" not in html
    assert "<img src=https" not in html
    assert 'href="http://evil.example' not in html


@pytest.mark.usefixtures("local_inbox")
def test_the_html_version_is_shown_in_a_box_where_nothing_runs_or_loads(client):
    message_id = store()
    path = reverse("dev_mail_html", args=[message_id])
    assert path in client.get(reverse("dev_mail", args=[message_id])).content.decode()
    answer = client.get(path)
    assert "<p>Hi</p>" in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert client.get(path, HTTP_X_FORWARDED_FOR="192.0.2.1").status_code == 404


@pytest.mark.usefixtures("local_inbox")
def test_the_inbox_shows_the_button_of_a_mail_program(client, settings):
    url = f"{settings.SITE_URL}/unsubscribe/x/"
    path = reverse("dev_mail", args=[store(**{"List-Unsubscribe": f"<{url}>"})])
    assert f'href="{url}"' in client.get(path).content.decode()


@pytest.mark.usefixtures("local_inbox")
def test_links_to_this_site_can_be_followed(client, settings):
    url = f"{settings.SITE_URL}/verify-email/x/"
    page = client.get(reverse("dev_mail", args=[store(f"Open {url} now")])).content.decode()
    assert f'<a href="{url}">{url}</a>' in page


@pytest.mark.usefixtures("local_inbox")
@pytest.mark.parametrize("name", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "..", "%2e%2e%2fsecret", "x"])
def test_a_message_that_is_not_there_is_not_found(client, name):
    assert client.get(f"/dev/inbox/{name}/").status_code == 404


@pytest.mark.usefixtures("local_inbox")
@pytest.mark.parametrize(
    "who",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_the_inbox_is_for_this_machine_only(client, who):
    path = reverse("dev_mail", args=[store()])
    assert client.get("/dev/inbox/").status_code == 200
    assert client.get("/dev/inbox/", **who).status_code == 404
    assert client.get(path, **who).status_code == 404


@pytest.mark.usefixtures("local_inbox")
def test_the_inbox_does_not_exist_without_debug(client, settings):
    settings.DEBUG = False
    assert client.get("/dev/inbox/").status_code == 404


@pytest.mark.usefixtures("local_inbox")
def test_the_inbox_does_not_exist_beside_a_distant_engine(client, monkeypatch):
    monkeypatch.setattr("dynamo.client.is_local", lambda: False)
    assert client.get("/dev/inbox/").status_code == 404


def test_the_api_reference_allows_inline_images_only(client):
    answer = client.get("/api/docs/")
    assert answer.status_code == 200
    assert "img-src 'self' data:" in answer.headers[POLICY]
    assert "unsafe" not in answer.headers[POLICY]
    assert (
        client.get("/api/docs/?script=")
        .headers["Content-Type"]
        .startswith("application/javascript")
    )


def test_the_api_reference_follows_the_theme(client):
    client.cookies["theme"] = "dark"
    assert 'class="dark-mode"' in client.get("/api/docs/").content.decode()


def test_anybody_may_read_the_description_of_the_api(client):
    answer = client.get("/api/schema/", headers={"accept": "application/json"})
    assert answer.json()["openapi"].startswith("3.1")
