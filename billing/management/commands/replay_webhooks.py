from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import CommandError
from typing_extensions import override

from billing import services
from billing.items import InboxRow
from billing.management.money_command import MoneyCommand
from core import clock
from core.errors import ApplicationError

KEPT_FOR = timedelta(days=30)  # by Stripe
ENDED = ("processed", "ignored")


class Command(MoneyCommand):
    help = (
        "Does webhooks of payment providers once more. What they tell of is asked of the provider,"
        " so that nothing happens twice. Ends with 1 when one still fails."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--failed", action="store_true", help="All that failed.")
        which.add_argument("--id", metavar="EVENT", help="This one, whatever became of it.")
        which.add_argument(
            "--missed-since",
            metavar="TIME",
            help="What providers told since then and never arrived: 2026-11-28T15:00 (UTC).",
        )

    @override
    def act(self, options: dict[str, Any]) -> None:
        self.count = self.failures = 0
        if options["failed"]:
            for row in list(_failed()):
                self._replay(row.event_id)
        elif options["missed_since"] is not None:
            for event_id, became in services.missed_webhooks(_moment(options["missed_since"])):
                self._tell(event_id, became)
        else:
            services.get_webhook(options["id"])
            self._replay(options["id"])
        if self.failures:
            raise CommandError(f"{self.failures} of {self.count} did not succeed.")
        self.stdout.write(f"{self.count} done.")

    def _replay(self, event_id: str) -> None:
        try:
            self._tell(event_id, services.replay_webhook(event_id).status)
        except ApplicationError as error:
            self._tell(event_id, error.code)

    def _tell(self, event_id: str, became: str) -> None:
        self.count += 1
        self.failures += became not in ENDED
        self.stdout.write(f"{event_id}: {became}")


def _failed() -> Iterator[InboxRow]:
    cursor = ""
    while True:
        page = services.failed_webhooks(cursor)
        yield from page.items
        cursor = page.next_cursor
        if not cursor:
            return


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise CommandError(
            f"--missed-since: {text!r} is no time; write it like 2026-11-28T15:00 (UTC)."
        ) from error
    moment = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not clock.now() - KEPT_FOR <= moment <= clock.now():
        raise CommandError("--missed-since: say a time within the last 30 days.")
    return moment
