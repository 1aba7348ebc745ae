"""The table of API keys."""

from apikeys.repository.keys import KEY_LABEL, ApiKeyRepository
from apikeys.repository.rows import KEPT_AFTER_THE_END
from apikeys.repository.schema import API_KEYS

__all__ = ["API_KEYS", "KEPT_AFTER_THE_END", "KEY_LABEL", "ApiKeyRepository"]
