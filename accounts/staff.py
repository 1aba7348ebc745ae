"""Doors for staff: for everybody else they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponseBase
from rest_framework import permissions
from rest_framework.request import Request
from typing_extensions import override

from core.errors import NotFound
from core.scopes import refuse_keys

if TYPE_CHECKING:
    from rest_framework.views import APIView

AnyView = TypeVar("AnyView", bound=Callable[..., Any])


def staff_only(view: AnyView) -> AnyView:
    """404, not 403, for who is signed in and not staff; nothing is asked of them before."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not getattr(request.user, "is_staff", False):
            raise Http404
        return view(request, *args, **kwargs)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


class StaffOnly(permissions.BasePermission):
    """The same for the API. A key never acts as staff, not even a staff member's."""

    @override
    def has_permission(self, request: Request, view: "APIView") -> bool:
        refuse_keys(request)
        if not getattr(request.user, "is_staff", False):
            raise NotFound
        return True
