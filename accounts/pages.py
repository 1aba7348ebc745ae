from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import services
from accounts.browser import began_sign_up, forget_sign_up, remember_sign_up
from accounts.errors import WrongCode, WrongSignIn
from accounts.forms import SignInForm, SignUpForm, VerifyEmailForm
from core.actor import actor_of
from core.errors import ApplicationError, Invalid, RateLimited
from core.links import safe_next
from core.templatetags.ui import wait
from sessions import services as sessions
from users.errors import EmailTaken, HandleTaken
from users.models import User

_public = [login_not_required, never_cache, sensitive_post_parameters()]


def sign_in(request: HttpRequest, user: User, *, remember: bool, methods: list[str]) -> None:
    """Start the signed-in session: a new key, and what the sessions page shows of it."""
    start_session(request, user)
    lifetime = "staff" if user.is_staff else "remembered" if remember else "standard"
    sessions.describe_sign_in(
        request.session,
        actor=actor_of(request),
        methods=methods,
        lifetime=lifetime,
        epoch=user.session_epoch,
    )


def add_errors(form: Any, error: ApplicationError) -> None:
    """Each message at its field; what belongs to no field on top."""
    fields = error.errors if isinstance(error, Invalid) else {}
    for field, texts in fields.items():
        form.add_error(field if field in form.fields else None, texts)
    if not fields:
        form.add_error(None, _words(error))


@method_decorator(_public, name="dispatch")
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
            return _told(self.show(request, form), error)
        response = redirect("accounts:verify_email", attempt)
        remember_sign_up(response, attempt)
        return response

    def show(self, request: HttpRequest, form: SignUpForm) -> HttpResponse:
        return render(request, "accounts/sign_up.html", {"form": form})


@method_decorator(_public, name="dispatch")
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
            return _told(self.show(request, attempt, token, form), error)
        sign_in(request, user, remember=False, methods=["password", "email"])
        messages.success(request, _("Your email address is verified. Welcome!"))
        response = redirect(settings.LOGIN_REDIRECT_URL)
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
        self, request: HttpRequest, attempt: str, token: str, form: VerifyEmailForm
    ) -> HttpResponse:
        context = {"form": form, "attempt": attempt, "by_link": bool(token)}
        return render(request, "accounts/verify_email.html", context)


@login_not_required
@require_POST
def resend_code(request: HttpRequest, attempt: str) -> HttpResponse:
    try:
        services.resend_sign_up_mail(attempt=attempt, actor=actor_of(request))
    except RateLimited as error:
        messages.error(request, _words(error))
    else:
        messages.success(request, _("We sent a new email. The code before it no longer works."))
    return redirect("accounts:verify_email", attempt)


@method_decorator(_public, name="dispatch")
class SignInPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(safe_next(request) or settings.LOGIN_REDIRECT_URL)
        return self.show(request, SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        data = form.cleaned_data
        try:
            user = services.check_sign_in(
                login=data["login"], password=data["password"], actor=actor_of(request)
            )
        except (WrongSignIn, RateLimited) as error:
            add_errors(form, error)
            return _told(self.show(request, form), error)
        sign_in(request, user, remember=data["remember"], methods=["password"])
        return redirect(safe_next(request) or settings.LOGIN_REDIRECT_URL)

    def show(self, request: HttpRequest, form: SignInForm) -> HttpResponse:
        context = {"form": form, "next": safe_next(request)}
        return render(request, "accounts/sign_in.html", context)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    end_session(request)
    messages.success(request, _("You are signed out."))
    return redirect("accounts:sign_in")


def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/overview.html")


def _told(response: HttpResponse, error: ApplicationError) -> HttpResponse:
    """A form that failed is shown again with 200; only a limit is told to programs too."""
    if isinstance(error, RateLimited):
        response.status_code = 429
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _words(error: ApplicationError) -> str:
    if isinstance(error, RateLimited):
        return _("Too many tries. Try again in %(time)s.") % {"time": wait(error.retry_after)}
    return str(error.message)
