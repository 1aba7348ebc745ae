from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from core import avatars, http
from core.errors import NotFound

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class AvatarMiddleware:
    """Answers pictures before the session is looked at.

    So a picture costs no read, carries no cookie, and is the same for everybody: proxies may keep
    it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(f"/{avatars.PREFIX}"):
            return self.get_response(request)
        try:
            match = request.resolver_match = resolve(request.path_info)
            response: HttpResponseBase = match.func(request, **match.kwargs)
        except (Resolver404, NotFound):
            return http.error_response(request, http.not_found())
        return response
