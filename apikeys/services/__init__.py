"""API keys: people make and revoke them, calls are checked by them."""

from apikeys.services.distrusting import revoke_new_keys
from apikeys.services.keys import (
    EXPIRIES,
    create_key,
    get_owned_key,
    list_keys,
    revoke_key,
)
from apikeys.services.verify import check_key

__all__ = [
    "EXPIRIES",
    "check_key",
    "create_key",
    "get_owned_key",
    "list_keys",
    "revoke_key",
    "revoke_new_keys",
]
