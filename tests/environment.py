"""A pytest plugin that fixes the environment before Django reads it; no `.env` is read."""

import atexit
import base64
import os
import shutil
import tempfile

for name in [name for name in os.environ if name.startswith(("AWS_", "DYNAMODB_", "DDB_"))]:
    if name != "DYNAMODB_TEST_ENDPOINT":
        del os.environ[name]

MEDIA_DIR = tempfile.mkdtemp(prefix="test-media-")
atexit.register(shutil.rmtree, MEDIA_DIR, ignore_errors=True)

os.environ.update(
    {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": "",
        "STORAGE": "aws",
        "DEBUG": "false",
        "STATIC_COLLECTED": "false",
        "SECRET_KEY": "for tests only, long enough for the deployment checks: 0123456789abcdef",
        "FIELD_ENCRYPTION_KEYS": f"t1:{base64.b64encode(bytes(range(32))).decode()}",
        "SITE_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "MEDIA_DIR": MEDIA_DIR,
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "DDB_SESSIONS_TABLE": "test-sessions",
        "DDB_TOTP_TABLE": "test-totp",
        "DDB_SMS_TABLE": "test-sms",
        "DDB_EMAIL_TABLE": "test-email",
        "DDB_RECOVERY_TABLE": "test-recovery",
        "API_KEYS_TABLE_NAME": "test-api-keys",
        "ALERTS_TABLE_NAME": "test-alerts",
        "ALERT_PREFS_TABLE_NAME": "test-alert-prefs",
        "BILLING_TABLE_NAME": "test-billing",
        "APP_TABLE": "test-app",
        "USERS_TABLE_NAME": "test-users",
        "RATE_LIMITS_TABLE_NAME": "test-rate-limits",
    }
)
