from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from apikeys import services
from apikeys.errors import KeyEnded
from apikeys.forms import EditKeyForm
from apikeys.items import ApiKey
from core import clock
from core.actor import actor_of
from core.client_ip import client_ip
from core.errors import Conflict, Invalid, RateLimited
from core.form_errors import add_errors, told, words
from core.stepup import step_up_required


@method_decorator([never_cache, step_up_required], name="dispatch")
class EditPage(View):
    """Asks for a step-up first; what was typed is kept."""

    def get(self, request: HttpRequest, key_id: str) -> HttpResponse:
        key = services.get_owned_key(str(request.user.pk), key_id)
        if not key.is_living_at(clock.now()):
            messages.error(request, str(KeyEnded.message))
            return redirect("apikeys:detail", key_id)
        return self.show(request, key, EditKeyForm.of(key))

    def post(self, request: HttpRequest, key_id: str) -> HttpResponse:
        key = services.get_owned_key(str(request.user.pk), key_id)
        form = EditKeyForm(request.POST)
        if not form.is_valid():
            return self.show(request, key, form)
        try:
            self.save(request, key_id, form)
        except KeyEnded as error:
            messages.error(request, str(error.message))
        except Conflict:
            return self.show_again(request, key_id, form)
        except (Invalid, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, key, form), error)
        return redirect("apikeys:detail", key_id)

    def save(self, request: HttpRequest, key_id: str, form: EditKeyForm) -> None:
        services.edit_key(
            user_sub=str(request.user.pk),
            key_id=key_id,
            version=form.cleaned_data["version"],
            actor=actor_of(request),
            changes=form.changes(),
        )
        messages.success(request, _("Your changes are saved, and count from the next call on."))

    def show_again(self, request: HttpRequest, key_id: str, form: EditKeyForm) -> HttpResponse:
        """The key was changed meanwhile. What was typed stays; to put it in place of what is newer
        is the person's decision, who is shown what that is."""
        key = services.get_owned_key(str(request.user.pk), key_id)
        form.data = request.POST.copy()
        form.data["version"] = str(key.version)
        form.add_error(None, _("The key was changed meanwhile, so nothing is saved yet."))
        newer = services.replaced(key, form.changes(), clock.now())
        return self.show(request, key, form, is_stale=True, newer=newer)

    def show(
        self, request: HttpRequest, key: ApiKey, form: EditKeyForm, **more: object
    ) -> HttpResponse:
        shown = {"form": form, "key": key, "your_address": client_ip(request), **more}
        return render(request, "apikeys/edit.html", shown)


@require_POST
def disable(request: HttpRequest, key_id: str) -> HttpResponse:
    """No step-up, because it only closes; no question, because it can be undone."""
    try:
        services.disable_key(user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request))
    except Conflict as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The key is disabled. It is refused until you enable it."))
    return redirect("apikeys:detail", key_id)


@require_POST
@step_up_required
def enable(request: HttpRequest, key_id: str) -> HttpResponse:
    try:
        services.enable_key(user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request))
    except (Conflict, RateLimited) as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("The key is enabled. It works again from now on."))
    return redirect("apikeys:detail", key_id)
