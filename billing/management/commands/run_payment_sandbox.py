"""The payment sandbox as a process of its own; `make run` starts it."""

import signal
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from billing.sandbox.server import Sandbox, SandboxRefused


class Command(BaseCommand):
    help = "Plays the payment providers on loopback, with money that is not real. Needs DEBUG."
    requires_system_checks = ()

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        ended = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        try:
            sandbox = Sandbox(
                port=settings.BILLING_SANDBOX_PORT,
                file=settings.LOCAL_DIR / "payment-sandbox.json",
            )
        except (SandboxRefused, OSError) as error:
            raise CommandError(f"The payment sandbox was not started: {error}") from error
        with sandbox:
            ended.wait()
