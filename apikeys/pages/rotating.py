from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from apikeys import services
from apikeys.errors import KeyChanged, KeyEnded, RotationInProgress
from apikeys.forms import EndOldSecretForm, RotateForm
from apikeys.items import ApiKey, IssuedKey
from apikeys.pages.making import secret_page
from apikeys.pages.shown import shown_key
from core import clock
from core.actor import actor_of
from core.errors import ApplicationError, Conflict, Invalid, RateLimited
from core.form_errors import add_errors, told
from core.stepup import step_up_required


@method_decorator([never_cache, step_up_required], name="dispatch")
class RotatePage(View):
    """Asks for a step-up first; what was typed is kept."""

    def get(self, request: HttpRequest, key_id: str) -> HttpResponse:
        key, now = services.get_owned_key(str(request.user.pk), key_id), clock.now()
        if not key.is_living_at(now):
            return _told_at_the_key(request, key_id, KeyEnded())
        if key.is_rotating_at(now):
            return _told_at_the_key(request, key_id, RotationInProgress())
        return self.show(request, key, RotateForm(initial={"version": key.version}))

    @method_decorator(sensitive_variables("issued"))
    def post(self, request: HttpRequest, key_id: str) -> HttpResponse:
        """Answers with the secret itself: no redirect, message or cookie carries it."""
        key = services.get_owned_key(str(request.user.pk), key_id)
        form = RotateForm(request.POST)
        if not form.is_valid():
            return self.show(request, key, form)
        try:
            issued = self.rotate(request, key_id, form)
        except Conflict as error:
            return _told_at_the_key(request, key_id, error)
        except (Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, key, form), error)
        shown = shown_key(issued.key, clock.now())
        return secret_page(request, "apikeys/rotated.html", issued, shown=shown)

    def rotate(self, request: HttpRequest, key_id: str, form: RotateForm) -> IssuedKey:
        return services.rotate_key(
            user_sub=str(request.user.pk),
            key_id=key_id,
            actor=actor_of(request),
            **form.cleaned_data,
        )

    def show(self, request: HttpRequest, key: ApiKey, form: RotateForm) -> HttpResponse:
        return render(request, "apikeys/rotate.html", {"form": form, "key": key})


@method_decorator(never_cache, name="dispatch")
class EndOldSecretPage(View):
    """Programs may still use it, so one more click; no step-up, because it only closes."""

    def get(self, request: HttpRequest, key_id: str) -> HttpResponse:
        key = services.get_owned_key(str(request.user.pk), key_id)
        shown = shown_key(key, clock.now())
        if not (shown.is_living and shown.is_rotating):
            return redirect("apikeys:detail", key_id)
        form = EndOldSecretForm(initial={"version": key.version})
        shown_here = {"key": key, "shown": shown, "form": form}
        return render(request, "apikeys/end_old_secret.html", shown_here)

    def post(self, request: HttpRequest, key_id: str) -> HttpResponse:
        form = EndOldSecretForm(request.POST)
        if not form.is_valid():
            return self.get(request, key_id)
        try:
            self.end(request, key_id, form.cleaned_data["version"])
        except Conflict as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Only one secret of this key works now."))
        return redirect("apikeys:detail", key_id)

    def end(self, request: HttpRequest, key_id: str, version: int) -> None:
        services.end_overlap(
            user_sub=str(request.user.pk), key_id=key_id, version=version, actor=actor_of(request)
        )


def _told_at_the_key(request: HttpRequest, key_id: str, error: ApplicationError) -> HttpResponse:
    text = str(error.message)
    if isinstance(error, KeyChanged):  # also a form that was sent twice
        text = _("Nothing new was made: the key was changed or rotated since you opened that page.")
    messages.error(request, text)
    return redirect("apikeys:detail", key_id)
