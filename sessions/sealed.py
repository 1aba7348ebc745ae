"""What somebody typed before they had to sign in again: it waits in their session, encrypted."""

import json

from core import crypto, kept
from core.sealed import Passing, value_at
from dynamo.table import Item
from sessions.repository import SCHEMA

_PATH = ("data", kept.SESSION_KEY)


def _blob(text: str) -> str:
    """A session holds each of its values as JSON."""
    return str(json.loads(text))


def _still_opens(row: Item) -> bool:
    return kept.opened(_blob(value_at(row, _PATH))) is not None


def _key_of(text: str) -> str:
    return crypto.key_id_of(_blob(text))


SEALED = [
    Passing(
        kind="forms that wait for a sign-in",
        schema=SCHEMA,
        path=_PATH,
        stays="they end after ten minutes",
        is_meant=_still_opens,
        key_of=_key_of,
    )
]
