"""Writes the `.env` of local mode: once, with generated secrets; an existing file is kept."""

import base64
import os
import secrets
import socket
from pathlib import Path

# Below the range from which the kernel takes the ports of outgoing connections.
ENGINE_PORTS = range(20_000, 30_000)
CONTENT = """\
# Written by the first local start. It is yours to edit and is never written again.
# It holds secrets: never commit it. .env.example lists every variable.
STORAGE=local
DEBUG=true
SECRET_KEY={secret_key}
FIELD_ENCRYPTION_KEYS={encryption_key}

# The port of the local engine, which `make run` starts. To use an endpoint of your own
# instead, set DYNAMODB_ENDPOINT_URL (loopback only); then no engine is started.
LOCAL_ENGINE_PORT={engine_port}

DDB_SESSIONS_TABLE=ui_sessions
DDB_TOTP_TABLE=totp_devices
DDB_SMS_TABLE=sms_devices
DDB_EMAIL_TABLE=email_devices
DDB_RECOVERY_TABLE=recovery_codes
API_KEYS_TABLE_NAME=api_keys
ALERTS_TABLE_NAME=alerts
ALERT_PREFS_TABLE_NAME=alert_prefs
BILLING_TABLE_NAME=billing
APP_TABLE=app_single_table
USERS_TABLE_NAME=users
RATE_LIMITS_TABLE_NAME=rate_limits
"""


def write(path: Path) -> bool:
    """Create `path`, readable by its owner only. False, and nothing touched, if it exists."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content())
    return True


def content() -> str:
    """The text of a new `.env`; new secrets and a free port at each call."""
    key = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    return CONTENT.format(
        secret_key=secrets.token_urlsafe(48),
        encryption_key=f"local1:{key}",
        engine_port=free_port(),
    )


def free_port() -> int:
    """A random port of ENGINE_PORTS on which nothing listens at this moment."""
    while True:
        port = secrets.choice(ENGINE_PORTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
