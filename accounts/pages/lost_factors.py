"""“I have lost every way”: from the second step of a sign-in to the end of the wait."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from accounts.browser import forget_waiting, waiting_of
from accounts.errors import (
    MfaResetClosed,
    MfaResetRunning,
    SignInExpired,
    StaffReset,
    WrongCode,
)
from accounts.forms.email_change import EmailCodeForm
from accounts.items import WaitingSignIn
from accounts.pages.doors import PUBLIC, add_errors, told, words
from accounts.person import person_of
from accounts.services import lost_factors, mfa_reset, mfa_reset_finish
from core.actor import actor_of
from core.errors import RateLimited
from core.links import NEXT_FIELD


@method_decorator(PUBLIC, name="dispatch")
class LostPage(View):
    """Only for a browser whose password was right, a moment ago."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            return show(request, waiting_of(request), EmailCodeForm())
        except SignInExpired as error:
            return begin_again(request, error)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = EmailCodeForm(request.POST)
        try:
            waiting = waiting_of(request)
            if not form.is_valid():
                return show(request, waiting, form)
            return self.begin(request, waiting, form)
        except SignInExpired as error:
            return begin_again(request, error)

    def begin(
        self, request: HttpRequest, waiting: WaitingSignIn, form: EmailCodeForm
    ) -> HttpResponse:
        code, actor = form.cleaned_data["code"], actor_of(request)
        try:
            lost_factors.begin_by_code(waiting, code=code, actor=actor)
        except (WrongCode, StaffReset, MfaResetRunning, RateLimited) as error:
            add_errors(form, error)
            return told(show(request, waiting, form), error)
        return redirect("accounts:lost")


@login_not_required
@require_POST
def send_mail(request: HttpRequest) -> HttpResponse:
    try:
        lost_factors.send_lost_mail(waiting_of(request), actor=actor_of(request))
    except SignInExpired as error:
        return begin_again(request, error)
    except (StaffReset, MfaResetRunning, RateLimited) as error:
        messages.error(request, words(error))
        sent = request.POST.get("sent", "")
    else:
        sent = "1"
    return redirect(f"{reverse('accounts:lost')}?{urlencode({'sent': sent})}")


@method_decorator(PUBLIC, name="dispatch")
class FinishPage(View):
    """From the mail of the due time. Opening it changes nothing."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            user, reset = mfa_reset_finish.check_finish(waiting_of(request), token)
        except SignInExpired:
            return self.ask_password(request)
        except (MfaResetClosed, StaffReset):
            return closed(request)
        return render(request, "accounts/lost_finish.html", {"person": user, "reset": reset})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            mfa_reset_finish.finish_mfa_reset(waiting_of(request), token, actor=actor_of(request))
        except SignInExpired:
            return self.ask_password(request)
        except (MfaResetClosed, StaffReset):
            return closed(request)
        messages.success(request, _("Two-step sign-in is removed. Sign in with your password."))
        response = redirect("accounts:sign_in")
        forget_waiting(response)
        return response

    def ask_password(self, request: HttpRequest) -> HttpResponse:
        back = urlencode({NEXT_FIELD: request.path})
        return render(request, "accounts/lost_password.html", {"back": back})


@method_decorator(PUBLIC, name="dispatch")
class StopPage(View):
    """From a mail, as long as the wait runs. Opening it changes nothing."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            reset = mfa_reset.open_stop_link(token)
        except MfaResetClosed:
            return closed(request)
        return render(request, "accounts/lost_stop.html", {"reset": reset})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            mfa_reset.stop_by_link(token, actor=actor_of(request))
        except MfaResetClosed:
            return closed(request)
        return redirect("accounts:lost_stopped")


@login_not_required
@require_safe
def stopped(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/lost_stopped.html")


@require_POST
def stop_here(request: HttpRequest) -> HttpResponse:
    """The button of every page of somebody who is signed in; no step-up guards what protects."""
    try:
        mfa_reset.stop_mfa_reset(user=person_of(request), actor=actor_of(request))
    except MfaResetClosed as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("It is stopped. Two-step sign-in stays as it is."))
    return redirect("accounts:security")


def goes_to_finish(next_path: str) -> bool:
    """Whether a sign-in that goes on to there was begun from the mailed link."""
    try:
        return resolve(next_path).view_name == "accounts:lost_finish"
    except Resolver404:
        return False


def show(request: HttpRequest, waiting: WaitingSignIn, form: EmailCodeForm) -> HttpResponse:
    shown: dict[str, Any] = {
        "found": lost_factors.find_lost_factors(waiting),
        "form": form,
        "sent": form.is_bound or bool(request.GET.get("sent")),
        "days": mfa_reset.WAIT.days,
    }
    return render(request, "accounts/lost.html", shown)


def begin_again(request: HttpRequest, error: SignInExpired) -> HttpResponse:
    messages.error(request, words(error))
    response = redirect("accounts:sign_in")
    forget_waiting(response)
    return response


def closed(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/lost_closed.html", status=410)
