"""The digests of API keys whose pepper is made from a key of FIELD_ENCRYPTION_KEYS."""

from collections.abc import Callable

from apikeys.items import KeyState
from apikeys.peppers import DERIVED
from apikeys.repository import API_KEYS, to_key
from core import clock
from core.sealed import Passing
from dynamo.aliases import Path
from dynamo.table import Item


def _is_usable(row: Item) -> bool:
    """A disabled key can be enabled, and a revoked one brought back for an hour."""
    ends_at = row.get("expires_at")
    is_over = ends_at is not None and ends_at <= _now()
    if row["state"] == KeyState.REVOKED:
        return not is_over and to_key(row).can_return_at(clock.now())
    return not is_over


def _is_in_overlap(row: Item) -> bool:
    return _is_usable(row) and row["previous"]["until"] > _now()


def _now() -> int:
    return clock.epoch(clock.now())


def _field_key_of(pepper: str) -> str:
    """Empty for a pepper of API_KEYS_PEPPERS, which does not depend on these keys."""
    return pepper.removeprefix(DERIVED) if pepper.startswith(DERIVED) else ""


def _digest(kind: str, path: Path, is_meant: Callable[[Item], bool], stays: str) -> Passing:
    return Passing(
        kind=kind,
        schema=API_KEYS,
        path=path,
        stays=stays,
        is_meant=is_meant,
        key_of=_field_key_of,
    )


SEALED = [
    _digest(
        "API keys",
        ("pepper",),
        _is_usable,
        "only their owners have them, so each moves at its next use; without the old key they"
        " are refused. Set API_KEYS_PEPPERS, and they depend on these keys no more",
    ),
    _digest(
        "old secrets of API keys",
        ("previous", "pepper"),
        _is_in_overlap,
        "they end by themselves, a week after the new secret began at the latest",
    ),
    _digest(
        "new secrets of API keys that nobody used yet",
        ("pending", "pepper"),
        _is_usable,
        "each moves at its first use; without the old key it is refused, and the one in use stays",
    ),
]
