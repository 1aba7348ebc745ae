from collections.abc import Mapping

from apikeys.repository import ApiKeyRepository
from core.personal_data import Section, visible


def export(user_sub: str) -> Mapping[str, Section]:
    return {"api_keys": [visible(row) for row in ApiKeyRepository().rows_of(user_sub)]}


def erase(user_sub: str) -> None:
    """A key that the index does not know yet is dead all the same: its owner is gone."""
    ApiKeyRepository().remove_all(user_sub)


def holds(user_sub: str) -> list[str]:
    return []
