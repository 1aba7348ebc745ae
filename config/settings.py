"""Settings. This module and config/environment.py are the only readers of the environment.

Every variable is listed in README.md and .env.example; tests compare the three.
"""

from datetime import timedelta
from email.utils import formataddr
from pathlib import Path
from urllib.parse import urlsplit

import whitenoise.compress
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels

from config import api, environment, media

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.load()

# Site
SITE_NAME = env.str("SITE_NAME", "Latchkey")
DEBUG = env.bool("DEBUG", False)
PORT = env.int("PORT", 8000)
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
_HOSTS = [_HOST, "localhost"] if _HOST == "127.0.0.1" else [f"[{_HOST}]" if ":" in _HOST else _HOST]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=_HOSTS)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Secrets (NAME, NAME_FILE or AWS_SECRETS_ID)
SECRET_KEY = environment.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.secret("SECRET_KEY_FALLBACKS").split()
# `id:base64 of 32 bytes`, separated by spaces; the first one encrypts, the others still decrypt.
FIELD_ENCRYPTION_KEYS = environment.secret("FIELD_ENCRYPTION_KEYS").split()
# `2:text,1:text`; the first one makes the digests of new keys (apikeys/peppers.py).
API_KEYS_PEPPERS = environment.secret("API_KEYS_PEPPERS")
API_KEY_PEPPER = environment.secret("API_KEY_PEPPER")

# Storage
STORAGE = env.str("STORAGE", "aws")
LOCAL_DIR = BASE_DIR / env.str("LOCAL_DIR", ".local")
# An endpoint of one's own replaces the local engine (0 = no engine).
DYNAMODB_ENDPOINT_URL = env.str("DYNAMODB_ENDPOINT_URL", "")
LOCAL_ENGINE_PORT = 0
if STORAGE == "local" and not DYNAMODB_ENDPOINT_URL:
    LOCAL_ENGINE_PORT = env.int("LOCAL_ENGINE_PORT")
    DYNAMODB_ENDPOINT_URL = f"http://127.0.0.1:{LOCAL_ENGINE_PORT}"
CHILD_ENVIRONMENT = environment.inherited()
DYNAMODB_PROFILE = env.str("DYNAMODB_PROFILE", "web")
DYNAMODB_TABLES = {
    "sessions": env.str("DDB_SESSIONS_TABLE", ""),
    "totp": env.str("DDB_TOTP_TABLE", ""),
    "sms": env.str("DDB_SMS_TABLE", ""),
    "email": env.str("DDB_EMAIL_TABLE", ""),
    "recovery": env.str("DDB_RECOVERY_TABLE", ""),
    "api_keys": env.str("API_KEYS_TABLE_NAME", "api_keys"),
    "alerts": env.str("ALERTS_TABLE_NAME", "alerts"),
    "alert_prefs": env.str("ALERT_PREFS_TABLE_NAME", "alert_prefs"),
    "billing": env.str("BILLING_TABLE_NAME", ""),
    "app": env.str("APP_TABLE", "app_single_table"),
    "users": env.str("USERS_TABLE_NAME", "users"),
    "rate_limits": env.str("RATE_LIMITS_TABLE_NAME", "rate_limits"),
}
API_KEYS_USER_INDEX = env.str("API_KEYS_USER_INDEX", "user_sub-index")
API_KEYS_PREFIX = env.str("API_KEYS_PREFIX", "lk")
# Of each key: so many calls a minute, and so many at once on top (GCRA).
API_KEYS_CALLS_PER_MINUTE = env.int("API_KEYS_CALLS_PER_MINUTE", 600)
API_KEYS_BURST = env.int("API_KEYS_BURST", 100)
API_KEYS_CACHE_SECONDS = env.int("API_KEYS_CACHE_SECONDS", 0)  # 0 to 10
API_KEYS_ENVIRONMENT = "test" if STORAGE == "local" else "live"  # the second word of a key
DATABASES: dict[str, dict[str, str]] = {}  # a guard: any SQL query raises ImproperlyConfigured

INSTALLED_APPS = [
    "core",  # before django.contrib.auth: its answers to commands that need SQL come first
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_htmx",
    "heroicons",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "dynamo",
    "users",
    "jobs",
    "alerts",
    "sessions",
    "mfa",
    "accounts",
    "apikeys",
    "billing",
    "newsfeed",
]

