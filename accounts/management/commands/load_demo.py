from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import services
from users.errors import EmailTaken, HandleTaken

PASSWORD = "demo-latchkey-opens-doors"  # noqa: S105  (public: local demo data only)
PEOPLE = (
    ("alice@example.com", "alice", "Alice Archer", False),
    ("bob@example.com", "bob", "Bob Baker", False),
    ("ops@example.com", "olga_ops", "Olga Orlova", True),
)


class Command(BaseCommand):
    help = "Creates the demo accounts, in local mode only. Those that exist are left as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.STORAGE != "local":
            raise CommandError("Demo accounts have a public password: they need STORAGE=local.")
        for email, handle, display_name, is_staff in PEOPLE:
            try:
                services.create_account(
                    email=email,
                    handle=handle,
                    password=PASSWORD,
                    display_name=display_name,
                    is_staff=is_staff,
                )
            except (EmailTaken, HandleTaken):
                continue
            self.stdout.write(f"Demo account {email}")
        names = ", ".join(email for email, *_ in PEOPLE)
        self.stdout.write(f"Sign in as {names} with the password {PASSWORD}")
