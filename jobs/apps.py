from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from typing_extensions import override


class JobsConfig(AppConfig):
    name = "jobs"

    @override
    def ready(self) -> None:
        autodiscover_modules("jobs")  # every app's handlers register themselves
