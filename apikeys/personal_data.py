from collections.abc import Mapping
from typing import Any

from apikeys import services
from apikeys.repository import ApiKeyRepository
from core.personal_data import Section, visible
from dynamo.table import Item


def export(user_sub: str) -> Mapping[str, Section]:
    rows = ApiKeyRepository().rows_of(user_sub)
    usage = services.usage_rows([row["key_id"] for row in rows])
    return {"api_keys": list(map(_shown, rows)), "api_key_usage": list(map(visible, usage))}


def erase(user_sub: str) -> None:
    """A key that the index does not know yet is dead all the same: its owner is gone."""
    key_ids = [row["key_id"] for row in ApiKeyRepository().rows_of(user_sub)]
    services.remove_usage(key_ids)  # first: when the keys are gone, nothing leads here
    ApiKeyRepository().remove_all(user_sub)
    services.remove_usage(key_ids)


def holds(user_sub: str) -> list[str]:
    return []


def _shown(row: Item) -> dict[str, Any]:
    """Hashes of networks say nothing to a person but how many there were."""
    networks = {"seen_networks": len(row["seen_networks"])} if "seen_networks" in row else {}
    return visible({**row, **networks})
