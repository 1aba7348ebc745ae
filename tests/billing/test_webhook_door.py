"""Who may post to the door of webhooks, and what is not read at all."""

import pytest

from billing.sandbox import access
from tests.billing.checkout import send
from tests.billing.test_webhooks import inbox

pytestmark = pytest.mark.usefixtures("sandbox")


def test_a_large_body_is_refused_unread(client, sandbox):
    answer = send(client, b"x" * (256 * 1024 + 1), "t=1,v1=0")
    assert answer.status_code == 413
    assert inbox() == {}


@pytest.mark.parametrize("provider", ["nobody"])
def test_a_provider_that_is_off_is_404(client, provider):
    assert send(client, b"{}", "", path=f"/billing/webhooks/{provider}/").status_code == 404


def test_without_its_keys_stripe_is_404(client, settings):
    settings.BILLING_SANDBOX_PORT = 0
    assert send(client, b"{}", "").status_code == 404


def test_only_post_is_answered(client):
    assert client.get("/billing/webhooks/stripe/").status_code == 405


def test_the_sandbox_signs_with_a_secret_of_this_installation(settings):
    before = access.webhook_secret()
    settings.SECRET_KEY = "another one, also long enough for the checks: 0123456789abcdef"
    assert access.webhook_secret() != before
