"""Which stored values are under a key of FIELD_ENCRYPTION_KEYS, found by what they look like."""

import re

from core import keyring, sealed


def undeclared(table, row):
    """The paths of values that name a key, and that no app declares as sealed."""
    known = {each.path for each in sealed.declared() if is_attribute_of(each, table)}
    return {path for path, value in texts_of(row) if names_a_key(value)} - known


def names_a_key(value):
    key_ids = "|".join(map(re.escape, keyring.ids()))
    return re.match(rf'"?(?:f:(?:{key_ids})$|(?:{key_ids})\.[\w-]{{40,}})', value) is not None


def texts_of(value, path=()):
    if isinstance(value, str):
        yield path, value
    members = {**value} if isinstance(value, dict) else {}
    members |= dict(enumerate(value)) if isinstance(value, list) else {}
    for name, member in members.items():
        yield from texts_of(member, (*path, name))


def is_attribute_of(each, table):
    return hasattr(each, "path") and each.schema.logical == table
