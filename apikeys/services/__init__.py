"""API keys: people make, change and end them, calls are checked by them."""

from apikeys.services.changing import disable_key, edit_key, enable_key
from apikeys.services.checking import (
    DESCRIPTION_LENGTH,
    EXPIRIES,
    KEEP,
    Keep,
    KeyChanges,
    replaced,
)
from apikeys.services.cidrs import MAX_NETWORKS
from apikeys.services.counting import count_call
from apikeys.services.distrusting import revoke_new_keys
from apikeys.services.expiring import run_expiry, run_idle
from apikeys.services.hygiene import HINT_TEXTS, Hint, hints_of
from apikeys.services.keys import MAX_LIVING, Shown, create_key, get_owned_key, list_keys
from apikeys.services.leaks import (
    LONGEST_TEXT,
    MOST_TEXTS,
    Ended,
    end_leaked_keys,
    report_leaked_keys,
)
from apikeys.services.revoking import Filter, find_keys, revoke_key, revoke_keys, undo_revoke
from apikeys.services.rotating import OVERLAPS, end_overlap, rotate_key
from apikeys.services.usage import calls_of, remove_usage, usage_of, usage_rows
from apikeys.services.verify import check_key

__all__ = [
    "DESCRIPTION_LENGTH",
    "EXPIRIES",
    "HINT_TEXTS",
    "KEEP",
    "LONGEST_TEXT",
    "MAX_LIVING",
    "MAX_NETWORKS",
    "MOST_TEXTS",
    "OVERLAPS",
    "Ended",
    "Filter",
    "Hint",
    "Keep",
    "KeyChanges",
    "Shown",
    "calls_of",
    "check_key",
    "count_call",
    "create_key",
    "disable_key",
    "edit_key",
    "enable_key",
    "end_leaked_keys",
    "end_overlap",
    "find_keys",
    "get_owned_key",
    "hints_of",
    "list_keys",
    "remove_usage",
    "replaced",
    "report_leaked_keys",
    "revoke_key",
    "revoke_keys",
    "revoke_new_keys",
    "rotate_key",
    "run_expiry",
    "run_idle",
    "undo_revoke",
    "usage_of",
    "usage_rows",
]
