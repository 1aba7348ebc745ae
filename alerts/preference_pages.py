from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from alerts import services
from alerts.catalogue import CHANNEL_TEXTS
from alerts.errors import PreferencesChanged
from alerts.items import Channel
from alerts.preference_forms import MODE_TEXTS, PreferencesForm, clock_text
from core import time_zones
from core.actor import actor_of
from core.errors import Invalid, NotFound
from core.stepup import step_up_required


@method_decorator(never_cache, name="dispatch")
class PreferencesPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return _show(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        user_sub = str(request.user.pk)
        form = PreferencesForm(request.POST, preferences=services.get_preferences(user_sub))
        if not form.is_valid():
            return _show(request, form, status=400)
        try:
            services.change_preferences(
                user_sub=user_sub,
                version=form.cleaned_data["version"],
                actor=actor_of(request),
                **form.changes(),
            )
        except PreferencesChanged as error:
            messages.error(request, str(error.message))
            return _show(request, status=409)
        except Invalid as error:
            form.refuse(error)
            return _show(request, form, status=400)
        messages.success(request, _("Your choices are saved."))
        return redirect("alerts:preferences")


@require_POST
def lift_suspension(request: HttpRequest, channel: str) -> HttpResponse:
    if channel not in set(Channel):
        raise NotFound
    services.lift_suspension(
        user_sub=str(request.user.pk), channel=Channel(channel), actor=actor_of(request)
    )
    messages.success(request, _("Alerts go there again."))
    return redirect("alerts:preferences")


@require_POST
@step_up_required
def remove_phone(request: HttpRequest) -> HttpResponse:
    services.remove_phone(user_sub=str(request.user.pk), actor=actor_of(request))
    messages.success(request, _("No more alerts go to that phone."))
    return redirect("alerts:preferences")


def _show(
    request: HttpRequest, form: PreferencesForm | None = None, *, status: int = 200
) -> HttpResponse:
    if form is None:
        form = PreferencesForm(preferences=services.get_preferences(str(request.user.pk)))
    stored = form.preferences
    zone = time_zones.zone_of(stored.time_zone)
    shown: dict[str, Any] = {
        "form": form,
        "channels": CHANNEL_TEXTS.values(),
        "phone": stored.phone,
        "is_texted": services.is_texted(stored),
        "zone": zone.key,
        "suspended": [
            {"name": str(channel), "label": CHANNEL_TEXTS[channel], "reason": str(found.reason)}
            for channel, found in stored.suspended.items()
        ],
        "next_digests": [
            {"label": MODE_TEXTS[mode], "at": clock_text(armed.slot, zone)}
            for mode, armed in sorted(stored.armed.items())
        ],
    }
    return render(request, "alerts/preferences.html", shown, status=status)
