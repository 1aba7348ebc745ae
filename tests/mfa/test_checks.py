import pytest
from django.core.checks import run_checks


def found(*, deploy=False):
    checks = run_checks(include_deployment_checks=deploy)
    return {each.id: each for each in checks if str(each.id).startswith("mfa.")}


def test_the_defaults_are_quiet():
    assert found(deploy=True) == {}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MFA_REQUIRED", "", "mfa.E001"),
        ("MFA_REQUIRED", "everyone", "mfa.E001"),
        ("MFA_REQUIRED", "Staff", "mfa.E001"),
        ("MFA_GRACE_DAYS", -1, "mfa.E002"),
        ("MFA_GRACE_DAYS", 91, "mfa.E002"),
    ],
)
def test_a_bad_value_is_named_with_its_fix(settings, name, value, expected):
    setattr(settings, name, value)
    [(number, told)] = found().items()
    assert number == expected
    assert name in told.msg
    assert told.hint


@pytest.mark.parametrize("value", ["staff", "all"])
@pytest.mark.parametrize("days", [0, 90])
def test_good_values_are_quiet(settings, value, days):
    settings.MFA_REQUIRED, settings.MFA_GRACE_DAYS = value, days
    assert found(deploy=True) == {}


def test_off_is_warned_of_where_people_are_served(settings):
    settings.MFA_REQUIRED = "off"
    assert found() == {}
    assert list(found(deploy=True)) == ["mfa.W001"]