MIDDLEWARE = [
    "core.middleware.RequestMiddleware",  # health, request id, metering, log line, headers
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.RefusingMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.avatar_middleware.AvatarMiddleware",  # public, so before sessions
    "apikeys.middleware.KeyCallMiddleware",
    "apikeys.middleware.KeyBeforeCookieMiddleware",
    "sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sessions.middleware.EpochMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.PageErrorMiddleware",
    "accounts.middleware.SignInFirstMiddleware",
    "mfa.middleware.FactorFirstMiddleware",
]

# People
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["users.backends.DynamoBackend"]
MIGRATION_MODULES = {"users": None, "auth": None, "contenttypes": None}
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "accounts:overview"
STEP_UP_URL = "accounts:confirm"
PASSWORD_HASHERS = ["users.hashers.Argon2id"]
# Who must have a second factor: off, staff (at once) or all (staff at once, others after days)
MFA_REQUIRED = env.str("MFA_REQUIRED", "staff")
MFA_GRACE_DAYS = env.int("MFA_GRACE_DAYS", 14)
AUTH_PASSWORD_VALIDATORS = [{"NAME": "users.passwords.StrengthValidator"}]

# Sessions
SESSION_ENGINE = "sessions.backends.dynamodb"
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_LIFETIMES = {  # kind of sign-in -> (idle, absolute)
    "standard": (timedelta(hours=12), timedelta(hours=24)),
    "remembered": (timedelta(days=14), timedelta(days=30)),
    "staff": (timedelta(hours=1), timedelta(hours=12)),
}
SESSION_COOKIE_AGE = 12 * 3600  # idle time of sessions that nobody is signed in to
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # except a remembered sign-in
SESSION_TOUCH_SECONDS = 60
SESSION_MAX_PER_USER = env.int("SESSION_MAX_PER_USER", 50)
SESSION_MAX_BYTES = 64 * 1024

# Cookies and transport: plain http is for loopback only
SECURE = urlsplit(SITE_URL).scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.error_pages.csrf_failure"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^api/", r"^billing/webhooks/", r"^mail/events/"]  # refused instead
SECURE_HSTS_SECONDS = 63_072_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if SECURE and TRUSTED_PROXY_COUNT else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Pages
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
MESSAGE_STORAGE = "core.messages.Messages"
MESSAGE_TAGS = {message_levels.ERROR: "bad", message_levels.SUCCESS: "ok"}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.shell.shell",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.static",
                "django.templatetags.i18n",
                "core.templatetags.ui",
            ],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_root"
# Off: files are served from where they are written, unhashed, and collectstatic is not needed.
STATIC_COLLECTED = env.bool("STATIC_COLLECTED", STORAGE == "aws")
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False  # other sites have no business with them
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *whitenoise.compress.Compressor.SKIP_COMPRESS_EXTENSIONS,
    "map",
)
MEDIA_DIR = BASE_DIR / env.str("MEDIA_DIR", str(LOCAL_DIR / "media"))
# Pictures and files of posts: a private bucket (S3, or one that speaks it); empty = MEDIA_DIR/posts
MEDIA_BUCKET = env.str("MEDIA_BUCKET", "")
MEDIA_BUCKET_REGION = env.str("MEDIA_BUCKET_REGION", "")
MEDIA_BUCKET_ENDPOINT = env.str("MEDIA_BUCKET_ENDPOINT", "").rstrip("/")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "avatars": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_DIR / "avatars",
            "file_permissions_mode": 0o640,
            "directory_permissions_mode": 0o750,
        },
    },
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_DIR / "exports",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "media": media.storage(
        MEDIA_DIR / "posts",
        bucket=MEDIA_BUCKET,
        region=MEDIA_BUCKET_REGION,
        endpoint=MEDIA_BUCKET_ENDPOINT,
    ),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# A page's pictures come from where the bucket's signed addresses lead.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"] += media.origins(
    bucket=MEDIA_BUCKET, region=MEDIA_BUCKET_REGION, endpoint=MEDIA_BUCKET_ENDPOINT
)

