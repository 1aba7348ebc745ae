from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from typing_extensions import override


class JobsConfig(AppConfig):
    name = "jobs"

    @override
    def ready(self) -> None:
        from jobs import access, checks  # noqa: F401  (they register permissions and a check)

        autodiscover_modules("jobs")  # every app's handlers register themselves
