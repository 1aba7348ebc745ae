"""What browsers may do on pages of money, and to whom their forms may lead."""

import json

import pytest
import requests
from django.urls import reverse

from tests.authorization.routes import registered
from tests.authorization.world import things_of
from tests.billing.test_webhooks import start
from tests.core.test_settings import run

READ = """
import json
from config import settings
print(json.dumps(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]))
"""
SELF, CHECKOUT = "'self'", "https://checkout.stripe.com"
POLICY = {
    "default-src": "'none'",
    "script-src": SELF,
    "style-src": SELF,
    "img-src": SELF,
    "font-src": SELF,
    "connect-src": SELF,
    "form-action": SELF,
    "manifest-src": SELF,
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def form_action(**environment):
    return json.loads(run(READ, **environment).stdout)


def test_every_page_of_money_has_the_strict_policy(alice, bob, provider, client_for, media_folder):
    client, places = client_for(alice), registered()
    things = things_of(alice, bob)
    for page in places:
        if not page.name.startswith("billing:") or page.name.startswith("billing:webhook"):
            continue
        path = reverse(page.name, kwargs={name: things[name] for name in places[page]})
        answer = client.generic(page.method, path)
        given = answer.headers["Content-Security-Policy"]
        assert dict(each.split(" ", 1) for each in given.split("; ")) == POLICY, path


PAYPAL, PAYPAL_SANDBOX = "https://www.paypal.com", "https://www.sandbox.paypal.com"
CCBILL = "https://api.ccbill.com"


@pytest.mark.parametrize(
    ("keys", "pages"),
    [
        ({"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRETS": "whsec_x"}, [CHECKOUT]),
        ({"PAYPAL_CLIENT_ID": "app"}, [PAYPAL]),
        ({"PAYPAL_CLIENT_ID": "app", "PAYPAL_MODE": "sandbox"}, [PAYPAL_SANDBOX]),
        ({"PAYPAL_MODE": "sandbox", "CCBILL_MODE": "test"}, []),
        ({"CCBILL_ACCOUNT": "900000"}, [CCBILL]),
        ({"CCBILL_ACCOUNT": "900000", "CCBILL_MODE": "test"}, [CCBILL]),
        (
            {"STRIPE_SECRET_KEY": "x", "PAYPAL_CLIENT_ID": "app", "CCBILL_ACCOUNT": "900000"},
            [CHECKOUT, PAYPAL, CCBILL],
        ),
    ],
)
def test_forms_may_lead_to_the_pages_of_those_that_are_set_and_nowhere_else(keys, pages):
    assert form_action(**keys) == [SELF, *pages]


def test_without_a_provider_they_lead_nowhere():
    assert form_action() == [SELF]


@pytest.mark.parametrize(
    ("changes", "to"),
    [
        ({}, "http://127.0.0.1:28000"),
        ({"BILLING_SANDBOX_PORT": "28123"}, "http://127.0.0.1:28123"),
        ({"STRIPE_SECRET_KEY": "sk_test_x"}, CHECKOUT),
        ({"PAYPAL_CLIENT_ID": "app", "PAYPAL_MODE": "sandbox"}, PAYPAL_SANDBOX),
        ({"CCBILL_ACCOUNT": "900000", "CCBILL_MODE": "test"}, CCBILL),
    ],
)
def test_in_local_mode_they_lead_to_the_sandbox_until_there_is_a_key(changes, to):
    local = {"STORAGE": "local", "DEBUG": "true", "PORT": "8000", "LOCAL_ENGINE_PORT": "4566"}
    assert form_action(**(local | changes)) == [SELF, to]


def test_the_sandboxs_own_pages_run_nothing_and_lead_back_alone(alice, sandbox):
    _payment, url = start(alice)
    policy = requests.get(url, timeout=5).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "script-src" not in policy
    assert "form-action 'self' http://testserver;" in policy
