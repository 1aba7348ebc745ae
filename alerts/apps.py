from django.apps import AppConfig
from typing_extensions import override


class AlertsConfig(AppConfig):
    name = "alerts"

    @override
    def ready(self) -> None:
        from alerts import checks  # noqa: F401  (it registers itself)
