"""`make run`: a whole Latchkey on this machine, in one terminal."""

import io
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from core.local import folder, parent_death, signals
from core.local.child import Child
from core.local.engine import Engine, EngineFailed
from core.local.server import web_server, why_not_free
from core.local.stack import ChildEnded, Stack
from dynamo.errors import StorageError


class Command(BaseCommand):
    help = "Starts the local engine, the worker and the web server; Ctrl-C ends them all."
    requires_system_checks = ()  # run below, after the sentence that says which mode this is

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--end-with-parent",
            action="store_true",
            help="end as well when the process that started this one ends, in whatever way",
        )
        parser.add_argument(
            "--without-demo",
            action="store_true",
            help="load no demo accounts; those that are there already stay",
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if options["end_with_parent"]:
            parent_death.bind_to_starter()
        signals.listen()
        self.wants_demo = not options["without_demo"] and "load_demo" in get_commands()
        self.started = time.monotonic()
        try:
            self.run_stack()
        except signals.Ended:
            self.say("")
        except (EngineFailed, ChildEnded, StorageError, folder.Busy) as error:
            raise CommandError(str(error)) from error

    def run_stack(self) -> None:
        self.say_mode()
        self.check()
        with folder.taken(settings.LOCAL_DIR, self.address) as children_lock:
            self.require_free("PORT", settings.PORT, "make run PORT=8001")
            stack = Stack(keep_open=children_lock)
            with self.ending(stack):
                self.start(stack)
                stack.run()

    def start(self, stack: Stack) -> None:
        if settings.LOCAL_ENGINE_PORT:
            self.start_engine(stack)
        if settings.STORAGE == "local":
            self.prepare_tables()
        if "run_worker" in get_commands():
            stack.start_worker(Child("worker", str(settings.BASE_DIR / "manage.py"), "run_worker"))
        if settings.BILLING_SANDBOX_PORT:
            self.start_sandbox(stack)
        stack.start_server(web_server())
        if settings.DEBUG:
            stack.watch_code()
        self.step("worker and web server are up")
        self.say_welcome()

    def start_engine(self, stack: Stack) -> None:
        port = settings.LOCAL_ENGINE_PORT
        self.require_free("LOCAL_ENGINE_PORT", port, f"another number in {folder.ENV_FILE}")
        engine = Engine(port=port, folder=settings.LOCAL_DIR, inherited=settings.CHILD_ENVIRONMENT)
        if engine.was_killed():
            folder.forget_demo(settings.LOCAL_DIR)
            self.say(
                "The local engine was killed last time, before it could save: what was written "
                "since its last save is lost. Missing tables and demo accounts are made again."
            )
        stack.start_engine(engine)
        self.step(f"local engine answers at {engine.url}")

    def start_sandbox(self, stack: Stack) -> None:
        port = settings.BILLING_SANDBOX_PORT
        self.require_free("BILLING_SANDBOX_PORT", port, "BILLING_SANDBOX_PORT=0 for no payments")
        command = [str(settings.BASE_DIR / "manage.py"), "run_payment_sandbox"]
        stack.start_sandbox(Child("payment sandbox", *command))
        self.step(f"payment sandbox at http://127.0.0.1:{port}, no real money")

    def prepare_tables(self) -> None:
        said = io.StringIO()
        call_command("create_tables", update=True, stdout=said)
        created = said.getvalue().count(": created.")
        if created:
            folder.forget_demo(settings.LOCAL_DIR)
        self.step(f"{created} tables made" if created else "tables checked")
        if self.wants_demo and not folder.demo(settings.LOCAL_DIR):
            self.load_demo()

    def load_demo(self) -> None:
        said = io.StringIO()
        call_command("load_demo", stdout=said)
        how = said.getvalue().partition("Sign in as")
        folder.keep_demo(settings.LOCAL_DIR, "".join(how[1:]).strip())
        self.step("demo accounts loaded")

    @contextmanager
    def ending(self, stack: Stack) -> Iterator[None]:
        try:
            yield
        finally:
            signals.ignore()
            if not stack.stop():
                self.say("The local engine did not end in time and was killed: data was lost.")

    def require_free(self, variable: str, port: int, remedy: str) -> None:
        if why := why_not_free(port):
            raise CommandError(
                f"{variable}={port} cannot be used: {why}. End the program that listens there "
                f"or choose another port: {remedy}"
            )

    def say_mode(self) -> None:
        if settings.STORAGE != "local":
            self.say(
                "STORAGE is aws (only STORAGE=local in the environment or .env makes it local): "
                "no local engine is started, no table is made and no demo account is loaded."
            )
        elif not settings.LOCAL_ENGINE_PORT:
            self.say(f"DYNAMODB_ENDPOINT_URL is set: {settings.DYNAMODB_ENDPOINT_URL} is used.")

    def say_welcome(self) -> None:
        self.say(f"\n{settings.SITE_NAME} is at {self.address}")
        if settings.DEBUG and settings.STORAGE == "local":
            self.say(f"Mail it sends is at {self.address}dev/inbox/")
            self.say(f"Webhooks can be sent to {self.address}dev/hooks/")
        if demo := folder.demo(settings.LOCAL_DIR):
            self.say(demo)
        self.say("Ctrl-C ends it; the data stays.")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{settings.PORT}/"

    def step(self, text: str) -> None:
        now = time.monotonic()
        self.say(f"{now - self.started:5.1f} s  {text}")
        self.started = now

    def say(self, text: str) -> None:
        with suppress(OSError):  # the terminal may be closed
            self.stdout.write(text)
            sys.stdout.flush()
