from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from typing_extensions import override

from accounts.pages.sign_in import ask_to_sign_in
from core import kept

View = Callable[..., HttpResponseBase]


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Pages are for those who are signed in. A form that was sent after the session ended meets
    the sign-in form at once, which keeps what was typed (core.kept)."""

    @override
    def process_view(
        self,
        request: HttpRequest,
        view_func: View,
        view_args: tuple[Any, ...],
        view_kwargs: dict[Any, Any],
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None and request.method == "POST" and request.user.is_authenticated:
            kept.forget(request.session, request.get_full_path())
        return answer

    def handle_no_permission(  # type: ignore[override]  # a page instead of a redirect
        self, request: HttpRequest, view_func: View
    ) -> HttpResponseBase:
        by_htmx = request.headers.get("HX-Request") == "true"
        sealed = kept.keep(request) if request.method == "POST" and not by_htmx else ""
        if sealed:
            return ask_to_sign_in(request, sealed)
        return super().handle_no_permission(request, view_func)
