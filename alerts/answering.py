"""Answers that pages and the API have in common: files, and numbers that are asked for often."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from alerts import services
from alerts.services.export import FileFormat

POLL_SECONDS = 60  # a quarter of it while somebody looks at the page
CONTENT_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.NDJSON: "application/x-ndjson",
}


def export_response(user_sub: str, file_format: FileFormat) -> StreamingHttpResponse:
    """To be saved, never shown or kept by anything between."""
    return StreamingHttpResponse(
        services.export_alerts(user_sub=user_sub, file_format=file_format),
        content_type=CONTENT_TYPES[file_format],
        headers={
            "Content-Disposition": content_disposition_header(True, f"alerts.{file_format}"),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def polled(request: HttpRequest, response: HttpResponse, *, tag: str) -> HttpResponse:
    """304 for who has that already. The tag is weak: it speaks of the number, not of the bytes."""
    etag = f'W/"{tag}"'
    found = get_conditional_response(request, etag=etag, response=response)
    assert found is not None
    found.headers["ETag"] = etag
    found.headers["X-Poll-Interval"] = str(POLL_SECONDS)
    return found
