"""What is in the outbox; secrets are never printed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from dynamo.errors import StorageError
from jobs import services
from jobs.items import JobRow, JobState


class Command(BaseCommand):
    help = "List background jobs: state, kind, id, due time, tries, last error, ids."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", help=f"only {', '.join(JobState)}")
        parser.add_argument("--kind", help="only this kind, like accounts.sign_up_mail")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        state = _state(options["state"])
        kind: str | None = options["kind"]
        try:
            count = 0
            for row_state, row in services.list_jobs(state, kind=kind):
                self.stdout.write(_line(row_state, row))
                count += 1
            if state in (None, JobState.SCHEDULED):
                self._write_schedules(kind)
        except StorageError as error:
            raise CommandError(f"Storage does not answer: {error}") from error
        self.stdout.write(f"{count} jobs.")

    def _write_schedules(self, kind: str | None) -> None:
        for recurrence, due in services.list_schedules():
            if kind in (None, recurrence.kind):
                self.stdout.write(
                    f"recurring  {recurrence.kind}  every {recurrence.every}  "
                    f"next {due or 'when a worker starts'}"
                )


def _state(text: str | None) -> JobState | None:
    if text is None:
        return None
    try:
        return JobState(text)
    except ValueError:
        choices = ", ".join(JobState)
        raise CommandError(f"--state must be one of {choices}, not {text!r}.") from None


def _line(state: JobState, row: JobRow) -> str:
    parts = [f"{state:<9}", row.kind, row.job_id, f"due {row.due}", f"tries {row.tries}"]
    if row.error:
        parts.append(f"error {row.error}")
    parts += [f"{name}={value}" for name, value in sorted(row.ids.items())]
    return "  ".join(parts)
