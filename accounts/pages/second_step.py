"""The second step of a sign-in: a code, or another way to prove it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST

from accounts import services
from accounts.browser import device_of, forget_waiting, sign_in, waiting_of
from accounts.errors import SignInExpired
from accounts.forms.second_step import FactorForm, SecondStepForm, chosen_method
from accounts.items import WaitingSignIn
from accounts.pages.doors import PUBLIC, add_errors, told, words
from core.actor import actor_of
from core.errors import ApplicationError, RateLimited
from mfa import services as mfa
from mfa.errors import MethodNotOn, WrongFactorCode
from mfa.items import SENT, Method
from mfa.texts import LABELS
from sessions import trusted
from sessions.errors import TrustNotAllowed
from users.models import User


@method_decorator(PUBLIC, name="dispatch")
class SecondStepPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            user = services.person_waiting(waiting_of(request)).user
        except SignInExpired as error:
            return begin_again(request, error)
        method = chosen_method(request.GET.get("method", ""), mfa.methods_of(user))
        return show(request, user, method, SecondStepForm(method=method))

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            waiting = waiting_of(request)
            return self.check(request, waiting)
        except SignInExpired as error:
            return begin_again(request, error)

    def check(self, request: HttpRequest, waiting: WaitingSignIn) -> HttpResponse:
        method = _method(request)
        form = SecondStepForm(request.POST, method=method)
        error: ApplicationError | None = None
        if form.is_valid():
            try:
                return self.finish(request, waiting, method, form.cleaned_data)
            except (WrongFactorCode, MethodNotOn, RateLimited, TrustNotAllowed) as found:
                error = found
                add_errors(form, error, moved={"trust_browser": ""})  # staff have no such box
        response = show(request, services.person_waiting(waiting).user, method, form)
        return told(response, error) if error else response

    def finish(
        self, request: HttpRequest, waiting: WaitingSignIn, method: Method, sent: dict[str, Any]
    ) -> HttpResponse:
        found = services.check_second_step(
            waiting, method=method, **sent, device=device_of(request), actor=actor_of(request)
        )
        response = redirect(waiting.next_path)
        sign_in(
            request,
            found.user,
            remember=waiting.remember,
            methods=["password", str(method)],
            response=response,
            browser=found.browser,
            trust_browser=sent["trust_browser"],
        )
        forget_waiting(response)
        return response


@login_not_required
@require_POST
def send_code(request: HttpRequest) -> HttpResponse:
    method = _method(request)
    asked = {"method": str(method)}
    try:
        services.send_sign_in_code(waiting_of(request), method=method, actor=actor_of(request))
    except SignInExpired as error:
        return begin_again(request, error)
    except (MethodNotOn, RateLimited) as error:
        messages.error(request, words(error))
        asked["sent"] = request.POST.get("sent", "")
    else:
        asked["sent"] = "1"
    return redirect(f"{reverse('accounts:second_step')}?{urlencode(asked)}")


def begin_again(request: HttpRequest, error: SignInExpired) -> HttpResponse:
    messages.error(request, words(error))
    response = redirect("accounts:sign_in")
    forget_waiting(response)
    return response


def show(request: HttpRequest, user: User, method: Method, form: FactorForm) -> HttpResponse:
    if not trusted.may_trust(user):
        del form.fields["trust_browser"]
    return render(request, "accounts/second_step.html", factor_context(request, user, method, form))


def factor_context(
    request: HttpRequest,
    user: User,
    method: Method,
    form: FactorForm,
    allowed: tuple[Method, ...] | None = None,
) -> dict[str, Any]:
    """What _factor.html needs. A code that has to be sent is asked for once it was."""
    others = [other for other in allowed or mfa.methods_of(user) if other is not method]
    return {
        "form": form,
        "method": method,
        "is_sent": method in SENT,
        "asks_code": method not in SENT or form.is_bound or bool(request.GET.get("sent")),
        "hint": mfa.hint_of(user, method),
        "notice": mfa.notice_of(user, method),
        "others": [(other, LABELS[other]) for other in others],
    }


def _method(request: HttpRequest) -> Method:
    return chosen_method(request.POST.get("method", ""), tuple(Method))
