"""The table of API keys."""

from apikeys.repository.calls import CallRepository, Use
from apikeys.repository.changes import KEY_LABEL, ChangeRepository
from apikeys.repository.keys import ApiKeyRepository
from apikeys.repository.rows import KEPT_AFTER_THE_END, to_key
from apikeys.repository.schema import API_KEYS
from apikeys.repository.usage import UsageMonth, UsageRepository

__all__ = [
    "API_KEYS",
    "KEPT_AFTER_THE_END",
    "KEY_LABEL",
    "ApiKeyRepository",
    "CallRepository",
    "ChangeRepository",
    "UsageMonth",
    "UsageRepository",
    "Use",
    "to_key",
]
