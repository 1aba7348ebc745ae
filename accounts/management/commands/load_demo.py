from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import services
from core import demo
from mfa.demo import SECRET
from users import services as users
from users.errors import EmailTaken, HandleTaken

PASSWORD = "demo-latchkey-opens-doors"  # noqa: S105  (public: local demo data only)
PEOPLE = (
    ("alice@example.com", "alice", "Alice Archer", False),
    ("bob@example.com", "bob", "Bob Baker", False),
    ("carol@example.com", "carol", "Carol Costa", False),
    ("dan@example.com", "dan", "Dan Doyle", False),
    ("erin@example.com", "erin", "Erin Evans", False),
    ("ops@example.com", "olga_ops", "Olga Orlova", True),
)


class Command(BaseCommand):
    help = "Creates the demo people and their data, in local mode only; what exists stays."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.STORAGE != "local":
            raise CommandError("Demo accounts have a public password: they need STORAGE=local.")
        people = {}
        for email, handle, display_name, is_staff in PEOPLE:
            try:
                user = services.create_account(
                    email=email,
                    handle=handle,
                    password=PASSWORD,
                    display_name=display_name,
                    is_staff=is_staff,
                )
                self.stdout.write(f"Demo account {email}")
            except (EmailTaken, HandleTaken):
                found = users.find_by_login(email)
                if found is None or found.handle != handle:
                    continue  # somebody else's account: no demo data for it
                user = found
            people[handle] = user.user_sub
        demo.load(people)
        names = ", ".join(email for email, *_ in PEOPLE)
        staff = " and ".join(email for email, _, _, is_staff in PEOPLE if is_staff)
        self.stdout.write(
            f"Sign in as {names} with the password {PASSWORD}\n"
            f"{staff} is staff and is asked for a code too: .venv/bin/python manage.py demo_code"
            f" prints it, and an authenticator app with the key {SECRET} shows it"
        )
