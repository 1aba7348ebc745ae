from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from accounts import services
from accounts.browser import device_of, remember_waiting
from accounts.errors import SignInExpired, WrongSignIn
from accounts.forms.sign_in import SignInForm
from accounts.items import CheckedSignIn
from accounts.pages.doors import PUBLIC, add_errors, sign_in, told
from accounts.pages.lost_factors import begin_again, goes_to_finish
from core import kept
from core.actor import actor_of
from core.errors import RateLimited
from core.links import safe_next
from sessions.trust_cookie import trust_keys_of
from users.models import User


@method_decorator(PUBLIC, name="dispatch")
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
            found = services.check_sign_in(
                login=data["login"],
                password=data["password"],
                device=device_of(request),
                actor=actor_of(request),
                trust_keys=trust_keys_of(request),
            )
        except (WrongSignIn, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        skips = found.trust and not goes_to_finish(self.goes_on_to(request))
        if found.user.factors and not skips:
            return self.second_step(request, found, remember=data["remember"])
        try:
            return self.finish(request, found, remember=data["remember"])
        except SignInExpired as error:
            return begin_again(request, error)

    def finish(self, request: HttpRequest, found: CheckedSignIn, *, remember: bool) -> HttpResponse:
        response = redirect(self.first_page(request, found.user))
        sign_in(
            request,
            found.user,
            remember=remember,
            methods=["password"],
            response=response,
            browser=found.browser,
            trust=found.trust,
        )
        kept.put_in_session(request.session, request.POST.get(kept.FIELD, ""))
        return response

    def second_step(
        self, request: HttpRequest, found: CheckedSignIn, *, remember: bool
    ) -> HttpResponse:
        waiting = services.begin_second_step(
            found,
            remember=remember,
            next_path=self.goes_on_to(request),
            actor=actor_of(request),
        )
        kept.put_in_session(request.session, request.POST.get(kept.FIELD, ""))
        response = redirect("accounts:second_step")
        remember_waiting(response, waiting)
        return response

    def first_page(self, request: HttpRequest, user: User) -> str:
        """Whose factors were removed is led to set them up again."""
        if user.factors_reset_at is None:
            return self.goes_on_to(request)
        messages.warning(request, _("Set up two-step sign-in again: your password is alone now."))
        return reverse("mfa:overview")

    def goes_on_to(self, request: HttpRequest) -> str:
        if kept.opened(request.POST.get(kept.FIELD, "")):
            return reverse("accounts:go_on")
        return safe_next(request) or resolve_url(settings.LOGIN_REDIRECT_URL)

    def show(self, request: HttpRequest, form: SignInForm) -> HttpResponse:
        sealed = request.POST.get(kept.FIELD, "")
        context = {
            "form": form,
            "next": safe_next(request),
            "kept": sealed if kept.opened(sealed) else "",
        }
        return render(request, "accounts/sign_in.html", context)


def ask_to_sign_in(request: HttpRequest, sealed: str) -> HttpResponse:
    """The answer to a form that was sent after its session ended; `sealed` is what was typed."""
    context = {"form": SignInForm(), "kept": sealed, "ended": True}
    response = render(request, "accounts/sign_in.html", context, status=403)
    response.headers["Cache-Control"] = "no-store"
    return response


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    end_session(request)
    messages.success(request, _("You are signed out."))
    return redirect("accounts:sign_in")
