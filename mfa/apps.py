from django.apps import AppConfig
from typing_extensions import override


class MfaConfig(AppConfig):
    name = "mfa"

    @override
    def ready(self) -> None:
        from mfa import checks  # noqa: F401  (registers them)
