"""Every app that stores rows can hand out what it holds of a person, and erase it."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from core import personal_data

# The counters of tries know no person: a subject is stored as a digest, until its window ends.
KNOWS_NOBODY = {"core"}


def apps_with_repositories():
    """Those with a class that reads and writes rows; a mere declaration of a table has none."""
    return [config.label for config in apps.get_app_configs() if has_repository(Path(config.path))]


def has_repository(folder):
    if folder.parent != Path(__file__).parents[2]:
        return False
    files = [*folder.glob("*repository.py"), *folder.glob("repository/*.py")]
    trees = [ast.parse(file.read_text()) for file in files]
    return any(isinstance(node, ast.ClassDef) for tree in trees for node in tree.body)


def test_this_test_finds_repositories():
    assert {"core", "users", "jobs", "alerts", "sessions", "accounts"} <= {
        *apps_with_repositories()
    }


def test_every_app_that_stores_rows_answers_for_them():
    assert {*apps_with_repositories()} - KNOWS_NOBODY == {*personal_data.holders()}


@pytest.mark.parametrize("app", ["accounts", "sessions", "alerts", "jobs", "users", "billing"])
def test_each_has_the_three_functions(app, alice):
    holder = personal_data.holders()[app]
    assert isinstance(dict(holder.export(alice.user_sub)), dict)
    assert holder.holds(alice.user_sub) == []
    assert holder.erase(alice.user_sub) is None


def test_the_account_goes_last():
    assert list(personal_data.holders())[-1] == "users"


def test_a_row_is_shown_without_keys_and_secrets():
    row = {
        "pk": "USER#1",
        "password": "argon2…",
        "password_changed_at": "2026",
        "token_hash": "ab",
        "code_digest": "cd",
        "context": {"reset_token": "x", "device": "Firefox"},
        "digest": "daily",
    }
    assert personal_data.visible(row) == {
        "password_changed_at": "2026",
        "context": {"device": "Firefox"},
        "digest": "daily",
    }
