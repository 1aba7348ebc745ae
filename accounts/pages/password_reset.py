from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from accounts import services
from accounts.errors import ResetLinkInvalid
from accounts.forms.password_reset import AskResetForm, SetPasswordForm
from accounts.pages.doors import PUBLIC, add_errors, told
from core.actor import actor_of
from core.errors import Invalid, RateLimited


@method_decorator(PUBLIC, name="dispatch")
class AskResetPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, AskResetForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AskResetForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            services.ask_password_reset(**form.cleaned_data, actor=actor_of(request))
        except (Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        return redirect("accounts:reset_sent")

    def show(self, request: HttpRequest, form: AskResetForm) -> HttpResponse:
        return render(request, "accounts/reset.html", {"form": form})


@login_not_required
@require_safe
def reset_sent(request: HttpRequest) -> HttpResponse:
    """The one answer, for every address."""
    return render(request, "accounts/reset_sent.html")


@method_decorator(PUBLIC, name="dispatch")
class SetPasswordPage(View):
    """Opening it changes nothing: programs that follow links in mails must not use them up."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        if not services.reset_is_open(token):
            return self.closed(request)
        return self.show(request, SetPasswordForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = SetPasswordForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            services.confirm_password_reset(
                token=token, actor=actor_of(request), **form.cleaned_data
            )
        except ResetLinkInvalid:
            return self.closed(request)
        except (Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        messages.success(request, _("Your password is changed. Sign in with the new one."))
        return redirect("accounts:sign_in")

    def show(self, request: HttpRequest, form: SetPasswordForm) -> HttpResponse:
        return render(request, "accounts/reset_set.html", {"form": form})

    def closed(self, request: HttpRequest) -> HttpResponse:
        return render(request, "accounts/reset_closed.html", status=410)
