from collections.abc import Mapping
from typing import Any

from core.personal_data import Section, visible
from sessions.items import Kind
from sessions.repository import SessionRepository

_SECTIONS = {Kind.SESSION: "sessions", Kind.BROWSER: "trusted_browsers"}


def export(user_sub: str) -> Mapping[str, Section]:
    """`data` stays out: forms kept half-way, messages not shown yet, and the like."""
    sections: dict[str, list[dict[str, Any]]] = {name: [] for name in _SECTIONS.values()}
    for row in map(visible, SessionRepository().items_of(user_sub)):
        shown = {name: value for name, value in row.items() if name != "data"}
        sections[_SECTIONS[Kind(row["kind"])]].append(shown)
    return sections


def erase(user_sub: str) -> None:
    rows = SessionRepository()
    rows.remove_many(item["session_hash"] for item in rows.items_of(user_sub))


def holds(user_sub: str) -> list[str]:
    return []
