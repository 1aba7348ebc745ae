from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alerts import services
from alerts.catalogue import CHANNEL_TEXTS
from alerts.errors import PreferencesChanged
from alerts.forms import PreferencesForm
from core.actor import actor_of
from core.links import NEXT_FIELD, safe_next
from dynamo.cursor import CursorExpired


@require_safe
@never_cache
def list_page(request: HttpRequest) -> HttpResponse:
    """Raises CursorForged (400); an expired cursor starts again at the top."""
    after = request.GET.get("after", "")
    try:
        found = services.list_alerts(user_sub=str(request.user.pk), after=after)
    except CursorExpired:
        messages.info(request, _("That page link had expired. This is the newest page."))
        return redirect("alerts:list")
    here = reverse("alerts:list")
    shown = {
        "alerts": found.items,
        "mark": "" if after else found.mark,
        "newer": here if after else "",
        "older": f"{here}?{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
        "here": request.get_full_path(),
    }
    return render(request, "alerts/list.html", shown)


@require_safe
@never_cache
def detail(request: HttpRequest, alert_id: str) -> HttpResponse:
    """Opening an alert is reading it. Raises AlertNotFound."""
    user_sub = str(request.user.pk)
    found = services.get_owned_alert(user_sub=user_sub, alert_id=alert_id)
    if found.unread and request.method == "GET":
        services.mark_read(user_sub=user_sub, alert_id=alert_id, actor=actor_of(request))
    return render(request, "alerts/detail.html", {"alert": found})


@require_POST
def read(request: HttpRequest, alert_id: str) -> HttpResponse:
    services.mark_read(user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request))
    return redirect(safe_next(request.POST.get(NEXT_FIELD, "")) or "alerts:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(
        user_sub=str(request.user.pk), upto=request.POST.get("upto", ""), actor=actor_of(request)
    )
    messages.success(request, _("Every alert is marked as read."))
    return redirect("alerts:list")


@method_decorator(never_cache, name="dispatch")
class PreferencesPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        user_sub = str(request.user.pk)
        form = PreferencesForm(request.POST, preferences=services.get_preferences(user_sub))
        if not form.is_valid():
            return self.show(request, form, status=400)
        try:
            services.change_preferences(
                user_sub=user_sub,
                choices=form.choices(),
                version=form.cleaned_data["version"],
                actor=actor_of(request),
            )
        except PreferencesChanged as error:
            messages.error(request, str(error.message))
            return self.show(request, status=409)
        messages.success(request, _("Your choices are saved."))
        return redirect("alerts:preferences")

    def show(
        self, request: HttpRequest, form: PreferencesForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        if form is None:
            form = PreferencesForm(preferences=services.get_preferences(str(request.user.pk)))
        shown: dict[str, Any] = {"form": form, "channels": CHANNEL_TEXTS.values()}
        return render(request, "alerts/preferences.html", shown, status=status)
