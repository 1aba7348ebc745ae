"""The digests of API keys whose pepper is made from a key of FIELD_ENCRYPTION_KEYS."""

from apikeys.items import KeyState
from apikeys.peppers import DERIVED
from apikeys.repository import API_KEYS
from core import clock
from core.sealed import Passing
from dynamo.table import Item


def _is_usable(row: Item) -> bool:
    ends_at = row.get("expires_at")
    is_over = ends_at is not None and ends_at <= clock.epoch(clock.now())
    return row["state"] == KeyState.ACTIVE and not is_over


def _field_key_of(pepper: str) -> str:
    """Empty for a pepper of API_KEYS_PEPPERS, which does not depend on these keys."""
    return pepper.removeprefix(DERIVED) if pepper.startswith(DERIVED) else ""


SEALED = [
    Passing(
        kind="API keys",
        schema=API_KEYS,
        path=("pepper",),
        stays=(
            "only their owners have them, so each moves at its next use; without the old key they"
            " are refused. Set API_KEYS_PEPPERS, and they depend on these keys no more"
        ),
        is_meant=_is_usable,
        key_of=_field_key_of,
    )
]
