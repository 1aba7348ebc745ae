"""What settings.py makes of the environment, and who refuses it: each in a process of its own."""

import json
import os
import subprocess
import sys
from email.utils import parseaddr

import pytest

READ = """
import json
from config import settings
names = ("ALLOWED_HOSTS", "DEFAULT_FROM_EMAIL")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def run(code, **environment):
    inherited = {name: value for name, value in os.environ.items() if name != "ALLOWED_HOSTS"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("site_url", "host"),
    [("https://example.com:8443", "example.com"), ("http://[::1]:8000", "[::1]")],
)
def test_the_host_of_the_site_is_answered_and_its_name_may_hold_a_comma(site_url, host):
    found = json.loads(run(READ, SITE_URL=site_url, SITE_NAME="Acme, Inc.").stdout)
    assert found["ALLOWED_HOSTS"] == [host]
    assert parseaddr(found["DEFAULT_FROM_EMAIL"]) == ("Acme, Inc.", "no-reply@localhost")


@pytest.mark.parametrize("server", ["config.wsgi", "config.asgi"])
def test_no_server_starts_with_a_setting_that_is_wrong(server):
    refused = run(f"import {server}", SITE_URL="http://example.com")
    assert refused.returncode != 0
    assert "core.E003" in refused.stderr
    assert run(f"import {server}", SITE_URL="https://example.com").returncode == 0
