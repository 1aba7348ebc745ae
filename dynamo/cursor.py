"""The one format of pagination cursors: signed, bound to a person and a route, gone in a day."""

from datetime import timedelta

from django.core import signing

LIFETIME = timedelta(hours=24)
MAX_LENGTH = 2048
_SALT = "dynamo.cursor"


class CursorError(Exception):
    """This page cannot be continued from here."""


class CursorForged(CursorError):
    """Not a cursor of ours, or one of another person or list: 400."""


class CursorExpired(CursorError):
    """A cursor of ours, too old: start again at the top."""


def encode(key: dict[str, str], *, scope: str) -> str:
    """A cursor for the key a page ended with; `scope` is `<user_sub>:<route>`."""
    return _signer(scope).sign_object(key, compress=True)


def decode(text: str, *, scope: str) -> dict[str, str]:
    """Raises CursorForged and CursorExpired."""
    if len(text) > MAX_LENGTH:
        raise CursorForged
    try:
        return dict(_signer(scope).unsign_object(text, max_age=LIFETIME))
    except signing.SignatureExpired as error:
        raise CursorExpired from error
    except (signing.BadSignature, ValueError) as error:
        raise CursorForged from error


def _signer(scope: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"{_SALT}:{scope}")
