from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import services
from accounts.errors import WrongCode
from accounts.forms.email_change import EmailCodeForm, NewEmailForm
from accounts.pages.doors import add_errors, told, words
from accounts.person import person_of
from core.actor import actor_of
from core.errors import Conflict, Invalid, RateLimited
from core.stepup import step_up_required
from users.errors import EmailTaken


@method_decorator(never_cache, name="dispatch")
class EmailPage(View):
    """The address, and the change that waits for its code."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return show(request)

    @method_decorator(step_up_required)
    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewEmailForm(request.POST)
        if not form.is_valid():
            return show(request, form=form)
        try:
            services.start_email_change(
                user=person_of(request), actor=actor_of(request), **form.cleaned_data
            )
        except (Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(show(request, form=form), error)
        return redirect("accounts:email")


@method_decorator(never_cache, name="dispatch")
class ConfirmEmailPage(View):
    """Takes the code; the mail's link shows one button, because opening it changes nothing."""

    def get(self, request: HttpRequest, token: str = "") -> HttpResponse:
        if not token:
            return redirect("accounts:email")
        change = services.find_email_change(person_of(request))
        return render(request, "accounts/email_link.html", {"change": change})

    def post(self, request: HttpRequest, token: str = "") -> HttpResponse:
        form = EmailCodeForm(request.POST)
        if not token and not form.is_valid():
            return show(request, code_form=form)
        proof = {"token": token} if token else {"code": form.cleaned_data["code"]}
        try:
            services.confirm_email_change(user=person_of(request), actor=actor_of(request), **proof)
        except (WrongCode, RateLimited) as error:
            if not token:
                add_errors(form, error)
                return told(show(request, code_form=form), error)
            messages.error(request, words(error))
        except (EmailTaken, Conflict) as error:
            messages.error(request, words(error))
        else:
            messages.success(request, _("Your email address is changed."))
            return redirect("accounts:overview")
        return redirect("accounts:email")


@require_POST
def resend_code(request: HttpRequest) -> HttpResponse:
    try:
        services.resend_email_change_mail(user=person_of(request), actor=actor_of(request))
    except RateLimited as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("We sent a new email. The code before it no longer works."))
    return redirect("accounts:email")


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    services.cancel_email_change(user=person_of(request), actor=actor_of(request))
    messages.success(request, _("Your email address stays as it is."))
    return redirect("accounts:email")


def show(
    request: HttpRequest,
    *,
    form: NewEmailForm | None = None,
    code_form: EmailCodeForm | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form or NewEmailForm(),
        "code_form": code_form or EmailCodeForm(),
        "change": services.find_email_change(person_of(request)),
    }
    return render(request, "accounts/email.html", context)
