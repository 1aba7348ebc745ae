"""Create the tables that are missing, as the apps declare them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from dynamo import client, provisioning
from dynamo.errors import StorageError
from dynamo.management import targets
from dynamo.schema import TableSchema


class Command(BaseCommand):
    help = (
        "Create the missing tables: on demand, encrypted, with TTL, point-in-time recovery and "
        "deletion protection (not on a local endpoint). Tables that exist are left alone."
    )

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        targets.add_only(parser)
        targets.add_yes(parser)
        parser.add_argument("--dry-run", action="store_true", help="say what it would do")
        parser.add_argument(
            "--update",
            action="store_true",
            help="also add what existing tables lack (index, TTL, recovery, protection)",
        )
        parser.add_argument(
            "--no-deletion-protection", action="store_true", help="tables that can be deleted"
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        schemas = targets.chosen_tables(self.stdout, options["only"])
        targets.describe_account(self)
        if not (options["yes"] or options["dry_run"] or client.is_local()):
            targets.confirm(f"Create up to {len(schemas)} tables there?")
        for number, schema in enumerate(schemas, start=1):
            progress = f"[{number}/{len(schemas)}] {schema.table_name}"
            try:
                self._provide(schema, progress, options)
            except StorageError as error:
                raise CommandError(f"{progress}: {error}") from error

    def _provide(self, schema: TableSchema, progress: str, options: dict[str, Any]) -> None:
        state = provisioning.read_state(schema)
        if state is not None:
            self._update(schema, state, progress, options)
        elif options["dry_run"]:
            self.stdout.write(f"{progress}: would be created.")
        else:
            protected = not (client.is_local() or options["no_deletion_protection"])
            provisioning.create_table(schema, protected=protected)
            self.stdout.write(f"{progress}: created.")

    def _update(
        self,
        schema: TableSchema,
        state: provisioning.TableState,
        progress: str,
        options: dict[str, Any],
    ) -> None:
        found = list(provisioning.differences(schema, state))
        if not found:
            self.stdout.write(f"{progress}: exists.")
        for difference in found:
            if not options["update"] or difference.fix is None:
                advice = difference.advice
                self.stdout.write(f"{progress}: exists, but {difference.text}: {advice}.")
            elif options["dry_run"]:
                self.stdout.write(f"{progress}: would {difference.fix_text}.")
            else:
                difference.fix()
                self.stdout.write(f"{progress}: {difference.text}; done: {difference.fix_text}.")
