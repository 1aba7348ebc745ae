"""Revokes keys that were found where they should not be."""

import sys
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from apikeys import services, texts
from core.errors import ServiceUnavailable
from dynamo.errors import StorageError


class Command(BaseCommand):
    help = (
        "Revoke API keys that became public, and tell their owners. Reads any text from standard "
        "input and takes the keys it holds; never an argument, which other users of the machine "
        "could read."
    )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if isinstance(sys.stdin, TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # logs and dumps hold what is no text
        found = iter({text for line in sys.stdin for text in texts.found_in(line)})
        seen = keys = secrets = 0
        try:
            for batch in _batches(found):
                ended = services.end_leaked_keys(batch)
                seen += len(batch)
                keys += ended.keys
                secrets += ended.secrets
        except (StorageError, ServiceUnavailable) as error:
            raise CommandError(f"Storage does not answer, run it again: {error}") from error
        self.stdout.write(
            f"{seen} keys read: {keys} revoked, {secrets} ended beside one that goes on working; "
            "the others had ended, or are none of this site."
        )


def _batches(found: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(found, services.MOST_TEXTS)):
        yield batch
