from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import checks, logs  # noqa: F401  (checks registers the system checks)

        logs.set_up()
