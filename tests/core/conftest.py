import pytest
from django.conf import settings as site

from tests.apikeys.keys import issue
from tests.core.api_document import HOST, token_of_a_browser


def pytest_ignore_collect(collection_path, config):
    """Tests of each operation take seconds to make, also where they do not run."""
    if collection_path.name.endswith("_at_length.py"):
        return "not long" in config.getoption("markexpr") or None
    return None


@pytest.fixture
def as_alice(alice, client_for, settings, tmp_path):
    """What a browser sends in which Alice is signed in, on a site with everything set up."""
    settings.SMS_BACKEND, settings.LOCAL_DIR = "core.sms.LocalInbox", tmp_path
    sent = token_of_a_browser()
    session = client_for(alice).cookies[site.SESSION_COOKIE_NAME].value
    return sent | {"cookies": sent["cookies"] | {site.SESSION_COOKIE_NAME: session}}


@pytest.fixture
def as_program(alice, settings, tmp_path):
    """What a program sends that has a key with every scope, which no limit stops, on that site."""
    settings.SMS_BACKEND, settings.LOCAL_DIR = "core.sms.LocalInbox", tmp_path
    settings.API_KEYS_CALLS_PER_MINUTE = settings.API_KEYS_BURST = 100_000
    return {"headers": HOST | {"Authorization": f"Bearer {issue(alice).secret}"}}
