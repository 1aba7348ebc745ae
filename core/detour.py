"""Sending somebody to a page of ours that comes first and leads back, as step-up does."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core import kept
from core.links import NEXT_FIELD, safe_next


def detour(request: HttpRequest, url: str) -> HttpResponse:
    """What a form was sent with is kept. htmx is told to leave its page: it would swap the other
    one into a part of it."""
    if request.headers.get("HX-Request") == "true":
        back = _own_path(request.headers.get("HX-Current-URL", ""))
        return HttpResponse(status=204, headers={"HX-Redirect": with_next(url, back)})
    if request.method == "POST":
        kept.keep_in_session(request)
    return redirect(with_next(url, safe_next(request.get_full_path())))


def with_next(url: str, target: str) -> str:
    """The page that goes on to `target` once it is done; by itself when that is empty."""
    return f"{url}?{urlencode({NEXT_FIELD: target})}" if target else url


def _own_path(url: str) -> str:
    try:
        page = urlsplit(url)
    except ValueError:
        return ""
    return safe_next(page.path + (f"?{page.query}" if page.query else ""))
