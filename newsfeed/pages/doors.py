"""What the pages of the feed share: who reads, pages of a list, the way back."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core.links import safe_next
from dynamo.cursor import CursorExpired

View = Callable[..., HttpResponse]


def viewer_of(request: HttpRequest) -> str:
    return str(request.user.pk)


def cursor_of(request: HttpRequest) -> str:
    return request.GET.get("after", "")


def older_than(path: str, cursor: str) -> str:
    """The address of the next page of the list at this path; "" at its end."""
    return f"{path}?{urlencode({'after': cursor})}" if cursor else ""


def paged(view: View) -> View:
    """A list: an expired cursor starts again at the top. CursorForged is left to be a 400."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except CursorExpired:
            messages.info(request, _("That page link had expired. This is the newest page."))
            return redirect(request.path)

    return guarded


def render_posts(
    request: HttpRequest, template: str, *, items: Any, cursor: str, **shown: Any
) -> HttpResponse:
    """The whole page, or for htmx's "show older" only the posts that it appends."""
    more = bool(request.htmx) and bool(cursor_of(request))  # type: ignore[attr-defined]
    context = {
        "posts": items,
        "older": older_than(request.path, cursor),
        "newest": request.path if cursor_of(request) else "",
        "appended": more,
        **shown,
    }
    response = render(request, "newsfeed/_posts.html" if more else template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def back(request: HttpRequest, fallback: str, *args: Any) -> HttpResponse:
    """To the page that the form stood on."""
    target = safe_next(request)
    return redirect(target) if target else redirect(fallback, *args)
