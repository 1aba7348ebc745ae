"""Where uploads are kept: STORAGES["media"], private, a folder for each upload.

Nothing in it has an address of its own: newsfeed/services/serving.py asks the gate for each file.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.utils.http import content_disposition_header

from core import ids
from core.aws import SDK_FAILURES
from core.errors import ServiceUnavailable
from newsfeed.errors import MediaNotFound
from newsfeed.items import Variant

ORIGINAL = "original"  # a picture as it came, until a job has written it anew; never served
SIGNED_SECONDS = 60
_NAMES = (ORIGINAL, *map(str, Variant))
_FAILURES = (OSError, *SDK_FAILURES)

logger = logging.getLogger("newsfeed")


def save(media_id: str, name: str, content: BinaryIO | bytes) -> None:
    """Replaces an older one. Raises ServiceUnavailable when it cannot be kept now."""
    path = _path(media_id, name)
    file = ContentFile(content) if isinstance(content, bytes) else File(content)
    with _answering("save"):
        _storage().delete(path)
        _storage().save(path, file)


def opened(media_id: str, name: str) -> BinaryIO:
    """Raises MediaNotFound, ServiceUnavailable."""
    with _answering("open"):
        try:
            file = _storage().open(_path(media_id, name))
        except FileNotFoundError as error:
            raise MediaNotFound from error
    return cast(BinaryIO, file)


def size_of(media_id: str, name: str) -> int:
    """Raises MediaNotFound, ServiceUnavailable."""
    with _answering("size"):
        try:
            return int(_storage().size(_path(media_id, name)))
        except FileNotFoundError as error:
            raise MediaNotFound from error


def read(media_id: str, name: str) -> bytes:
    """Raises MediaNotFound, ServiceUnavailable."""
    with opened(media_id, name) as file, _answering("read"):
        return bytes(file.read())


def delete(media_id: str, *names: str) -> None:
    """All of an upload's files, or those named; one that is not there is deleted already."""
    with _answering("delete"):
        for name in names or _NAMES:
            _storage().delete(_path(media_id, name))


def signed_url(media_id: str, name: str, *, content_type: str, saved_as: str, cache: str) -> str:
    """Where the storage serves it itself for a minute, with these headers; "" where it cannot.

    `saved_as`: the name of a download; "" for what a page shows.
    """
    if not settings.MEDIA_BUCKET:
        return ""
    parameters = {
        "ResponseContentType": content_type,
        "ResponseCacheControl": cache,
        "ResponseContentDisposition": content_disposition_header(bool(saved_as), saved_as)
        or "inline",
    }
    with _answering("sign"):
        return str(
            _storage().url(  # type: ignore[call-arg]
                _path(media_id, name), parameters=parameters, expire=SIGNED_SECONDS
            )
        )


@contextmanager
def _answering(what: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except _FAILURES as error:
        logger.exception("media storage does not answer", extra={"operation": what})
        raise ServiceUnavailable from error


def _storage() -> Storage:
    return storages["media"]


def _path(media_id: str, name: str) -> str:
    if not ids.is_id(media_id) or name not in _NAMES:
        raise MediaNotFound
    return f"{media_id}/{name}"
