"""What the commands share that name one account."""

from abc import abstractmethod
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.services import operators
from core.actor import Actor
from core.errors import ApplicationError
from users.models import User

OPERATOR = Actor(user_sub=None)


class AccountCommand(BaseCommand):
    """Finds the account; an error of the product becomes one plain line, and exit code 1."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="The email address, the handle or the user_sub.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.act(operators.find_account(options["account"]))
        except ApplicationError as error:
            lines = [f"{field}: {text}" for field, texts in error.errors.items() for text in texts]
            raise CommandError("\n".join(lines) or str(error.message)) from error

    @abstractmethod
    def act(self, user: User) -> None: ...
