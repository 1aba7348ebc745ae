"""Puts what is encrypted at rest under the first key of FIELD_ENCRYPTION_KEYS."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from core import keyring, reencryption, sealed
from core.errors import ServiceUnavailable
from core.reencryption import State, Tally
from dynamo.errors import StorageError
from dynamo.schema import TableSchema, all_schemas

DONE = (State.CURRENT, State.RENEWED)
AGAIN = "Nothing is lost; run it again, and it goes on with what is left"


class Command(BaseCommand):
    help = (
        "Write what is encrypted anew under the first key of FIELD_ENCRYPTION_KEYS. Exit code 0:"
        " no other key is needed any more."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count, by kind and key")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        self._dry_run: bool = options["dry_run"]
        self._stays = {each.kind: each.stays for each in sealed.declared()}
        total = Tally()
        try:
            self.stdout.write(f"first key: {keyring.current_id()}")
            for schema in _tables():
                total += self._rotate(schema)
        except ImproperlyConfigured as error:
            raise CommandError(f"FIELD_ENCRYPTION_KEYS: {error}.") from None
        except (StorageError, ServiceUnavailable) as error:
            raise CommandError(f"Broke off: {error}. {AGAIN}.") from error
        self._judge(total)

    def _rotate(self, schema: TableSchema) -> Tally:
        kinds = [each for each in sealed.declared() if each.schema is schema]
        rows, tally = reencryption.rotate(schema, kinds, dry_run=self._dry_run)
        self.stdout.write(f"{schema.table_name}: {rows} rows")
        for (kind, key_id, state), count in sorted(tally.items()):
            self.stdout.write(f"  {kind} under {key_id}: {count} {state}")
        return tally

    def _judge(self, total: Tally) -> None:
        """Raises CommandError, which is exit code 1, while another key is still needed."""
        needed = sorted((key_id, kind, state) for kind, key_id, state in total if state not in DONE)
        for key_id, kind, state in needed:
            if state is State.STAYS:
                self.stdout.write(f"{key_id} is needed for {kind}: {self._stays[kind]}.")
        waiting = {key_id for key_id, _, state in needed if state is State.OLD}
        if gone := _named(needed, State.KEYLESS):
            raise CommandError(f"No key of this id is configured, so its values are lost: {gone}.")
        if broken := _named(needed, State.BROKEN):
            raise CommandError(f"Their key does not open some values: {broken}.")
        if self._dry_run:
            self.stdout.write(f"Nothing was changed. Keys to replace: {_listed(waiting)}.")
            return
        if busy := _named(needed, State.BUSY):
            raise CommandError(f"In use while this ran: {busy}. {AGAIN}.")
        if stays := _named(needed, State.STAYS):
            raise CommandError(f"Keep these keys for now, and run it again later: {stays}.")
        others = {*keyring.ids()} - {keyring.current_id()}
        self.stdout.write(f"Keys that may be removed: {_listed(others)}.")


def _tables() -> list[TableSchema]:
    used = {each.schema.logical for each in sealed.declared()}
    return [each for each in all_schemas() if each.table_name and each.logical in used]


def _named(needed: list[tuple[str, str, State]], state: State) -> str:
    return _listed({key_id for key_id, _, found in needed if found is state}, empty="")


def _listed(key_ids: set[str], empty: str = "none") -> str:
    return ", ".join(sorted(key_ids)) or empty
