"""Whether the books add up, for a person, a monthly routine or an alarm."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from billing import services
from core import ids
from dynamo.errors import StorageError


class Command(BaseCommand):
    help = (
        "Reads the books and lists what does not add up, one line each: the rule (I1 to I7, see"
        " billing/services/auditing.py), whose or which transaction, and what differs. Nothing is"
        " changed. Ends with 1 when there is something."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "user_sub", nargs="?", help="only this person; else everybody, in two scans"
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        user_sub, count = options["user_sub"], 0
        if not services.is_configured():
            raise CommandError("There is no billing table: set BILLING_TABLE_NAME.")
        if user_sub and not ids.is_id(user_sub):
            raise CommandError(f"{user_sub!r} is not the id of an account.")
        try:
            findings = services.audit_person(user_sub) if user_sub else services.audit_all()
            for finding in findings:
                self.stdout.write(f"{finding.rule} {finding.place}: {finding.text}")
                count += 1
        except StorageError as error:
            raise CommandError(f"Storage does not answer: {error}") from error
        if count:
            raise CommandError(f"The books do not add up: {count} found.")
        self.stdout.write("The books add up.")
