"""Reads the process environment for settings.py: `.env`, secrets, and the fence of local mode.

Precedence, highest first: the process environment `NAME`, the file named by `NAME_FILE`
(secrets only), the JSON secret named by `AWS_SECRETS_ID` (secrets only), the `.env` file.
"""

import json
import os
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from config import fence, first_start

BASE_DIR = Path(__file__).resolve().parent.parent
SETTINGS_MODULE = "config.settings"
STORAGES = ("aws", "local")
# What a child process of local mode needs of ours to run at all; nothing that configures it.
INHERITED = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")


class Variables(environ.Env):  # type: ignore[misc]  # django-environ has no types
    """The variables by name: the process environment, and `.env` below it."""

    ENVIRON: dict[str, str] = {}

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        """Raises ImproperlyConfigured, naming the variable, for a value of the wrong kind."""
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}={self.ENVIRON.get(var)!r}: {error}") from error


def prepare(argv: list[str]) -> None:
    """Point Django at the settings, and `runlocal` at a `.env`, before Django is imported.

    With a command line, variables that cannot be used end the process with one sentence.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    if not argv:
        return
    if argv[1:2] == ["runlocal"] and not {"-h", "--help"} & set(argv):
        _write_env_file()
    if argv[1:2] == ["run_worker"]:
        os.environ.setdefault("DYNAMODB_PROFILE", "worker")  # longer timeouts: nobody waits
    try:
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as error:
        sys.exit(f"Not started: {error}")


def load() -> environ.Env:
    """The variables; with STORAGE=local the process environment is fenced from here on.

    Raises ImproperlyConfigured for a `.env` that cannot be read, an unknown STORAGE, and an
    endpoint off loopback in local mode.
    """
    Variables.ENVIRON = dict(os.environ)
    path = env_file()
    if path and path.is_file():
        if not os.access(path, os.R_OK):
            raise ImproperlyConfigured(f"{path} belongs to another user and cannot be read.")
        Variables.read_env(path)
    storage = Variables.ENVIRON.get("STORAGE", "aws")
    if storage not in STORAGES:
        raise ImproperlyConfigured(f"STORAGE must be one of {STORAGES}, not {storage!r}.")
    if storage == "local":
        fence.apply(Variables.ENVIRON)
        fence.apply(os.environ)
    else:
        _hand_to_boto3(Variables.ENVIRON)
    return Variables()


def env_file() -> Path | None:
    """`.env` beside manage.py, or the file named by ENV_FILE; None when that is empty."""
    name = os.environ.get("ENV_FILE", str(BASE_DIR / ".env"))
    return Path(name) if name else None


def inherited() -> dict[str, str]:
    """The harmless part of the process environment, for a child that gets nothing else."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def secret(name: str, default: str = "") -> str:
    """One secret, by the precedence of this module; surrounding white space is dropped."""
    if value := os.environ.get(name, "").strip():
        return value
    if path := Variables.ENVIRON.get(f"{name}_FILE", ""):
        return _read_secret(name, path)
    stored = _secrets_manager(Variables.ENVIRON.get("AWS_SECRETS_ID", ""))
    return stored.get(name, Variables.ENVIRON.get(name, default)).strip()


def _read_secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE={path} cannot be read: {error}") from error


@cache
def _secrets_manager(secret_id: str) -> dict[str, str]:
    if not secret_id:
        return {}
    import boto3

    answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)
    try:
        found = json.loads(answer["SecretString"])
    except (KeyError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"AWS_SECRETS_ID={secret_id} must hold one JSON object.")
    return {str(name): str(value) for name, value in found.items()}


def _hand_to_boto3(variables: dict[str, str]) -> None:
    """boto3 reads the process environment itself: region, profile and endpoints of `.env`."""
    for name, value in variables.items():
        if name.startswith("AWS_"):
            os.environ.setdefault(name, value)


def _write_env_file() -> None:
    path = env_file()
    if path and os.environ.get("STORAGE", "local") == "local" and first_start.write(path):
        sys.stdout.write(f"Wrote {path}: local mode, with secrets made for this folder.\n")
