from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from apikeys import services
from apikeys.errors import KeyExists, KeyLimitReached
from apikeys.forms import NewKeyForm
from apikeys.items import KeyStatus
from core import clock
from core.actor import actor_of
from core.errors import Invalid, RateLimited
from core.form_errors import add_errors, told
from core.stepup import step_up_required
from dynamo.cursor import CursorExpired


@require_safe
@never_cache
def list_page(request: HttpRequest) -> HttpResponse:
    """Raises CursorForged (400); an expired cursor starts again at the top."""
    after = request.GET.get("after", "")
    try:
        found, following = services.list_keys(user_sub=str(request.user.pk), after=after)
    except CursorExpired:
        messages.info(request, _("That page link had expired. This is the newest page."))
        return redirect("apikeys:list")
    here, now = reverse("apikeys:list"), clock.now()
    shown = {
        "keys": [(key, key.status_at(now)) for key in found],
        "newer": here if after else "",
        "older": f"{here}?{urlencode({'after': following})}" if following else "",
    }
    return render(request, "apikeys/list.html", shown)


@method_decorator([never_cache, step_up_required], name="dispatch")
class NewKeyPage(View):
    """Asks for a step-up first; what was typed is kept."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, NewKeyForm())

    @method_decorator(sensitive_variables("issued"))
    def post(self, request: HttpRequest) -> HttpResponse:
        """Answers with the secret itself: no redirect, message or cookie carries it."""
        form = NewKeyForm(request.POST)
        if not form.is_valid():
            return self.show(request, form)
        try:
            issued = services.create_key(
                user_sub=str(request.user.pk), actor=actor_of(request), **form.cleaned_data
            )
        except KeyExists as error:
            messages.warning(request, str(error.message))
            return redirect("apikeys:list")
        except (Invalid, KeyLimitReached, RateLimited) as error:
            add_errors(form, error)
            return told(self.show(request, form), error)
        return render(request, "apikeys/created.html", {"issued": issued})

    def show(self, request: HttpRequest, form: NewKeyForm) -> HttpResponse:
        return render(request, "apikeys/new.html", {"form": form})


@method_decorator(never_cache, name="dispatch")
class RevokePage(View):
    """Programs may depend on the key, so one more click; no step-up, because it only closes."""

    def get(self, request: HttpRequest, key_id: str) -> HttpResponse:
        key = services.get_owned_key(str(request.user.pk), key_id)
        if key.status_at(clock.now()) is KeyStatus.REVOKED:
            return redirect("apikeys:list")
        return render(request, "apikeys/revoke.html", {"key": key})

    def post(self, request: HttpRequest, key_id: str) -> HttpResponse:
        key = services.revoke_key(
            user_sub=str(request.user.pk), key_id=key_id, actor=actor_of(request)
        )
        messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
        return redirect("apikeys:list")
