from collections.abc import Mapping

from alerts.repository import AlertRepository, PreferenceRepository
from core.personal_data import Section, visible


def export(user_sub: str) -> Mapping[str, Section]:
    return {
        "alerts": [visible(row) for row in AlertRepository().rows_of(user_sub)],
        "preferences": visible(PreferenceRepository().row_of(user_sub)),
    }


def erase(user_sub: str) -> None:
    AlertRepository().remove_all(user_sub)
    PreferenceRepository().remove(user_sub)


def holds(user_sub: str) -> list[str]:
    return []
