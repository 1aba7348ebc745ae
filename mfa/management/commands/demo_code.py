from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mfa import demo


class Command(BaseCommand):
    help = "Prints the code that the demo's staff account is asked for, in local mode only."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.STORAGE != "local":
            raise CommandError("The demo's secret is public: its codes need STORAGE=local.")
        self.stdout.write(demo.code())
