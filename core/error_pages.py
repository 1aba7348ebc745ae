"""Django's error handlers: problem+json under /api/, else the error page. None reads storage."""

import sys

from django.http import HttpRequest, HttpResponse

from core import http


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    foreseen = http.page_response(request, exception)
    return foreseen or http.error_response(request, http.bad_request())


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    return http.error_response(request, http.forbidden())


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return http.error_response(request, http.not_found())


def handler500(request: HttpRequest) -> HttpResponse:
    """Also where an error of a middleware ends: storage that does not answer is 503 there too."""
    raised = sys.exc_info()[1]
    foreseen = http.page_response(request, raised) if raised else None
    return foreseen or http.error_response(request, http.server_error())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return http.error_response(request, http.csrf_failed())
