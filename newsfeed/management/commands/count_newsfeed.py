from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from dynamo.errors import StorageError
from newsfeed.services import counting


class Command(BaseCommand):
    help = (
        "Counts the follows and purchases, and lists the newest posts of each author, that were"
        " written before the newsfeed kept such numbers. Once, when every server and worker is"
        " upgraded; repeating it changes nothing. Reads the whole table three times."
    )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(f"{counting.count_follows()} follows counted.")
            self.stdout.write(f"{counting.count_sales()} purchases counted.")
            self.stdout.write(f"Newest posts of {counting.list_newest()} authors listed.")
        except StorageError as error:
            raise CommandError(str(error)) from error
