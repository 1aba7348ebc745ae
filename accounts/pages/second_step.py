"""The second step of a sign-in: a code, or another way to prove it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST

from accounts import services
from accounts.browser import device_of, forget_waiting, sign_in, waiting_of
from accounts.errors import SignInExpired
from accounts.forms.second_step import (
    DEVICE_LENGTH,
    FactorForm,
    SecondStepForm,
    chosen_method,
    chosen_way,
)
from accounts.items import WaitingSignIn
from accounts.pages.doors import PUBLIC, add_errors, told, words
from accounts.pages.lost_factors import begin_again, goes_to_finish
from core.actor import actor_of
from core.errors import ApplicationError, RateLimited
from mfa import services as mfa
from mfa.errors import MethodNotOn, WrongFactorCode
from mfa.items import SENT, Method, Way
from mfa.services.recovery import LOW
from mfa.texts import hint, way_text
from sessions import trusted
from sessions.errors import TrustNotAllowed
from users.models import User


@method_decorator(PUBLIC, name="dispatch")
class SecondStepPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            waiting = waiting_of(request)
            user = services.person_waiting(waiting).user
        except SignInExpired as error:
            return begin_again(request, error)
        if "method" not in request.GET and goes_to_finish(waiting.next_path):
            return redirect(waiting.next_path)
        return show(request, user)

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
        response = show(request, services.person_waiting(waiting).user, form)
        return told(response, error) if error else response

    def finish(
        self, request: HttpRequest, waiting: WaitingSignIn, method: Method, sent: dict[str, Any]
    ) -> HttpResponse:
        found = services.check_second_step(
            waiting,
            method=method,
            device_id=chosen_device(request),
            **sent,
            device=device_of(request),
            actor=actor_of(request),
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
        if method is Method.RECOVERY:
            warn_of_few_codes(request, found.user)
        return response


@login_not_required
@require_POST
def send_code(request: HttpRequest) -> HttpResponse:
    method, device_id = _method(request), chosen_device(request)
    asked = {"method": str(method)} | ({"device_id": device_id} if device_id else {})
    try:
        services.send_sign_in_code(
            waiting_of(request), method=method, device_id=device_id, actor=actor_of(request)
        )
    except SignInExpired as error:
        return begin_again(request, error)
    except (MethodNotOn, RateLimited) as error:
        messages.error(request, words(error))
        asked["sent"] = request.POST.get("sent", "")
    else:
        asked["sent"] = "1"
    return redirect(f"{reverse('accounts:second_step')}?{urlencode(asked)}")


def show(request: HttpRequest, user: User, form: SecondStepForm | None = None) -> HttpResponse:
    context = factor_context(request, user, mfa.ways_of(user), form, unbound=SecondStepForm)
    if not trusted.may_trust(user):
        del context["form"].fields["trust_browser"]
    return render(request, "accounts/second_step.html", context)


def factor_context(
    request: HttpRequest,
    user: User,
    ways: tuple[Way, ...],
    form: FactorForm | None,
    unbound: type[FactorForm] = FactorForm,
) -> dict[str, Any]:
    """What _factor.html needs. A code that has to be sent is asked for once it was."""
    asked = request.POST if form and form.is_bound else request.GET
    way = chosen_way(ways, asked.get("method", ""), asked.get("device_id", ""))
    form = form or unbound(method=way.method)
    is_sent = way.method in SENT
    return {
        "form": form,
        "way": way,
        "method": way.method,
        "is_sent": is_sent,
        "asks_code": not is_sent or form.is_bound or bool(request.GET.get("sent")),
        "notice": mfa.notice_of(user, way),
        "hint": hint(way.method, way.hint) if is_sent else "",
        "others": [(other, way_text(other)) for other in ways if other is not way],
    }


def warn_of_few_codes(request: HttpRequest, user: User) -> None:
    left = mfa.recovery_codes_left(user)
    if left <= LOW:
        text = ngettext(
            "%(n)d recovery code is left. Make new ones, under Two-step sign-in.",
            "%(n)d recovery codes are left. Make new ones, under Two-step sign-in.",
            left,
        )
        messages.warning(request, text % {"n": left})


def chosen_device(request: HttpRequest) -> str:
    """The phone or mailbox that was asked for; the services look whose it is."""
    return request.POST.get("device_id", "")[:DEVICE_LENGTH]


def _method(request: HttpRequest) -> Method:
    return chosen_method(request.POST.get("method", ""), tuple(Method))
