from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from typing_extensions import override

from accounts import services
from accounts.errors import PasswordChanging
from accounts.forms.password import PasswordForm
from accounts.pages.doors import add_errors, told
from accounts.person import person_of
from core.actor import actor_of
from core.errors import Invalid, RateLimited
from core.stepup import step_up_required
from sessions.current import session_of
from users import services as users


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class PasswordPage(View):
    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = super().dispatch
        guarded = step_up_required(view) if person_of(request).factors else view
        return guarded(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, PasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            services.change_password(
                user=users.get_user(str(request.user.pk)),
                **form.cleaned_data,
                session=session_of(request),
                actor=actor_of(request),
            )
        except (Invalid, RateLimited, PasswordChanging) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        messages.success(request, _("Your password is changed."))
        return redirect("accounts:security")

    def show(self, request: HttpRequest, form: PasswordForm) -> HttpResponse:
        return render(request, "accounts/password.html", {"form": form})
