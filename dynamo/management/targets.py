"""Which tables a storage command works on, and the account it would change."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from dynamo import client
from dynamo.errors import StorageError
from dynamo.schema import TableSchema, all_schemas


def add_only(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="TABLE",
        help="a table by its logical name (users, sessions …); may be repeated",
    )


def add_yes(parser: ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask")


def chosen_tables(notices: OutputWrapper, only: Sequence[str]) -> list[TableSchema]:
    """The configured tables; those without a name are named as skipped. Raises CommandError."""
    known = {schema.logical: schema for schema in all_schemas()}
    if unknown := [name for name in only if name not in known]:
        wrong, choices = ", ".join(unknown), ", ".join(known)
        raise CommandError(f"--only {wrong}: no such table. Choose from: {choices}.")
    chosen = [schema for name, schema in known.items() if name in only or not only]
    missing = [schema for schema in chosen if not schema.table_name]
    if required := [schema.variable for schema in missing if schema.required or only]:
        raise CommandError(f"Set {', '.join(required)} first, in the environment or in .env.")
    for schema in missing:
        notices.write(f"{schema.logical}: skipped, {schema.variable} is not set.")
    return [schema for schema in chosen if schema.table_name]


def describe_account(command: BaseCommand) -> None:
    """Print where the command works. Raises CommandError when storage does not answer."""
    try:
        account = client.describe()
    except (StorageError, ImproperlyConfigured) as error:
        raise CommandError(str(error)) from error
    for name, value in account.items():
        command.stdout.write(f"{name}: {value}")


def confirm(question: str) -> None:
    """Raises CommandError unless a person answers yes."""
    if not sys.stdin.isatty():
        raise CommandError(f"{question} Nobody is here to answer: add --yes.")
    if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes"):
        raise CommandError("Nothing was changed.")
