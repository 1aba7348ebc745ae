"""What the apps hold of a person: hand it out, or erase it.

Each app that stores rows has a module `personal_data` with the three functions of `Holder`; a
test fails for one that lacks it. Apps are asked from the top down, so that the account itself
goes last and a run that broke off half-way can be repeated.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, cast

from django.apps import apps

# Keys of tables, and what would help somebody who steals the file to sign in as its owner.
_HIDDEN = re.compile(r"pk|sk|sv|op|(.*_)?(password|secret|token|hash)|.+_digest")

Section = Mapping[str, Any] | Iterable[Mapping[str, Any]]


class Holder(Protocol):
    def export(self, user_sub: str) -> Mapping[str, Section]:
        """Every row of the person, by section, without secrets and digests."""

    def erase(self, user_sub: str) -> None:
        """Remove every row of the person, in bounded batches; repeating it does no harm."""

    def holds(self, user_sub: str) -> list[str]:
        """Why nothing may be erased yet (money that is owed, a dispute); empty = nothing."""


def holders() -> dict[str, Holder]:
    """By app, the top one first."""
    found: dict[str, Holder] = {}
    for config in reversed(list(apps.get_app_configs())):
        name = f"{config.name}.personal_data"
        if name != __name__ and find_spec(name):
            found[config.label] = cast(Holder, import_module(name))
    return found


def export(user_sub: str) -> dict[str, dict[str, Any]]:
    """By app and section; sections without rows are left out."""
    exported: dict[str, dict[str, Any]] = {}
    for app, holder in holders().items():
        sections = {name: _listed(rows) for name, rows in holder.export(user_sub).items()}
        filled = {name: rows for name, rows in sections.items() if rows}
        if filled:
            exported[app] = filled
    return exported


def erase(user_sub: str) -> None:
    """Everything, the account last. Raises what storage raises; then repeat it."""
    for holder in holders().values():
        holder.erase(user_sub)


def holds(user_sub: str) -> list[str]:
    return [reason for holder in holders().values() for reason in holder.holds(user_sub)]


def forfeits(user_sub: str) -> list[str]:
    """What becomes of the person's money, in words, by the apps that have the function."""
    asked = [getattr(holder, "forfeits", None) for holder in holders().values()]
    return [text for ask in asked if ask for text in ask(user_sub)]


def visible(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored row as its owner may see it."""
    return {name: _shown(value) for name, value in row.items() if not _HIDDEN.fullmatch(name)}


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, Mapping) else value


def _listed(section: Section) -> Any:
    return dict(section) if isinstance(section, Mapping) else list(section)
