"""The answer that carries a file of a post, for page and API alike."""

import re
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from newsfeed import media_files
from newsfeed.services.serving import Served

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def answer(request: HttpRequest, served: Served) -> HttpResponseBase:
    """The bytes, a part of a download, 304, or the way to a signed address of the bucket.

    Asked before each answer, so nothing is kept that the gate would not open again. Raises
    MediaNotFound, ServiceUnavailable.
    """
    response = _body(request, served)
    for name, value in HEADERS.items():
        response.headers[name] = value
    keep = served.keepable and response.status_code != 302
    response.headers["Cache-Control"] = "private, no-cache" if keep else "private, no-store"
    if keep:
        response.headers["ETag"] = served.etag
    return response


def _body(request: HttpRequest, served: Served) -> HttpResponseBase:
    if served.keepable and request.headers.get("If-None-Match") == served.etag:
        return HttpResponse(status=304)
    media_id, name = served.media.media_id, str(served.variant)
    address = media_files.signed_url(
        media_id,
        name,
        content_type=served.content_type,
        saved_as=served.saved_as,
        cache="private, no-store",
    )
    if address:
        return HttpResponse(status=302, headers={"Location": address})
    if not served.saved_as:
        content = media_files.read(media_id, name)
        headers = {"Content-Disposition": "inline"}
        return HttpResponse(content, content_type=served.content_type, headers=headers)
    return _download(request, served)


def _download(request: HttpRequest, served: Served) -> HttpResponseBase:
    media_id, name = served.media.media_id, str(served.variant)
    size = media_files.size_of(media_id, name)
    part = _asked_part(request, size)
    if part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = part
    parts = _part(media_id, name, start, end)
    response = StreamingHttpResponse(parts, content_type=served.content_type)
    response.headers["Content-Length"] = str(end - start)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, served.saved_as))
    response.headers["Accept-Ranges"] = "bytes"
    if part != (0, size):
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return response


def _asked_part(request: HttpRequest, size: int) -> tuple[int, int] | None:
    """From and up to which byte; None for a part that is not there. One part, without conditions:
    whatever else is asked for gets all of it."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or "If-Range" in request.headers or found[0] == "bytes=-":
        return 0, size
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    return (start, end) if start < end else None


def _part(media_id: str, name: str, start: int, end: int) -> Iterator[bytes]:
    """Opened when it is read, so an answer that nobody reads leaves nothing open."""
    with media_files.opened(media_id, name) as file:
        file.seek(start)
        left = end - start
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
