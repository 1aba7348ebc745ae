from collections.abc import Mapping

from alerts.repository import AlertRepository, PreferenceRepository, WebhookRepository
from core.personal_data import Section, visible
from dynamo.table import Item


def export(user_sub: str) -> Mapping[str, Section]:
    return {
        "alerts": [visible(row) for row in AlertRepository().rows_of(user_sub)],
        "preferences": _preferences(user_sub),
        "webhooks": [visible(row) for row in WebhookRepository().rows_of(user_sub)],
    }


def erase(user_sub: str) -> None:
    AlertRepository().remove_all(user_sub)
    WebhookRepository().remove_all(user_sub)
    PreferenceRepository().remove(user_sub)


def holds(user_sub: str) -> list[str]:
    return []


def _preferences(user_sub: str) -> Item:
    """With the phone in clear: it is encrypted for its owner, not from them."""
    row = visible(PreferenceRepository().row_of(user_sub))
    phone = PreferenceRepository().find(user_sub).phone_number
    return {**row, "phone": phone} if phone else row
