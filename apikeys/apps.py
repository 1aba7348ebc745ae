from django.apps import AppConfig
from typing_extensions import override


class ApiKeysConfig(AppConfig):
    name = "apikeys"

    @override
    def ready(self) -> None:
        from apikeys import checks, openapi  # noqa: F401  (registers them)
