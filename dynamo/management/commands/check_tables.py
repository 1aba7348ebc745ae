"""Compare the tables with what the apps declare."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from dynamo import access, provisioning
from dynamo.errors import AccessDenied, StorageError
from dynamo.management import targets
from dynamo.schema import TableSchema


class Command(BaseCommand):
    help = "Compare the tables with the schemas; exit code 1 and a list when they differ."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        targets.add_only(parser)
        parser.add_argument(
            "--access",
            action="store_true",
            help="also write, read and delete a probe row, and name the missing IAM action; "
            "credentials that may not describe a table are probed only",
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        schemas = targets.chosen_tables(self.stdout, options["only"])
        targets.describe_account(self)
        problems = 0
        for schema in schemas:
            try:
                found = list(self._problems(schema, probing=options["access"]))
            except StorageError as error:
                raise CommandError(str(error)) from error
            problems += len(found)
            for problem in found or ["ok"]:
                self.stdout.write(f"{schema.table_name}: {problem}")
        if problems:
            noun = "problem" if problems == 1 else "problems"
            raise CommandError(f"{problems} {noun} found.")

    def _problems(self, schema: TableSchema, *, probing: bool) -> list[str]:
        try:
            state = provisioning.read_state(schema)
        except AccessDenied as error:  # right for the roles that serve and work
            if not probing:
                raise
            self.stdout.write(f"{schema.table_name}: not compared with its schema ({error})")
            return access.probe(schema)
        if state is None:
            return ["does not exist: run `manage.py create_tables`"]
        found = [f"{d.text}: {d.advice}" for d in provisioning.differences(schema, state)]
        return found + (access.probe(schema) if probing else [])
