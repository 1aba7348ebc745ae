from collections.abc import Mapping

from alerts.repository import AlertRepository
from core.personal_data import Section, visible


def export(user_sub: str) -> Mapping[str, Section]:
    alerts = AlertRepository()
    return {
        "alerts": [visible(row) for row in alerts.rows_of(user_sub)],
        "preferences": visible(alerts.preferences_of(user_sub)),
    }


def erase(user_sub: str) -> None:
    AlertRepository().remove_all(user_sub)


def holds(user_sub: str) -> list[str]:
    return []
