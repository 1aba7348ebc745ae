from django.apps import AppConfig
from typing_extensions import override


class NewsfeedConfig(AppConfig):
    name = "newsfeed"

    @override
    def ready(self) -> None:
        from newsfeed import (
            access,  # noqa: F401  (registers permissions)
            checks,  # noqa: F401  (registers the system checks)
        )
        from newsfeed.services import revoking  # noqa: F401  (registers how a sale is taken back)
