from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DynamoConfig(AppConfig):
    name = "dynamo"

    def ready(self) -> None:
        autodiscover_modules("repository")
        from dynamo import checks  # noqa: F401  (registers the system checks)
