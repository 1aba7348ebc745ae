"""Step-up: "confirm that it is you", and going on with what was typed before."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.errors import WrongPassword
from accounts.forms.confirm import ConfirmForm
from accounts.forms.second_step import FactorForm, chosen_method
from accounts.pages.doors import add_errors, told, words
from accounts.pages.second_step import chosen_device, factor_context, warn_of_few_codes
from accounts.person import person_of
from core import kept
from core.actor import actor_of
from core.errors import RateLimited
from core.links import NEXT_FIELD, safe_next
from mfa import services as mfa
from mfa.errors import MethodNotOn, WrongFactorCode
from mfa.items import Method
from sessions.current import session_of
from users import services as users


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class ConfirmPage(View):
    """Asks for the strongest factor of the account; for the password if it has none."""

    def get(self, request: HttpRequest) -> HttpResponse:
        method = self.method(request, request.GET)
        return self.show(request, self.form(method), method)

    def post(self, request: HttpRequest) -> HttpResponse:
        method = self.method(request, request.POST)
        form = self.form(method, request.POST)
        if not form.is_valid():
            return self.show(request, form, method)
        try:
            services.confirm_person(
                user=users.get_user(str(request.user.pk)),
                **form.cleaned_data,
                method=method,
                device_id=chosen_device(request) if method else "",
                session=session_of(request),
                actor=actor_of(request),
            )
        except (WrongPassword, WrongFactorCode, MethodNotOn, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form, method), error)
        if method is Method.RECOVERY:
            warn_of_few_codes(request, person_of(request))
        return redirect(self.goes_on_to(request))

    def method(self, request: HttpRequest, sent: QueryDict) -> Method | None:
        allowed = services.confirm_methods(person_of(request))
        return chosen_method(sent.get("method", ""), allowed) if allowed else None

    def form(self, method: Method | None, data: QueryDict | None = None) -> forms.Form:
        return FactorForm(data, method=method) if method else ConfirmForm(data)

    def goes_on_to(self, request: HttpRequest) -> str:
        """To what was typed, if it was typed there; else to the page itself."""
        target = safe_next(request)
        found = kept.of_session(request.session)
        if found and found.path == target:
            return reverse("accounts:go_on")
        return target or resolve_url(settings.LOGIN_REDIRECT_URL)

    def show(self, request: HttpRequest, form: forms.Form, method: Method | None) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "next": safe_next(request)}
        if isinstance(form, FactorForm) and method:
            user = person_of(request)
            ways = mfa.ways_of(user, services.confirm_methods(user))
            context |= factor_context(request, user, ways, form)
        return render(request, "accounts/confirm.html", context)


@require_POST
def send_code(request: HttpRequest) -> HttpResponse:
    """A code for the confirm page, to where its strongest factor sends them."""
    device_id = chosen_device(request)
    asked = {NEXT_FIELD: safe_next(request), "sent": "1"}
    asked |= {"device_id": device_id} if device_id else {}
    try:
        services.send_confirm_code(
            user=person_of(request),
            method=None,
            device_id=device_id,
            session=session_of(request),
            actor=actor_of(request),
        )
    except (MethodNotOn, RateLimited) as error:
        messages.error(request, words(error))
        asked["sent"] = request.POST.get("sent", "")
    return redirect(f"{reverse('accounts:confirm')}?{urlencode(asked)}")


@require_safe
@never_cache
def go_on(request: HttpRequest) -> HttpResponse:
    """Shows what was kept; the person's click sends it to where it was going."""
    found = kept.of_session(request.session)
    if found is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/go_on.html", {"kept": found})
