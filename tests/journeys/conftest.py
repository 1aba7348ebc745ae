"""Real Chromium against a server in this process; any console error or stray request fails."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from billing.sandbox.server import Sandbox
from tests.journeys.browser import CHROMIUM, CONTEXT, FLAGS
from tests.mfa.people import enter_code, enter_password, phone_code

HERE = Path(__file__).parent
PATIENCE = 30_000  # milliseconds: far more than a page takes, also where other work runs beside it
expect.set_options(timeout=PATIENCE)
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # the others are not told node by node: half the time
}


# Journeys without scripts are `long`, these apart; pages without them are also what the tests of
# pages ask for, so that what differs is how a browser shows them.
OFTEN = ("test_accounts.py", "test_newsfeed.py", "test_shell.py")


def pytest_collection_modifyitems(items):
    missing = pytest.mark.skip(reason="no Chromium on this machine; `make browser` says how")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.path.name not in OFTEN and "no-js" in item.name:
                item.add_marker(pytest.mark.long)
            if not CHROMIUM and os.environ.get("CI") != "true":
                item.add_marker(missing)


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    assert CHROMIUM, "CI=true but no Chromium is installed; `make browser` says how"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, **CONTEXT}


@pytest.fixture
def page(page, base_url):
    """`page.expected` holds the addresses whose 4xx a test wants, `page.hosts` where it may go."""
    bad, page.hosts, page.expected = [], {urlsplit(base_url).netloc, ""}, set()
    page.set_default_timeout(PATIENCE)

    def on_console(message):
        about = message.location.get("url", "") + " " + message.text
        wanted = any(url in about or urlsplit(url).path in message.text for url in page.expected)
        if message.type in ("error", "warning") and not wanted:
            bad.append(f"console {message.type}: {message.text}")

    def on_request(request):
        if urlsplit(request.url).netloc not in page.hosts:
            bad.append(f"off-site: {request.url}")

    def on_response(response):
        if response.status >= 400 and response.url not in page.expected:
            bad.append(f"{response.status} {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: bad.append(f"script: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
    yield page
    assert not bad, bad


@pytest.fixture
def gallery(settings):
    """Adds the pages of tests/journeys/gallery.py, which show every component."""
    settings.ROOT_URLCONF = "tests.journeys.gallery"


@pytest.fixture
def axe():
    def check(page):
        page.wait_for_load_state()  # a click ends when the next page begins, still empty
        found = Axe().run(page, options=AXE).response["violations"]
        assert not found, [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found]

    return check


@pytest.fixture
def sign_in(client_for, context, base_url):
    """Puts a session of this person into the browser, without the form."""

    def put(user):
        for name, morsel in client_for(user).cookies.items():
            context.add_cookies([{"name": name, "value": morsel.value, "url": base_url}])

    return put


@pytest.fixture
def enter(context, base_url):
    """Puts somebody's session into the browser in place of the one before, both factors given."""

    def put(user, secret):
        client, _ = enter_password(user)
        enter_code(client, phone_code(secret))
        context.clear_cookies()
        for name, morsel in client.cookies.items():
            context.add_cookies([{"name": name, "value": morsel.value, "url": base_url}])

    return put


@pytest.fixture
def sandbox(page, settings, base_url):
    """Plays the providers on loopback and calls our webhooks."""
    settings.DEBUG, settings.SITE_URL = True, base_url
    settings.PORT = urlsplit(base_url).port
    with Sandbox(port=0) as running:
        host = f"127.0.0.1:{running.port}"
        settings.BILLING_SANDBOX_PORT = running.port
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        allowed = [*directives["form-action"], f"http://{host}"]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "form-action": allowed}}
        page.hosts.add(host)
        yield running
