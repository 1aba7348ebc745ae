from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from apikeys.authentication import sent_keys
from core.http import is_api

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class KeyBeforeCookieMiddleware:
    """Before sessions: an API call that brings a key has no session, whatever cookie it brings.

    So no view can fall back to the cookie, mark a session as used, or end it. Pages take no keys.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_api(request) and sent_keys(request):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)
