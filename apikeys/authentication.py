"""Calls with an API key: `Authorization: Bearer …` or `X-API-Key: …`, never a query or a body."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from typing_extensions import override

from apikeys import services
from apikeys.calls import KeyCall
from apikeys.errors import KeyRefused
from core.client_ip import client_ip
from core.scopes import KeyAccess, need_of_view
from users.models import User

SCHEME = "bearer"


class ApiKeyAuthentication(BaseAuthentication):
    """Asked before the session: a call that brings a key stands or falls with it.

    It also decides whether the key opens this view, and counts the call: a permission or a throttle
    can be left out of a view's list, this cannot.
    """

    @override
    def authenticate(self, request: Request) -> tuple[User, KeyAccess] | None:
        """None for a call without a key. Raises what services.check_key() raises."""
        sent = sent_keys(request._request)
        if not sent:
            return None
        if len(sent) > 1:
            raise KeyRefused
        sender = request._request
        return services.check_key(
            sent.pop(),
            needs=need_of_view(_view_of(request), str(request.method)),
            ip=client_ip(sender),
            user_agent=str(sender.META.get("HTTP_USER_AGENT", "")),
            matched=partial(_keep, sender),
        )

    @override
    def authenticate_header(self, request: Request) -> str:
        return "Session, Bearer"


def sent_keys(request: HttpRequest) -> set[str]:
    """The different texts that were sent as keys; any text counts, also an empty one."""
    sent = set()
    scheme, _, rest = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() == SCHEME:
        sent.add(rest.strip())
    if (plain := request.headers.get("X-API-Key")) is not None:
        sent.add(plain.strip())
    return sent


def _view_of(request: Request) -> Any:
    return (request.parser_context or {}).get("view")


def _keep(request: HttpRequest, call: KeyCall) -> None:
    """For apikeys.calls.key_call_of()."""
    request.key_call = call  # type: ignore[attr-defined]
