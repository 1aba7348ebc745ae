"""The process that runs background jobs; start as many as the load needs."""

import logging
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from dynamo.errors import StorageError
from jobs import schedules
from jobs.worker import GRACE, THREADS, Worker, run_due

MAX_THREADS = 32
logger = logging.getLogger("jobs")


class Command(BaseCommand):
    help = (
        "Run background jobs until SIGTERM or Ctrl-C; running jobs are finished "
        f"(at most {GRACE:g} s). Any number of workers may run."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due now, then end")
        parser.add_argument(
            "--threads",
            type=int,
            default=THREADS,
            help=f"jobs that run at the same time, 1 to {MAX_THREADS} (default {THREADS})",
        )
        parser.add_argument(
            "--no-relay",
            action="store_true",
            help="with JOBS_QUEUE_URL: only take jobs from the queue; another worker must fill it",
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        threads: int = options["threads"]
        if not 1 <= threads <= MAX_THREADS:
            raise CommandError(f"--threads must be 1 to {MAX_THREADS}, not {threads}.")
        relays = not options["no_relay"]
        if not relays and not settings.JOBS_QUEUE_URL:
            raise CommandError("--no-relay goes with JOBS_QUEUE_URL, which is not set.")
        if options["once"]:
            self._run_once()
        else:
            _run_until_stopped(Worker(threads=threads, relays=relays))

    def _run_once(self) -> None:
        try:
            schedules.add_due_jobs()
            ran = run_due()
        except StorageError as error:
            raise CommandError(f"Storage does not answer: {error}") from error
        self.stdout.write(f"{ran} jobs run.")


def _run_until_stopped(worker: Worker) -> None:
    """The worker has a thread of its own: a signal must never interrupt a holder of its locks."""
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once
        worker.stop()
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    thread.start()
    logger.info("worker started")
    while thread.is_alive() and not stopped.is_set():
        thread.join(1)
    if not stopped.is_set():
        raise CommandError("The worker failed; the traceback above says where.")
    thread.join(worker.last_look)
    if worker.running:
        thread.join(GRACE)
    if worker.running:
        raise CommandError(f"{worker.running} jobs did not end in time; they will run again.")
    logger.info("worker stopped")
