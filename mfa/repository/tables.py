"""The tables of second factors: TOTP, SMS and email devices, and recovery codes."""

from dynamo.schema import TableSchema, register
from mfa.items import Method

TOTP = register(
    TableSchema(
        logical="totp",
        variable="DDB_TOTP_TABLE",
        purpose="TOTP devices",
        partition_key="user_sub",
        sort_key="device_id",
        required=True,
    )
)
SMS = register(
    TableSchema(
        logical="sms",
        variable="DDB_SMS_TABLE",
        purpose="SMS MFA devices",
        partition_key="user_sub",
        sort_key="device_id",
        ttl="expires_at",
        required=True,
    )
)
EMAIL = register(
    TableSchema(
        logical="email",
        variable="DDB_EMAIL_TABLE",
        purpose="Email MFA devices",
        partition_key="user_sub",
        sort_key="device_id",
        ttl="expires_at",
        required=True,
    )
)
RECOVERY = register(
    TableSchema(
        logical="recovery",
        variable="DDB_RECOVERY_TABLE",
        purpose="Recovery codes",
        partition_key="user_sub",
        sort_key="code_hash",
        required=True,
    )
)
DEVICES = {Method.TOTP: TOTP, Method.SMS: SMS, Method.EMAIL: EMAIL}
SHAPE_VERSION = 1
