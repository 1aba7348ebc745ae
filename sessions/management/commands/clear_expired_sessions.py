from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext
from typing_extensions import override

from sessions import services


class Command(BaseCommand):
    help = (
        "Remove expired sessions. DynamoDB's TTL does this by itself; run it where TTL is off. "
        "Reads the whole table."
    )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        removed = services.clear_expired_sessions()
        text = ngettext(
            "Removed %(count)d expired session.", "Removed %(count)d expired sessions.", removed
        )
        self.stdout.write(text % {"count": removed})
