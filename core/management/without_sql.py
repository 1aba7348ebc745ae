"""Django's own commands that need SQL: each says in one sentence what to use instead."""

from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override


class WithoutSql(BaseCommand):
    instead: str
    autodetector = None  # a system check compares those of migrate and makemigrations
    requires_system_checks = []

    @override
    def run_from_argv(self, argv: list[str]) -> None:
        """Whatever options the command would have had, the answer is the same."""
        super().run_from_argv(argv[:2])

    @override
    def handle(self, *args: Any, **options: Any) -> NoReturn:
        raise CommandError(f"This site stores nothing in SQL: {self.instead}")
