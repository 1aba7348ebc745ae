from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import checks, logs, sms  # noqa: F401  (they register checks and permissions)

        logs.set_up()
