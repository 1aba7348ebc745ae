"""Settings of providers that cannot be stop the start, each with what to do."""

import pytest

from billing.checks import check_ccbill, check_modes, check_providers
from tests.core.test_settings import run

STRIPE = {"STRIPE_SECRET_KEY": "sk_test_x", "STRIPE_WEBHOOK_SECRETS": ["whsec_x"]}
PAYPAL = {
    "PAYPAL_CLIENT_ID": "app",
    "PAYPAL_CLIENT_SECRET": "secret",
    "PAYPAL_WEBHOOK_ID": "8XY12345",
    "PAYPAL_MODE": "sandbox",
}
CCBILL = {
    "CCBILL_ACCOUNT": "900000",
    "CCBILL_SUBACCOUNT": "0000",
    "CCBILL_FLEX_ID": "5a4b2f3e",
    "CCBILL_SALT": "salt",
    "CCBILL_WEBHOOK_SECRET": "s" * 32,
    "CCBILL_DATALINK_USERNAME": "user",
    "CCBILL_DATALINK_PASSWORD": "password",
    "CCBILL_MODE": "test",
}
HALVES = [
    ("billing.E004", STRIPE, "STRIPE_WEBHOOK_SECRETS"),
    ("billing.E004", STRIPE, "STRIPE_SECRET_KEY"),
    *(("billing.E008", PAYPAL, name) for name in PAYPAL if not name.endswith("MODE")),
    *(("billing.E009", CCBILL, name) for name in CCBILL if not name.endswith("MODE")),
]


@pytest.fixture
def given(settings):
    def give(*groups, **changed):
        for name, value in {key: value for group in groups for key, value in group.items()}.items():
            setattr(settings, name, value)
        for name, value in changed.items():
            setattr(settings, name, value)
        return settings

    return give


def test_nothing_set_is_no_mistake():
    assert check_providers() + check_modes() + check_ccbill() == []


@pytest.mark.parametrize(("number", "group", "missing"), HALVES)
def test_a_variable_that_is_missing_among_others_is_named(given, number, group, missing):
    given(group, **{missing: type(group[missing])()})
    [error] = check_providers()
    assert (error.id, error.level) == (number, 40)
    assert missing in error.msg
    assert all(name in error.hint for name in group if not name.endswith("MODE"))


@pytest.mark.parametrize("name", ["PAYPAL_MODE", "CCBILL_MODE"])
def test_a_mode_that_nobody_knows_is_refused(given, name):
    given(**{name: "production"})
    [error] = check_modes()
    assert (error.id, error.level) == ("billing.E010", 40)
    assert name in error.msg
    assert "live" in error.hint


@pytest.mark.parametrize(
    ("number", "changed"),
    [
        ("billing.E011", {"CCBILL_APP_ID": "app"}),
        ("billing.E011", {"CCBILL_APP_SECRET": "secret"}),
        ("billing.E012", {"CCBILL_MIN": 0}),
        ("billing.E012", {"CCBILL_MIN": 9_000, "CCBILL_MAX": 8_999}),
        ("billing.E013", {"CCBILL_MAX": 499}),
        ("billing.E013", {"CCBILL_MIN": 50_001, "CCBILL_MAX": 60_000}),
        ("billing.E014", {"CCBILL_CONFIRM_ABOVE": -1}),
        ("billing.E015", {"CCBILL_WEBHOOK_SECRET": "s" * 31}),
        ("billing.E016", {"CCBILL_WEBHOOK_SECRET": "s" * 31 + "/"}),
        ("billing.E016", {"CCBILL_WEBHOOK_SECRET": "s" * 31 + "é"}),
        ("billing.E017", {"CCBILL_NETWORKS": []}),
        ("billing.E017", {"CCBILL_NETWORKS": ["64.38.212.0/24", "ccbill.com"]}),
        ("billing.E017", {"CCBILL_NETWORKS": ["64.38.212.1/24"]}),
        ("billing.E017", {"CCBILL_NETWORKS": ["0.0.0.0/0"]}),
    ],
)
def test_what_does_not_fit_ccbill_is_refused(given, number, changed):
    given(CCBILL)
    assert check_ccbill() == []
    given(**changed)
    [error] = check_ccbill()
    assert (error.id, error.level) == (number, 40)
    assert error.hint
    given(CCBILL_ACCOUNT="")
    assert check_ccbill() == []


def test_webhooks_that_come_through_a_proxy_nobody_counts_are_warned_of(given):
    given(CCBILL, SITE_URL="https://example.com", TRUSTED_PROXY_COUNT=0)
    [warning] = check_ccbill()
    assert (warning.id, warning.level) == ("billing.W001", 30)
    assert "TRUSTED_PROXY_COUNT" in warning.hint
    given(TRUSTED_PROXY_COUNT=1)
    assert check_ccbill() == []


def test_they_are_registered():
    code = """
from django.conf import settings
from django.core import checks
import django
django.setup()
print(sorted(each.id for each in checks.run_checks() if each.id.startswith("billing.")))
"""
    variables = {"PAYPAL_CLIENT_ID": "x", "PAYPAL_MODE": "x", "CCBILL_MIN": "0"}
    told = run(code, DJANGO_SETTINGS_MODULE="config.settings", CCBILL_ACCOUNT="x", **variables)
    assert told.stdout.strip() == "['billing.E008', 'billing.E009', 'billing.E010', 'billing.E012']"
