from collections.abc import Mapping

from core.personal_data import Section, visible
from dynamo.table import Item
from mfa.items import FACTORS
from mfa.repository import DeviceRepository, RecoveryRepository

_ENCRYPTED = frozenset({"phone", "address"})  # unreadable for their owner; the hint is not


def export(user_sub: str) -> Mapping[str, Section]:
    rows: dict[str, list[Item]] = {
        f"{method}_devices": DeviceRepository(method).rows_of(user_sub) for method in FACTORS
    }
    rows["recovery_codes"] = RecoveryRepository().rows_of(user_sub)
    return {name: [_shown(row) for row in found] for name, found in rows.items()}


def erase(user_sub: str) -> None:
    for method in FACTORS:
        DeviceRepository(method).remove_all(user_sub)
    RecoveryRepository().remove_all(user_sub)


def holds(user_sub: str) -> list[str]:
    return []


def _shown(row: Item) -> Item:
    return {name: value for name, value in visible(row).items() if name not in _ENCRYPTED}
