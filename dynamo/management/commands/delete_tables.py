"""Delete tables and everything in them."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from dynamo import provisioning
from dynamo.errors import StorageError
from dynamo.management import targets
from dynamo.schema import TableSchema


class Command(BaseCommand):
    help = "Delete tables with all their rows. Protected tables are refused."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        targets.add_only(parser)
        targets.add_yes(parser)

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        schemas = targets.chosen_tables(self.stdout, options["only"])
        if not options["yes"] and not sys.stdin.isatty():
            raise CommandError("Nobody is here to type the tables' names: add --yes.")
        targets.describe_account(self)
        try:
            standing = self._deletable(schemas)
            for schema in standing:
                if options["yes"] or self._is_meant(schema):
                    provisioning.delete_table(schema)
                    self.stdout.write(f"{schema.table_name}: deleted.")
                else:
                    self.stdout.write(f"{schema.table_name}: kept.")
        except StorageError as error:
            raise CommandError(str(error)) from error

    def _deletable(self, schemas: list[TableSchema]) -> list[TableSchema]:
        """The tables that exist. Raises CommandError, before anything is deleted."""
        states = {schema: provisioning.read_state(schema) for schema in schemas}
        protected = [s.table_name for s, state in states.items() if state and state.protected]
        if protected:
            raise CommandError(
                f"Deletion protection is on for {', '.join(protected)}; nothing was deleted. Off: "
                "aws dynamodb update-table --no-deletion-protection-enabled --table-name <name>"
            )
        return [schema for schema, state in states.items() if state]

    def _is_meant(self, schema: TableSchema) -> bool:
        typed = input(f"Type {schema.table_name} to delete it and all its rows: ")
        return typed.strip() == schema.table_name
