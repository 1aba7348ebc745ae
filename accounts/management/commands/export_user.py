import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from typing_extensions import override

from accounts.management.account_command import AccountCommand
from accounts.services import exports
from users.models import User


class Command(AccountCommand):
    help = "Writes everything that is held of a person into a new file only you can read."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--output", required=True, help="The file; it must not exist yet.")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        self.path = Path(options["output"])
        if self.path.exists() or self.path.is_symlink():
            raise CommandError(f"{self.path} exists. Name a new file with --output.")
        super().handle(*args, **options)

    def act(self, user: User) -> None:
        text = exports.collect(user)
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{self.path} cannot be written: {error.strerror}.") from error
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        self.stdout.write(f"Wrote {self.path} ({len(text.encode())} bytes) of @{user.handle}.")
