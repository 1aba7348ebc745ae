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
        count = failures = 0
        for event_id, became in self.events(options):
            count += 1
            failures += became not in ENDED
            self.stdout.write(f"{event_id}: {became}")
        if failures:
            raise CommandError(f"{failures} of {count} did not succeed.")
        self.stdout.write(f"{count} done.")

    def events(self, options: dict[str, Any]) -> Iterator[tuple[str, str]]:
        if options["failed"]:
            return services.replay_webhooks([row.event_id for row in _failed()])
        if options["missed_since"] is not None:
            return services.missed_webhooks(_moment(options["missed_since"]))
        return services.replay_webhooks([services.get_webhook(options["id"]).event_id])


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
