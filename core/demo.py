"""The demo data of local mode: each app's module `demo` loads its own part.

A part is a function `load(people)`; `people` maps a handle to the account's user_sub. It leaves
what exists as it is, so a load that broke off can be repeated.
"""

from collections.abc import Mapping
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def load(people: Mapping[str, str]) -> None:
    """In the order of INSTALLED_APPS: a lower app's data is there when a higher one's is made."""
    for config in apps.get_app_configs():
        if config.name == "core" or config.module is None:
            continue
        if module_has_submodule(config.module, "demo"):
            import_module(f"{config.name}.demo").load(people)
