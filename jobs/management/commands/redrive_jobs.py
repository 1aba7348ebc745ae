"""Gives dead jobs their tries again."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from core.ids import is_id
from dynamo.errors import StorageError
from jobs import services
from jobs.errors import JobNotFound
from jobs.items import JobState


class Command(BaseCommand):
    help = "Put dead jobs back into the outbox, due now, with all their tries."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job_id", nargs="*", help="ids, as list_jobs --state dead shows them")
        parser.add_argument("--all", action="store_true", help="every dead job")
        parser.add_argument("--kind", help="with --all: only this kind")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        job_ids: list[str] = options["job_id"]
        everything: bool = options["all"]
        if everything == bool(job_ids):
            raise CommandError("Name the job ids, or pass --all; one of the two.")
        if options["kind"] and not everything:
            raise CommandError("--kind goes with --all.")
        try:
            if everything:
                count = self._redrive_all(options["kind"], asks=not options["yes"])
            else:
                count = services.redrive(_checked(job_ids))
        except JobNotFound as error:
            missing = ", ".join(error.errors["job_id"])
            raise CommandError(f"job_id: not among the dead jobs: {missing}.") from None
        except StorageError as error:
            raise CommandError(f"Storage does not answer: {error}") from error
        self.stdout.write(f"{count} jobs put back.")

    def _redrive_all(self, kind: str | None, *, asks: bool) -> int:
        if asks:
            self._confirm(sum(1 for _ in services.list_jobs(JobState.DEAD, kind=kind)))
        return services.redrive_all(kind=kind)

    def _confirm(self, count: int) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Pass --yes to redrive without being asked.")
        answer = input(f"Put {count} dead jobs back? [y/N] ")
        if answer.strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was changed.")


def _checked(job_ids: list[str]) -> list[str]:
    malformed = [job_id for job_id in job_ids if not is_id(job_id)]
    if malformed:
        raise CommandError(
            f"job_id: {malformed[0]!r} is not a job id (26 letters and digits); "
            "list_jobs --state dead shows them."
        )
    return job_ids
