from collections.abc import Mapping
from typing import Any

from apikeys.repository import ApiKeyRepository
from core.personal_data import Section, visible
from dynamo.table import Item


def export(user_sub: str) -> Mapping[str, Section]:
    return {"api_keys": [_shown(row) for row in ApiKeyRepository().rows_of(user_sub)]}


def erase(user_sub: str) -> None:
    """A key that the index does not know yet is dead all the same: its owner is gone."""
    ApiKeyRepository().remove_all(user_sub)


def holds(user_sub: str) -> list[str]:
    return []


def _shown(row: Item) -> dict[str, Any]:
    """Hashes of networks say nothing to a person but how many there were."""
    networks = {"seen_networks": len(row["seen_networks"])} if "seen_networks" in row else {}
    return visible({**row, **networks})
