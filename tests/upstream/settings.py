"""Django's session tests need its own sessions app, whose label is that of ours: so ours is out,
and the engine is used by its dotted path alone."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "sessions_tests",
    "users",  # our middleware reads the user
]