# Uploads: no request is larger than the largest form with a file (core/uploads.py)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # without files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 12
UPLOAD_MAX_BYTES = 12 * 1024 * 1024  # with files; beyond a picture's 5 MB, to say so in the form
# Of people who are signed in: eight pictures of 5 MB at once, or one file of 25 MB.
UPLOAD_MAX_BYTES_AT = {
    "newsfeed:new": 42 * 1024 * 1024,
    "newsfeed:edit": 42 * 1024 * 1024,
    "newsfeed:attach": 42 * 1024 * 1024,
    "newsfeed-api:media": 27 * 1024 * 1024,
}
FILE_UPLOAD_HANDLERS = [
    "core.uploads.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# API
REST_FRAMEWORK = api.REST_FRAMEWORK
SPECTACULAR_SETTINGS = {**api.SPECTACULAR_SETTINGS, "TITLE": f"{SITE_NAME} API"}

# Mail
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", formataddr((SITE_NAME, "no-reply@localhost")))
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    "core.mail.LocalInbox" if STORAGE == "local" else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.secret("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
# Who tells us of mails that come back (alerts/mail_events.py); off until both are set.
MAIL_EVENTS_PROVIDER = env.str("MAIL_EVENTS_PROVIDER", "")
MAIL_EVENTS_SECRET = environment.secret("MAIL_EVENTS_SECRET")
ANYMAIL = {
    "MAILGUN_WEBHOOK_SIGNING_KEY": MAIL_EVENTS_SECRET,
    # A request that is repeated after a lost answer is a second mail: jobs decide about that.
    "AMAZON_SES_CLIENT_PARAMS": {
        "config": {
            "connect_timeout": 3,
            "read_timeout": EMAIL_TIMEOUT,
            "retries": {"mode": "standard", "total_max_attempts": 1},
        }
    },
    # user:password of the others, several separated by spaces while one is rolled
    "WEBHOOK_SECRET": [] if MAIL_EVENTS_PROVIDER == "mailgun" else MAIL_EVENTS_SECRET.split(),
}
# Empty = this site sends no text messages.
SMS_BACKEND = env.str("SMS_BACKEND", "core.sms.LocalInbox" if STORAGE == "local" else "")
# Over the whole site, whoever sends: what an hour and a day may cost at most (core/sms_budget.py).
SMS_PER_HOUR = env.int("SMS_PER_HOUR", 200)
SMS_PER_DAY = env.int("SMS_PER_DAY", 1000)
# Of ISO 3166-1 alpha-2; empty = wherever a valid mobile number is.
SMS_COUNTRIES = frozenset(env.str("SMS_COUNTRIES", "").upper().replace(",", " ").split())

# Money: amounts in the currency's minor unit (cents); billing is on with BILLING_TABLE_NAME
BILLING_CURRENCY = env.str("BILLING_CURRENCY", "USD").upper()
PLATFORM_FEE_BPS = env.int("PLATFORM_FEE_BPS", 1000)  # of every sale: 1000 = 10 %
TOP_UP_MIN = env.int("TOP_UP_MIN", 500)
TOP_UP_MAX = env.int("TOP_UP_MAX", 50_000)
REFUND_APPROVAL_ABOVE = env.int("REFUND_APPROVAL_ABOVE", 5000)  # of one payment, by one of staff
TOP_UP_DAILY_MAX = env.int("TOP_UP_DAILY_MAX", 2 * TOP_UP_MAX)  # a person, a day in UTC
# The sums that the form offers, separated by spaces; empty = round ones within the limits.
TOP_UP_PRESETS = [int(amount) for amount in env.str("TOP_UP_PRESETS", "").split()]
PURCHASE_PAGES = {"post": "newsfeed:post"}  # what is bought, "post:<id>" -> its page
# Who sells, as receipts and statements say it; lines of the address are separated by "|".
SELLER_NAME = env.str("SELLER_NAME", SITE_NAME)
SELLER_ADDRESS = env.str("SELLER_ADDRESS", "")
SELLER_TAX_ID = env.str("SELLER_TAX_ID", "")
SELLER_EMAIL = env.str("SELLER_EMAIL", "")

# Newsfeed: followers are told of a post (push), or look for it (pull); "auto" goes by their number,
# and between the two it stays as it is.
FANOUT = env.str("FANOUT", "auto")
FANOUT_PULL_ABOVE = env.int("FANOUT_PULL_ABOVE", 5000)
FANOUT_PUSH_BELOW = env.int("FANOUT_PUSH_BELOW", 3000)

# Payment providers: each is on once all of its variables are set, and never offered before
STRIPE_SECRET_KEY = environment.secret("STRIPE_SECRET_KEY")
# Separated by spaces; all of them are accepted while one is rolled.
STRIPE_WEBHOOK_SECRETS = environment.secret("STRIPE_WEBHOOK_SECRETS").split()
PAYPAL_CLIENT_ID = env.str("PAYPAL_CLIENT_ID", "")
PAYPAL_CLIENT_SECRET = environment.secret("PAYPAL_CLIENT_SECRET")
PAYPAL_WEBHOOK_ID = env.str("PAYPAL_WEBHOOK_ID", "")
PAYPAL_MODE = env.str("PAYPAL_MODE", "live")  # or "sandbox", PayPal's own
CCBILL_ACCOUNT = env.str("CCBILL_ACCOUNT", "")
CCBILL_SUBACCOUNT = env.str("CCBILL_SUBACCOUNT", "")
CCBILL_FLEX_ID = env.str("CCBILL_FLEX_ID", "")
CCBILL_SALT = environment.secret("CCBILL_SALT")
CCBILL_WEBHOOK_SECRET = environment.secret("CCBILL_WEBHOOK_SECRET")
CCBILL_DATALINK_USERNAME = env.str("CCBILL_DATALINK_USERNAME", "")
CCBILL_DATALINK_PASSWORD = environment.secret("CCBILL_DATALINK_PASSWORD")
CCBILL_APP_ID = env.str("CCBILL_APP_ID", "")
CCBILL_APP_SECRET = environment.secret("CCBILL_APP_SECRET")
CCBILL_MODE = env.str("CCBILL_MODE", "live")  # or "test"
# Where CCBill's webhooks come from (ccbill.com/doc/webhooks-user-guide)
CCBILL_NETWORKS = env.str(
    "CCBILL_NETWORKS", "64.38.212.0/24 64.38.215.0/24 64.38.240.0/24 64.38.241.0/24"
).split()
# What CCBill takes at once, and above what a sale is confirmed before it counts: minor units
CCBILL_MIN = env.int("CCBILL_MIN", 295)
CCBILL_MAX = env.int("CCBILL_MAX", 10_000)
CCBILL_CONFIRM_ABOVE = env.int("CCBILL_CONFIRM_ABOVE", 0)
# In local mode a sandbox stands in for all of them until one has a key: no real money (0 = none).
BILLING_SANDBOX_PORT = 0
_HAS_PROVIDER = any((STRIPE_SECRET_KEY, PAYPAL_CLIENT_ID, CCBILL_ACCOUNT))
if STORAGE == "local" and DEBUG and DYNAMODB_TABLES["billing"] and not _HAS_PROVIDER:
    BILLING_SANDBOX_PORT = env.int("BILLING_SANDBOX_PORT", 20_000 + PORT % 10_000)
# Browsers hold the redirect after a form to form-action as well.
if BILLING_SANDBOX_PORT:
    _PAYMENT_PAGES = [f"http://127.0.0.1:{BILLING_SANDBOX_PORT}"]
else:
    _PAYMENT_PAGES = ["https://checkout.stripe.com"] if STRIPE_SECRET_KEY else []
    if PAYPAL_CLIENT_ID:
        _PAYMENT_PAGES.append(
            "https://www.paypal.com" if PAYPAL_MODE == "live" else "https://www.sandbox.paypal.com"
        )
    if CCBILL_ACCOUNT:
        _PAYMENT_PAGES.append("https://api.ccbill.com")
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += _PAYMENT_PAGES

# Jobs: an SQS queue that carries the keys of due jobs to many workers; empty = workers poll
JOBS_QUEUE_URL = env.str("JOBS_QUEUE_URL", "")

# Logs: one JSON line per request and per job (core/logs.py)
LOGGING_CONFIG = None
LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
LOG_FORMAT = env.str("LOG_FORMAT", "text" if STORAGE == "local" else "json")
