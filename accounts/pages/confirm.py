"""Step-up: "confirm that it is you", and going on with what was typed before."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import services
from accounts.errors import WrongPassword
from accounts.forms.confirm import ConfirmForm
from accounts.pages.doors import add_errors, told
from core import kept
from core.actor import actor_of
from core.errors import RateLimited
from core.links import safe_next
from sessions.current import session_of
from users import services as users


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class ConfirmPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, ConfirmForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            services.confirm_person(
                user=users.get_user(str(request.user.pk)),
                password=form.cleaned_data["password"],
                session=session_of(request),
                actor=actor_of(request),
            )
        except (WrongPassword, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        return redirect(self.goes_on_to(request))

    def goes_on_to(self, request: HttpRequest) -> str:
        """To what was typed, if it was typed there; else to the page itself."""
        target = safe_next(request)
        found = kept.of_session(request.session)
        if found and found.path == target:
            return reverse("accounts:go_on")
        return target or resolve_url(settings.LOGIN_REDIRECT_URL)

    def show(self, request: HttpRequest, form: ConfirmForm) -> HttpResponse:
        context = {"form": form, "next": safe_next(request)}
        return render(request, "accounts/confirm.html", context)


@require_safe
@never_cache
def go_on(request: HttpRequest) -> HttpResponse:
    """Shows what was kept; the person's click sends it to where it was going."""
    found = kept.of_session(request.session)
    if found is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/go_on.html", {"kept": found})
