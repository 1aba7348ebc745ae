import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import services
from core.errors import ApplicationError, Invalid
from mfa import services as mfa


class Command(BaseCommand):
    help = "Creates a staff account. The password is asked for, or read with --password-stdin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="The account's email address.")
        parser.add_argument("--handle", help="The public name, such as ann_lee.")
        parser.add_argument("--display-name", default="", help="Shown instead of the handle.")
        parser.add_argument(
            "--password-stdin", action="store_true", help="Read the password from standard input."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = services.create_account(
                email=options["email"] or self.ask("Email address", "--email"),
                handle=options["handle"] or self.ask("Handle", "--handle"),
                password=self.password(from_stdin=options["password_stdin"]),
                display_name=options["display_name"],
                is_staff=True,
            )
        except Invalid as error:
            lines = [f"{field}: {text}" for field, texts in error.errors.items() for text in texts]
            raise CommandError("\n".join(lines)) from error
        except ApplicationError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"Created the staff account {user.email} (@{user.handle}).")
        if mfa.is_stopped(user):
            self.stdout.write(
                "Its first sign-in leads to two-step sign-in, which has to be turned on first."
            )

    def ask(self, label: str, option: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError(f"Give {option}: there is no terminal to ask on.")
        return input(f"{label}: ")

    def password(self, *, from_stdin: bool) -> str:
        if from_stdin:
            return sys.stdin.readline().rstrip("\n")
        if not sys.stdin.isatty():
            raise CommandError("Give --password-stdin: there is no terminal to ask on.")
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Password again: "):
            raise CommandError("The two passwords differ. Nothing was created.")
        return first
