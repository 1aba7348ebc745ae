from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import http_date

from apikeys import services
from apikeys.authentication import sent_keys
from apikeys.calls import KeyCall, key_call_of
from apikeys.items import Outcome
from core.http import is_api

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class KeyCallMiddleware:
    """Around everything that may answer a call with a key: counts it, and says in the header how
    far its limit is spent and until when an old secret works."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if call := key_call_of(request):
            for name, value in _headers(call).items():
                response.headers[name] = value
            services.count_call(
                key_id=call.key_id,
                user_sub=call.user_sub,
                outcome=outcome_of(response.status_code),
            )
        return response


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


def _headers(call: KeyCall) -> dict[str, str]:
    """draft-ietf-httpapi-ratelimit-headers-10 and RFC 8594. No `Deprecation` (RFC 9745), which
    would say of the address, not of the secret, that it is on its way out."""
    found = {}
    if quota := call.quota:
        found["RateLimit-Policy"] = f'"default";q={quota.limit};w={quota.window}'
        found["RateLimit"] = f'"default";r={quota.remaining};t={quota.reset}'
    if call.old_secret_until:
        found["Sunset"] = http_date(call.old_secret_until.timestamp())
    return found


def outcome_of(status: int) -> Outcome:
    if status < 400:
        return Outcome.OK
    if status >= 500:
        return Outcome.SERVER_ERROR
    special = {401: Outcome.REFUSED, 403: Outcome.REFUSED, 429: Outcome.RATE_LIMITED}
    return special.get(status, Outcome.CLIENT_ERROR)
