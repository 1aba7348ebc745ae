from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from accounts import services
from accounts.browser import began_sign_up, forget_sign_up, remember_sign_up
from accounts.errors import WrongCode
from accounts.forms.sign_up import SignUpForm, VerifyEmailForm
from accounts.pages.doors import PUBLIC, add_errors, sign_in, told, words
from core.actor import actor_of
from core.errors import Invalid, RateLimited
from users.errors import EmailTaken, HandleTaken


@method_decorator(PUBLIC, name="dispatch")
class SignUpPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return self.show(request, SignUpForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignUpForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            attempt = services.start_sign_up(**form.cleaned_data, actor=actor_of(request))
        except (Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        response = redirect("accounts:verify_email", attempt)
        remember_sign_up(response, attempt)
        return response

    def show(self, request: HttpRequest, form: SignUpForm) -> HttpResponse:
        return render(request, "accounts/sign_up.html", {"form": form})


@method_decorator(PUBLIC, name="dispatch")
class VerifyEmailPage(View):
    """Reached from sign-up (type the code) or from the mail's link (`token`, one button).

    Opening it changes nothing: programs that follow links in mails must not use them up.
    """

    def get(self, request: HttpRequest, attempt: str, token: str = "") -> HttpResponse:
        return self.show(request, attempt, token, self.form(request, attempt, token))

    def post(self, request: HttpRequest, attempt: str, token: str = "") -> HttpResponse:
        form = self.form(request, attempt, token, data=request.POST)
        if not form.is_valid():
            return self.show(request, attempt, token, form)
        try:
            user = services.verify_sign_up(
                attempt=attempt, token=token, actor=actor_of(request), **self.typed(form)
            )
        except HandleTaken as error:
            form = self.form(request, attempt, token, data=request.POST, asks_handle=True)
            if form.is_valid():  # the other handle is taken too
                form.add_error("handle", str(error.message))
            return self.show(request, attempt, token, form)
        except EmailTaken as error:
            messages.error(request, str(error.message))
            return redirect("accounts:sign_in")
        except (WrongCode, Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, attempt, token, form), error)
        response = redirect(settings.LOGIN_REDIRECT_URL)
        methods = ["password", "email"]
        sign_in(request, user, remember=False, methods=methods, response=response)
        messages.success(request, _("Your email address is verified. Welcome!"))
        forget_sign_up(response)
        return response

    def form(
        self, request: HttpRequest, attempt: str, token: str, *, data: Any = None, **asks: bool
    ) -> VerifyEmailForm:
        return VerifyEmailForm(
            data,
            asks_code=not token,
            asks_password=not began_sign_up(request, attempt),
            asks_handle=asks.get("asks_handle", bool(data and data.get("handle"))),
        )

    def typed(self, form: VerifyEmailForm) -> dict[str, Any]:
        data = form.cleaned_data
        return {
            "code": data.get("code", ""),
            "password": data.get("password"),
            "handle": data.get("handle", ""),
        }

    def show(
        self,
        request: HttpRequest,
        attempt: str,
        token: str,
        form: VerifyEmailForm,
    ) -> HttpResponse:
        context = {"form": form, "attempt": attempt, "by_link": bool(token)}
        return render(request, "accounts/verify_email.html", context)


@login_not_required
@require_POST
def resend_code(request: HttpRequest, attempt: str) -> HttpResponse:
    try:
        services.resend_sign_up_mail(attempt=attempt, actor=actor_of(request))
    except RateLimited as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("We sent a new email. The code before it no longer works."))
    return redirect("accounts:verify_email", attempt)
