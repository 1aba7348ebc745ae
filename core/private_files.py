"""Files that one person may read: STORAGES["exports"], encrypted, whatever that storage is.

A file opens only under the context it was saved with, so nobody can pass one off as another.
"""

import logging

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from core import crypto, ids
from core.errors import NotFound, ServiceUnavailable

LONGEST_KEY_ID = 17  # with the point behind it

logger = logging.getLogger(__name__)


def save(file_id: str, text: str, *, context: str) -> None:
    """Replaces an older one. Raises ServiceUnavailable when it cannot be kept now."""
    sealed = crypto.encrypt(text, context=context)
    name = _name(file_id)
    try:
        storages["exports"].delete(name)
        storages["exports"].save(name, ContentFile(sealed.encode()))
    except OSError as error:
        logger.exception("private file not saved")
        raise ServiceUnavailable from error


def read(file_id: str, *, context: str) -> str:
    """Raises NotFound; DecryptionFailed when it was changed or is another one's."""
    return crypto.decrypt(_content(file_id), context=context)


def key_id(file_id: str) -> str:
    """Which key it is under. Raises NotFound."""
    return crypto.key_id_of(_content(file_id, LONGEST_KEY_ID))


def delete(file_id: str) -> None:
    """One that is not there is deleted already."""
    storages["exports"].delete(_name(file_id))


def _content(file_id: str, size: int = -1) -> str:
    try:
        with storages["exports"].open(_name(file_id)) as file:
            return bytes(file.read(size)).decode()
    except FileNotFoundError as error:
        raise NotFound from error


def _name(file_id: str) -> str:
    if not ids.is_id(file_id):
        raise NotFound
    return f"{file_id}.sealed"
