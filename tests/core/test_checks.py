import pytest
from django.core.checks import run_checks

SMTP = "django.core.mail.backends.smtp.EmailBackend"
GOOD = {"SITE_URL": "https://example.com", "ALLOWED_HOSTS": ["example.com"]}


@pytest.fixture
def complaints(settings):
    """The core.E… messages under these settings, by id."""

    def check(**changed):
        for name, value in (GOOD | changed).items():
            setattr(settings, name, value)
        found = [message for message in run_checks() if str(message.id).startswith("core.")]
        return {message.id: message for message in found}

    return check


def test_good_settings_are_quiet(complaints):
    assert complaints() == {}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"SECRET_KEY": ""}, "core.E001"),
        ({"SECRET_KEY": "short"}, "core.E001"),
        ({"FIELD_ENCRYPTION_KEYS": []}, "core.E002"),
        ({"FIELD_ENCRYPTION_KEYS": ["k1:canary"]}, "core.E002"),
        ({"SITE_URL": ""}, "core.E003"),
        ({"SITE_URL": "example.com"}, "core.E003"),
        ({"SITE_URL": "ftp://example.com"}, "core.E003"),
        ({"SITE_URL": "https://example.com/path"}, "core.E003"),
        ({"SITE_URL": "https://canary@example.com"}, "core.E003"),
        ({"SITE_URL": "https://example.com:port"}, "core.E003"),
        ({"SITE_URL": "https://[::1"}, "core.E003"),
        ({"SITE_URL": "http://example.com"}, "core.E003"),
        ({"ALLOWED_HOSTS": ["*"]}, "core.E004"),
        ({"ALLOWED_HOSTS": []}, "core.E004"),
        ({"TRUSTED_PROXY_COUNT": -1}, "core.E005"),
        ({"LOG_LEVEL": "LOUD"}, "core.E006"),
        ({"LOG_FORMAT": "xml"}, "core.E006"),
        ({"SMS_PER_HOUR": 3}, "core.E007"),
        ({"SMS_PER_DAY": 0}, "core.E007"),
        ({"SMS_COUNTRIES": {"UK"}}, "core.E008"),
        ({"SMS_COUNTRIES": {"DE", "GERMANY"}}, "core.E008"),
    ],
)
def test_a_bad_setting_is_named_with_its_fix(complaints, changed, expected):
    found = complaints(**changed)
    [name] = changed
    assert list(found) == [expected]
    assert name in found[expected].msg
    assert found[expected].hint


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"])
def test_plain_http_is_fine_on_loopback(complaints, url):
    assert complaints(SITE_URL=url) == {}


def test_everything_wrong_is_told_at_once_and_no_secret_is_repeated(complaints):
    found = complaints(
        SECRET_KEY="canary",
        FIELD_ENCRYPTION_KEYS=["canary"],
        SITE_URL="",
        ALLOWED_HOSTS=["*"],
        TRUSTED_PROXY_COUNT=-1,
        LOG_LEVEL="LOUD",
    )
    assert sorted(found) == [f"core.E00{number}" for number in range(1, 7)]
    assert "canary" not in str(list(found.values()))


def test_mails_leave_this_machine_over_tls_only(complaints):
    plain = {"EMAIL_BACKEND": SMTP, "EMAIL_USE_TLS": False}
    assert list(complaints(**plain, EMAIL_HOST="mail.example.com")) == ["core.E009"]
    assert complaints(**plain, EMAIL_HOST="127.0.0.1") == {}
    assert complaints(**plain | {"EMAIL_USE_TLS": True}, EMAIL_HOST="mail.example.com") == {}
