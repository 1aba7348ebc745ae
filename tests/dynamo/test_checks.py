import pytest
from django.core.checks import run_checks

from dynamo import client
from dynamo.checks import check_endpoint, check_table_names

REQUIRED = ["totp", "sms", "email", "recovery", "sessions"]


@pytest.fixture
def tables(settings):
    settings.DYNAMODB_TABLES = dict(settings.DYNAMODB_TABLES)
    return settings.DYNAMODB_TABLES


def ids(found):
    return [message.id for message in found]


def test_the_settings_of_the_tests_are_fine():
    assert [message for message in run_checks() if message.id.startswith("dynamo.")] == []


def test_every_missing_required_variable_is_listed_at_once(tables):
    tables.update(dict.fromkeys(REQUIRED, ""))
    found = check_table_names()
    assert ids(found) == ["dynamo.E001"] * 5
    assert {message.hint.split("=")[0] for message in found} == {
        "Set DDB_SESSIONS_TABLE",
        "Set DDB_TOTP_TABLE",
        "Set DDB_SMS_TABLE",
        "Set DDB_EMAIL_TABLE",
        "Set DDB_RECOVERY_TABLE",
    }
    assert ".env" in found[0].hint


def test_billing_without_a_table_is_a_warning(tables):
    tables["billing"] = ""
    (warning,) = check_table_names()
    assert warning.id == "dynamo.W001"
    assert not warning.is_serious()
    assert "BILLING_TABLE_NAME" in warning.msg


@pytest.mark.parametrize("name", ["ab", "x" * 256, "with space", "slash/es", "naïve", "a\nb", "#"])
def test_a_malformed_table_name_is_refused(tables, name):
    tables["totp"] = name
    (error,) = check_table_names()
    assert error.id == "dynamo.E002"
    assert "DDB_TOTP_TABLE" in error.msg


@pytest.mark.parametrize("name", ["abc", "x" * 255, "A-Z_0.9"])
def test_any_legal_table_name_is_fine(tables, name):
    tables["totp"] = name
    assert check_table_names() == []


def test_two_variables_must_not_name_one_table(tables):
    tables["totp"] = tables["sms"] = "devices"
    (error,) = check_table_names()
    assert error.id == "dynamo.E003"
    assert "DDB_TOTP_TABLE" in error.msg
    assert "DDB_SMS_TABLE" in error.msg


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"STORAGE": "cloud"}, "dynamo.E004"),
        ({"STORAGE": "local", "DYNAMODB_ENDPOINT_URL": ""}, "dynamo.E005"),
        ({"STORAGE": "local", "DYNAMODB_ENDPOINT_URL": "https://db.example.com"}, "dynamo.E005"),
        ({"DYNAMODB_PROFILE": "cron"}, "dynamo.E008"),
        ({"DYNAMODB_ENDPOINT_URL": "not an address"}, "dynamo.E009"),
        ({"DYNAMODB_ENDPOINT_URL": "127.0.0.1:8000"}, "dynamo.E009"),
        ({"DYNAMODB_ENDPOINT_URL": "http://127.0.0.1:port"}, "dynamo.E009"),
    ],
)
def test_a_wrong_endpoint_names_the_fix(settings, overrides, expected):
    for name, value in overrides.items():
        setattr(settings, name, value)
    (error,) = check_endpoint()
    assert error.id == expected
    assert error.hint


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("https://dynamodb.us-east-1.amazonaws.com", ["dynamo.E006"]),
        ("http://127.0.0.1:9", []),
    ],
)
def test_debug_is_refused_beside_storage_that_is_not_local(
    settings, monkeypatch, endpoint, expected
):
    monkeypatch.setattr(client, "_client", None)
    settings.STORAGE = "aws"
    settings.DYNAMODB_ENDPOINT_URL = endpoint
    settings.DEBUG = True
    assert ids(check_endpoint()) == expected
    client.reset()


def test_debug_without_a_region_names_the_reason(settings, monkeypatch):
    monkeypatch.setattr(client, "_client", None)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    settings.STORAGE = "aws"
    settings.DYNAMODB_ENDPOINT_URL = ""
    settings.DEBUG = True
    (error,) = check_endpoint()
    assert error.id == "dynamo.E006"
    assert "region" in error.msg


def test_a_malformed_index_name_is_refused(monkeypatch):
    from dynamo import checks, schema

    index = schema.Index(name="no", partition_key="user_sub")
    odd = schema.TableSchema(
        logical="totp", variable="X", purpose="X", partition_key="pk", indexes=(index,)
    )
    monkeypatch.setattr(checks, "all_schemas", lambda: (odd,))
    (error,) = check_table_names()
    assert error.id == "dynamo.E007"
