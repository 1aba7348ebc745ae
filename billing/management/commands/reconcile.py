"""A day of a provider's books against ours, for an operator or a daily routine."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError
from typing_extensions import override

from billing import services
from billing.management.money_command import MoneyCommand
from billing.services import Difference, Reconciliation
from core.money import format_money
from dynamo.errors import StorageError


class Command(MoneyCommand):
    help = (
        "Compares a day in UTC of a provider's books with our payments, refunds and disputes, and"
        " lists what differs, one line each. Reads the whole billing table. Ends with 1 when a"
        " difference remains."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", required=True, help="stripe, paypal or ccbill.")
        parser.add_argument(
            "--day", required=True, metavar="YYYY-MM-DD", help="A day in UTC that is over."
        )
        parser.add_argument(
            "--fix",
            action="store_true",
            help="Do again what webhooks and jobs would have done, then compare again.",
        )

    @override
    def act(self, options: dict[str, Any]) -> None:
        day = _day(options["day"])
        try:
            found = services.reconcile(provider=options["provider"].strip().lower(), day=day)
            self.tell(found)
            if options["fix"] and found.differences:
                found = services.repair(found)
                self.stdout.write(f"{found.replayed} done again. What is left:")
                self.tell(found)
        except StorageError as error:
            raise CommandError(f"Storage does not answer: {error}") from error
        if found.differences:
            label = found.provider.label
            raise CommandError(
                f"{_counted(len(found.differences), 'difference')} between our books of {day} and"
                f" {label}'s:"
                " “A difference” in docs/billing.md says what to do."
            )

    def tell(self, found: Reconciliation) -> None:
        for each in found.differences:
            self.stdout.write(_line(each))
        for entry in found.foreign:
            amount = format_money(entry.amount, entry.currency)
            self.stdout.write(f"not of this site: {entry.kind} {entry.ref}, {amount}")
        of_the_day = sum(found.day.holds(entry.at) for entry in found.entries)
        entries = _counted(of_the_day, "entry", "entries")
        self.stdout.write(f"{entries}, {_counted(len(found.differences), 'difference')}.")


def _line(found: Difference) -> str:
    name = f"{found.of} {found.our_id or '-'} ({found.ref or '-'})"
    return f"{found.what}: {name}: here {found.here}, there {found.there}"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise CommandError(f"--day: {text!r} is no day; write it like 2026-11-28.") from error
