"""Step-up: some steps need a person who proved within five minutes that it is them.

The mark is the session's `authenticated_at`, which sign-in and the page `settings.STEP_UP_URL`
set. A page asks with `@step_up_required`, an API view with `StepUpRequired` after
IsAuthenticated, a service that is given the session with `require(session)`.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator
from rest_framework import permissions
from rest_framework.request import Request
from typing_extensions import override

from core import clock
from core.detour import detour
from core.errors import ReauthenticationRequired
from core.scopes import refuse_keys

if TYPE_CHECKING:  # rest_framework.views loads modules named in its settings
    from rest_framework.views import APIView

STEP_UP_SECONDS = 300  # django-allauth, Keycloak
META_KEY = "_meta"  # how a session was signed in: sessions.contents
CLOCK_LAG = timedelta(seconds=5)  # between the machine that set the mark and this one

AnyView = TypeVar("AnyView", bound=Callable[..., Any])


def is_fresh(session: Mapping[str, Any] | Any) -> bool:
    """False also for a session without a mark: nobody is signed in to it."""
    mark = (session.get(META_KEY) or {}).get("authenticated_at")
    if not mark:
        return False
    age = clock.now() - clock.parse(mark)
    return -CLOCK_LAG <= age < timedelta(seconds=STEP_UP_SECONDS)


def require(session: Mapping[str, Any] | Any) -> None:
    """Raises ReauthenticationRequired unless the session's mark is fresh."""
    if not is_fresh(session):
        raise ReauthenticationRequired


def step_up_required(view: AnyView) -> AnyView:
    """For a page (function or class): asks first, and keeps what a form was sent with."""
    if isinstance(view, type):
        return method_decorator(step_up_required, name="dispatch")(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request.session):
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        return detour(request, resolve_url(settings.STEP_UP_URL))

    return guarded  # type: ignore[return-value]


class StepUpRequired(permissions.BasePermission):
    """403 `reauthentication_required`; confirm at /api/v1/account/confirm/, then repeat.

    A key can never confirm: it is no proof that the person is there.
    """

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        refuse_keys(request)
        require(request._request.session)
        return True
