"""Where avatars are kept: STORAGES["avatars"], under random names that never mean another picture.

So a name can be cached for ever, tells nothing of its owner, and cannot be guessed from another.
"""

import logging
import re
import secrets
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse

from core.errors import NotFound, ServiceUnavailable

CONTENT_TYPE = "image/webp"
PREFIX = "avatars/"
NAME = "[0-9a-f]{32}"
# Longer than any upload takes; then a picture that no profile shows is removed.
ABANDONED_AFTER = timedelta(hours=1)

logger = logging.getLogger(__name__)


def new_name() -> str:
    return secrets.token_hex(16)


def path_of(name: str) -> str:
    """Of the picture on this site; "" for no picture."""
    return reverse("avatar", args=[name]) if name else ""


def save(name: str, picture: bytes) -> None:
    """Raises ServiceUnavailable when it cannot be kept now."""
    try:
        storages["avatars"].save(_file(name), ContentFile(picture))
    except OSError as error:
        logger.exception("avatar not saved")
        raise ServiceUnavailable from error


def read(name: str) -> bytes:
    """Raises NotFound."""
    try:
        with storages["avatars"].open(_file(name)) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise NotFound from error


def delete(name: str) -> None:
    """One that is not there is deleted already."""
    storages["avatars"].delete(_file(name))


def _file(name: str) -> str:
    if not re.fullmatch(NAME, name):
        raise NotFound
    return f"{name}.webp"
