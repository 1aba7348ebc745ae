"""Copies of keys' rows, and how old they may be."""

from datetime import datetime, timedelta

from django.conf import settings

from apikeys.items import ApiKey
from apikeys.repository import ApiKeyRepository
from core.memory import Memory

_keys = ApiKeyRepository()
_rows: Memory[str, ApiKey] = Memory()  # of keys that exist only


def quick_copy(key_id: str, now: datetime) -> ApiKey | None:
    """It may be older than API_KEYS_CACHE_SECONDS by the little that replicas lag behind."""
    return _rows.get(key_id, now) or _kept(_keys.find(key_id, consistent=False), now)


def true_copy(key_id: str, now: datetime) -> ApiKey | None:
    return _kept(_keys.find(key_id, consistent=True), now)


def keep(key: ApiKey, now: datetime) -> None:
    """One that was true a moment ago."""
    if settings.API_KEYS_CACHE_SECONDS:
        until = now + timedelta(seconds=settings.API_KEYS_CACHE_SECONDS)
        _rows.put(key.key_id, key, until=until)


def forget(key_id: str) -> None:
    _rows.drop(key_id)


def _kept(key: ApiKey | None, now: datetime) -> ApiKey | None:
    if key is not None:
        keep(key, now)
    return key
