"""The outermost and the innermost middleware: what surrounds every request."""

import logging
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.functional import LazyObject, empty

from core import health, http, ids, logs
from core.client_ip import client_ip, truncated
from core.links import NEXT_FIELD, safe_next
from dynamo.client import deadline
from dynamo.metering import Meter, meter

REQUEST_SECONDS = 4.0
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()",
    "X-Content-Type-Options": "nosniff",
}
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RequestMiddleware:
    """Outermost: probes, request id, meter and deadline, headers, one log line.

    A request id sent by the client is not taken over: it would let anybody write into our logs.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = health.answer(request.path_info)
        if probe is not None:
            return probe
        request.request_id = ids.new_id()  # type: ignore[attr-defined]
        started = time.perf_counter()
        with logs.request_id_bound(request.request_id), meter() as spent:  # type: ignore[attr-defined]
            with deadline(REQUEST_SECONDS):
                response = self.get_response(request)
            response = _finished(request, response)
            milliseconds = (time.perf_counter() - started) * 1000
            _add_headers(request, response, spent, milliseconds)
            _log(request, response, spent, milliseconds)
        return response


class RefusingMiddleware:
    """What is refused before anybody looks at it, with the headers of every answer.

    Methods that nothing here uses (TRACE among them). Programs that speak plain http: people are
    led to https, but a redirect would hide from a program that its secret crossed the network in
    the clear. Forms and queries are UTF-8: a charset named by the client would choose our decoder.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in METHODS:
            return http.error_response(request, http.no_such_method(METHODS))
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return http.error_response(request, http.needs_https())
        if request.encoding and request.encoding.lower() not in ("utf-8", "utf8"):
            return http.error_response(request, http.bad_request())
        return self.get_response(request)


class PageErrorMiddleware:
    """Innermost: an error of the product raised by a page becomes the page of its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        return http.page_response(request, exc)


def remember_exception(*, request: HttpRequest | None = None, **_: Any) -> None:
    """With DEBUG Django answers an error of a middleware itself, without asking handler500."""
    if request is not None:
        request.raised = sys.exc_info()[1]  # type: ignore[attr-defined]


got_request_exception.connect(remember_exception, dispatch_uid="core.middleware")


def _finished(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    raised = getattr(request, "raised", None)
    if settings.DEBUG and response.status_code == 500:
        return (raised and http.page_response(request, raised)) or response
    if response.status_code >= 400:
        http.give_body(request, response)
    if _is_htmx(request) and _leads_to_sign_in(response):
        _let_htmx_leave(request, response)
    return response


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _leads_to_sign_in(response: HttpResponseBase) -> bool:
    if response.status_code not in (302, 303):
        return False
    return urlsplit(response.headers["Location"]).path == resolve_url(settings.LOGIN_URL)


def _let_htmx_leave(request: HttpRequest, response: HttpResponseBase) -> None:
    """In place, so that cookies stay: an XHR would follow 302 and swap the form into a row."""
    next_page = safe_next(_path_of(request.headers.get("HX-Current-URL", "")))
    query = f"?{urlencode({NEXT_FIELD: next_page})}" if next_page else ""
    response.status_code = 204
    del response.headers["Location"]
    response.headers["HX-Redirect"] = resolve_url(settings.LOGIN_URL) + query


def _path_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _loaded_user_sub(request: HttpRequest) -> str | None:
    """Of the signed-in person, if somebody asked for them already: this never reads."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject) and user._wrapped is empty:
        return None
    return str(user.pk) if user is not None and user.is_authenticated else None


def _add_headers(
    request: HttpRequest, response: HttpResponseBase, spent: Meter, milliseconds: float
) -> None:
    headers = response.headers
    headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if http.is_api(request) or _loaded_user_sub(request) or response.cookies:
        headers.setdefault("Cache-Control", "no-store")
    if settings.DEBUG:
        storage = sum(operation.milliseconds for operation in spent.operations)
        description = (
            f"{spent.calls} calls, {spent.hops} hops, {spent.rru:g} RRU, {spent.wru:g} WRU"
        )
        headers["Server-Timing"] = (
            f'total;dur={milliseconds:.1f}, storage;dur={storage:.1f};desc="{description}"'
        )


def _log(
    request: HttpRequest, response: HttpResponseBase, spent: Meter, milliseconds: float
) -> None:
    match = request.resolver_match
    logger.log(
        _level(request, response),
        "request",
        extra={
            "route": match.view_name if match else "-",
            "method": request.method,
            "status": response.status_code,
            "ms": round(milliseconds, 1),
            "user_sub": _loaded_user_sub(request),
            "ip": truncated(client_ip(request)),
            "calls": spent.calls,
            "hops": spent.hops,
            "rru": spent.rru,
            "wru": spent.wru,
            "throttles": spent.throttles,
        },
    )


def _level(request: HttpRequest, response: HttpResponseBase) -> int:
    if response.status_code >= 500:
        return logging.ERROR
    return logging.DEBUG if request.path_info.startswith(settings.STATIC_URL) else logging.INFO
