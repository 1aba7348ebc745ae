"""A site whose SITE_URL is https: its cookies, its headers, and what it does with plain http."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.accounts.mailbox import deliver

ROOT = Path(__file__).resolve().parents[2]
READ = """
import json
from config import settings
names = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT")
print(json.dumps([getattr(settings, name) for name in names]))
"""
PROGRAMS = ["/api/v1/profile/", "/billing/webhooks/stripe/", "/mail/events/mailgun/"]


def on_https(*arguments):
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "SITE_URL": "https://testserver"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_cookie_is_ours_alone():
    """Secure, of this host and path only, out of reach of scripts and of other sites' forms."""
    found = on_https("-m", "tests.core.https_cookies")
    names = ["csrftoken", "device", "messages", "second_step", "sessionid", "sign_up", "theme"]
    assert sorted(found) == [f"__Host-{name}" for name in names]
    for name, attributes in found.items():
        expected = {"secure": True, "httponly": True, "samesite": "Lax", "path": "/"}
        assert attributes == expected, name


def test_browsers_are_told_to_stay_with_https_for_two_years():
    assert on_https("-c", READ) == [63_072_000, True, True]


@pytest.fixture
def https_only(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 63_072_000, True


@pytest.mark.usefixtures("https_only")
@pytest.mark.parametrize("path", ["/", "/nothing/", "/api/v1/profile/", "/static/core/js/app.js"])
def test_every_answer_says_so(path):
    answer = Client().get(path, secure=True)
    answer.close()
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.usefixtures("https_only")
def test_people_are_led_to_https():
    answer = Client().get("/sign-in/?next=/account/")
    assert (answer.status_code, answer.url) == (301, "https://testserver/sign-in/?next=/account/")


@pytest.mark.usefixtures("https_only")
@pytest.mark.parametrize("path", PROGRAMS)
def test_a_program_is_refused_and_not_led_on(path):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 403
        assert "https only" in answer.content.decode()
        assert "Location" not in answer.headers
    assert deliver() == 0
