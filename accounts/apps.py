from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from typing_extensions import override


class AccountsConfig(AppConfig):
    name = "accounts"

    @override
    def ready(self) -> None:
        autodiscover_modules("approvals")  # every app's kinds of requests register themselves
