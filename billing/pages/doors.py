"""What the pages of billing share: the sandbox's banner, and what they show without billing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from billing import services
from billing.errors import BillingNotConfigured
from core.errors import ApplicationError, RateLimited, ServiceUnavailable
from core.http import status_of
from dynamo.cursor import CursorExpired

AnyView = TypeVar("AnyView", bound=Callable[..., Any])


def billing_page(view: AnyView) -> AnyView:
    """For a page (function or class): never cached, and 503 that says why without billing."""
    if isinstance(view, type):
        return method_decorator(billing_page, name="dispatch")(view)

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            services.require_configured()
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        except BillingNotConfigured:
            return render(request, "billing/not_configured.html", status=503)

    return guarded  # type: ignore[return-value]


def restart_when_expired(view: AnyView) -> AnyView:
    """An expired cursor starts again at the top; a forged one stays 400."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)  # type: ignore[no-any-return]
        except CursorExpired:
            messages.info(request, _("That page link had expired. This is the newest page."))
            return redirect(request.path)

    return guarded  # type: ignore[return-value]


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    shown = {
        "sandbox": services.sandbox_on(),
        "sandbox_dashboard": services.sandbox_dashboard(),
        **context,
    }
    return render(request, template, shown, status=status)


def status_for(error: ApplicationError) -> int:
    """A form that failed is shown again with 200; limits and outages are told to programs too."""
    return status_of(error) if isinstance(error, RateLimited | ServiceUnavailable) else 200
