import pytest
from django.core.exceptions import ImproperlyConfigured

from dynamo.schema import Index, TableSchema, all_schemas, register, schema_named

SEED = {
    "sessions": ("DDB_SESSIONS_TABLE", ("session_hash",), "expires_at", True),
    "totp": ("DDB_TOTP_TABLE", ("user_sub", "device_id"), None, True),
    "sms": ("DDB_SMS_TABLE", ("user_sub", "device_id"), "expires_at", True),
    "email": ("DDB_EMAIL_TABLE", ("user_sub", "device_id"), "expires_at", True),
    "recovery": ("DDB_RECOVERY_TABLE", ("user_sub", "code_hash"), None, True),
    "api_keys": ("API_KEYS_TABLE_NAME", ("key_id",), "purge_at", False),
    "alerts": ("ALERTS_TABLE_NAME", ("user_sub", "alert_id"), "expires_at", False),
    "alert_prefs": ("ALERT_PREFS_TABLE_NAME", ("user_sub",), None, False),
    "billing": ("BILLING_TABLE_NAME", ("pk", "sk"), "ttl", False),
    "app": ("APP_TABLE", ("pk", "sk"), "ttl", False),
    "users": ("USERS_TABLE_NAME", ("pk", "sk"), "expires_at", False),
    "rate_limits": ("RATE_LIMITS_TABLE_NAME", ("pk",), "expires_at", False),
}


def test_every_table_of_the_data_model_is_declared():
    declared = {s.logical: (s.variable, s.keys, s.ttl, s.required) for s in all_schemas()}
    assert declared == SEED


def test_only_what_a_restore_must_not_revive_is_not_restorable():
    assert {s.logical for s in all_schemas() if not s.restorable} == {"sessions", "rate_limits"}


@pytest.mark.parametrize(
    ("logical", "name", "keys"),
    [
        ("sessions", "user_sub-index", ("user_sub", "created_at")),
        ("api_keys", "user_sub-index", ("user_sub", "created_at")),
        ("alerts", "unread-index", ("user_sub", "unread_id")),
        ("billing", "gsi1", ("gsi1pk", "gsi1sk")),
    ],
)
def test_the_indexes_of_the_data_model_are_declared(logical, name, keys):
    (index,) = schema_named(logical).indexes
    assert (index.name, index.keys) == (name, keys)


def test_a_session_s_index_shows_what_the_list_needs():
    (index,) = schema_named("sessions").indexes
    projected = {"kind", "sid", "ip", "user_agent", "label", "absolute_expires_at"}
    assert set(index.projection) == projected


def test_a_logical_name_is_declared_once():
    other = TableSchema(logical="billing", variable="X", purpose="X", partition_key="pk")
    with pytest.raises(ImproperlyConfigured, match="billing"):
        register(other)
    assert schema_named("billing").variable == "BILLING_TABLE_NAME"


def test_an_index_never_projects_everything():
    with pytest.raises(ImproperlyConfigured, match="KEYS_ONLY"):
        Index(name="all", partition_key="user_sub", projection="ALL")
