"""The gate in front of every route: who must have a second factor and has none gets the pages
that turn one on, and no other. Calls with an API key have no session: apikeys.services asks the
same rule."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from core.detour import detour
from core.http import is_api, page_response
from mfa import services
from mfa.errors import FactorRequired
from users.models import User

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Every other route is closed, also those that visitors may see, and so is a new one.
OPEN: Final = frozenset(
    {
        *("mfa:overview", "mfa:add", "mfa:setup", "mfa:resend"),
        *("mfa-api:overview", "mfa-api:totp", "mfa-api:sms", "mfa-api:email"),
        *("mfa-api:confirm", "mfa-api:resend", "core-api:csrf"),
        # "Confirm that it is you", which turning one on may ask for
        *("accounts:confirm", "accounts:confirm_send", "accounts:go_on"),
        *("accounts-api:confirm", "accounts-api:confirm_send"),
        *("accounts:sign_out", "accounts-api:sign_out"),
        # Links of mails, which work by themselves: whoever holds one needs no session
        *("accounts:not_me_link", "accounts:not_me_done", "alerts:unsubscribe"),
        *("accounts:lost_stop", "accounts:lost_stopped", "accounts-api:lost_stop"),
        # What says nothing of anybody
        *("theme", "robots", "avatar"),
        # For whoever found a key: no session counts there
        *("apikeys:report", "apikeys:reported", "apikeys-api:leaks"),
        # Local mode's mails and texts, with the codes in them; 404 elsewhere
        *("dev_inbox", "dev_mail", "dev_mail_html"),
    }
)


class FactorFirstMiddleware:
    """After SignInFirstMiddleware. Costs no call: the account's row was read with the session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is not None and match.view_name in OPEN:
            return None
        if not isinstance(request.user, User) or not services.is_stopped(request.user):
            return None
        if is_api(request):
            return page_response(request, FactorRequired())
        return detour(request, reverse(FactorRequired.page))
