from collections.abc import Mapping

from core.personal_data import Section, visible
from sessions.repository import SessionRepository


def export(user_sub: str) -> Mapping[str, Section]:
    """`data` stays out: forms kept half-way, messages not shown yet, and the like."""
    rows = map(visible, SessionRepository().items_of(user_sub))
    return {"sessions": [{k: v for k, v in row.items() if k != "data"} for row in rows]}


def erase(user_sub: str) -> None:
    rows = SessionRepository()
    rows.remove_many(item["session_hash"] for item in rows.items_of(user_sub))


def holds(user_sub: str) -> list[str]:
    return []
