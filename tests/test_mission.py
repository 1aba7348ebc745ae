"""The names that the product promises, word by word: variables, keys, packages, folders."""

import ast
import json
import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import URLPattern, get_resolver
from rest_framework.viewsets import ViewSetMixin

from dynamo.schema import schema_named
from tests.families import documented

ROOT = Path(__file__).resolve().parents[1]

# Variable -> (logical name, default); None = required.
TABLES = {
    "DDB_SESSIONS_TABLE": ("sessions", None),
    "DDB_TOTP_TABLE": ("totp", None),
    "DDB_SMS_TABLE": ("sms", None),
    "DDB_EMAIL_TABLE": ("email", None),
    "DDB_RECOVERY_TABLE": ("recovery", None),
    "API_KEYS_TABLE_NAME": ("api_keys", "api_keys"),
    "ALERTS_TABLE_NAME": ("alerts", "alerts"),
    "ALERT_PREFS_TABLE_NAME": ("alert_prefs", "alert_prefs"),
    "BILLING_TABLE_NAME": ("billing", ""),  # required for billing alone
    "APP_TABLE": ("app", "app_single_table"),
}
FAMILIES = [
    ("app", "POST#<post_id>", "META"),
    ("app", "POST#<post_id>#COMMENTS", "COMMENT#<created_at>#<comment_id>"),
    ("app", "USER#<user_id>", "FEED#<created_at>#<post_id>"),
    ("app", "NOTIF#<user_id>", "NOTIF#<created_at>#<notification_id>"),
    ("app", "HIDE#<user_id>", "POST#<post_id>"),
    ("app", "UNLOCK#<user_id>", "POST#<post_id>"),
    ("billing", "USER#<user_sub>", "BALANCE"),
    ("billing", "USER#<user_sub>", "BILLING"),
    ("billing", "USER#<user_sub>", "PM#<payment_method_id>"),
    ("billing", "USER#<user_sub>", "PAY#<payment_intent_id>"),
    ("billing", "USER#<user_sub>", "LEDGER#<ts>#<id>"),
]
PACKAGES = {  # distribution -> what one imports
    "django": "django",
    "djangorestframework": "rest_framework",
    "boto3": "boto3",
    "django-environ": "environ",
    "pyotp": "pyotp",
    "stripe": "stripe",
    "paypalrestsdk": "paypalrestsdk",
    "pytest-django": "pytest_django",
    "moto": "moto",
}
TOP_LEVEL = (
    *("manage.py", "config", "accounts", "mfa", "apikeys", "alerts", "billing", "newsfeed"),
    *("templates", "tests", "requirements.txt", "README.md"),
)
APPS = ["sessions", "accounts", "mfa", "apikeys", "alerts", "billing", "newsfeed"]
PROVISIONING = ["create_tables", "check_tables", "export_tables", "delete_tables"]


def settings_of(**environment):
    """What settings say in a process that knows these variables only."""
    code = (
        "import json; from django.conf import settings as s; "
        "print(json.dumps([s.DYNAMODB_TABLES, s.API_KEYS_USER_INDEX]))"
    )
    return json.loads(run("-c", code, **environment).stdout)


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "ENV_FILE": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_each_table_has_its_variable_and_its_default():
    tables, index = settings_of()
    assert {name: tables[logical] for name, (logical, _) in TABLES.items()} == {
        name: default or "" for name, (_, default) in TABLES.items()
    }
    assert index == "user_sub-index"


def test_each_table_has_the_name_its_variable_gives():
    tables, index = settings_of(
        **{name: f"my-{name.lower()}" for name in TABLES}, API_KEYS_USER_INDEX="my-index"
    )
    assert all(tables[logical] == f"my-{name.lower()}" for name, (logical, _) in TABLES.items())
    assert index == "my-index"


def test_a_start_without_a_required_variable_is_refused_by_its_name():
    said = run("manage.py", "check", SECRET_KEY="k" * 60)
    assert said.returncode
    for name, (_, default) in TABLES.items():
        assert (f"(dynamo.E001) {name} " in said.stderr) is (default is None), name


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_of_items_is_there_by_its_exact_keys(family):
    assert family in {(row.table, row.pk, row.sk) for row in documented()}


def test_the_keys_of_a_person_are_found_by_the_named_index():
    schema = schema_named("api_keys")
    assert [index.name for index in schema.indexes] == [settings.API_KEYS_USER_INDEX]


@pytest.mark.parametrize("name", PACKAGES)
def test_each_package_is_pinned(name):
    pinned = "".join(file.read_text() for file in ROOT.glob("requirements*.txt"))
    assert re.search(rf"^{name}(\[\w+\])?==[\d.]+$", pinned, re.M)


def test_each_package_is_used_by_the_product_or_its_tests():
    used = {name.partition(".")[0] for file in sources() for name in imports(file)}
    # A plugin of pytest is used by being installed.
    used |= {"pytest_django"} & packages_distributions().keys()
    assert set(PACKAGES.values()) <= used


def sources():
    found = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in found.stdout.split() if (ROOT / name).exists()]


def imports(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("name", TOP_LEVEL)
def test_each_folder_and_file_is_where_it_is_looked_for(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize("app", APPS)
def test_each_app_has_a_viewset_a_page_and_a_repository(app):
    views = [view for view in registered_views() if view.__module__.partition(".")[0] == app]
    assert any(issubclass(getattr(view, "cls", object), ViewSetMixin) for view in views)
    assert any(not hasattr(view, "cls") for view in views)
    assert repository_classes(app)


def repository_classes(app):
    files = [*(ROOT / app).glob("repository.py"), *(ROOT / app).glob("repository/*.py")]
    nodes = [node for file in files for node in ast.parse(file.read_text()).body]
    return [node.name for node in nodes if isinstance(node, ast.ClassDef)]


def registered_views(patterns=None):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.callback
        else:
            yield from registered_views(pattern.url_patterns)


def test_sessions_are_kept_by_our_own_engine():
    assert settings.SESSION_ENGINE == "sessions.backends.dynamodb"
    assert "django.contrib.sessions" not in settings.INSTALLED_APPS


@pytest.mark.parametrize("command", PROVISIONING)
def test_tables_are_provisioned_by_a_command(command):
    assert get_commands()[command] == "dynamo"
