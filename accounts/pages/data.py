from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.downloads import download
from accounts.errors import ExportRunning
from accounts.pages.doors import words
from accounts.person import person_of
from accounts.services import exports
from core.actor import actor_of
from core.errors import RateLimited
from core.stepup import step_up_required


@method_decorator(never_cache, name="dispatch")
class DataPage(View):
    """The exports of the person, and the button that asks for another one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = exports.list_exports(person_of(request).user_sub)
        context = {"exports": found, "is_running": any(not each.is_ready for each in found)}
        return render(request, "accounts/data.html", context)

    @method_decorator(step_up_required)
    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            exports.start_export(user=person_of(request), actor=actor_of(request))
        except (ExportRunning, RateLimited) as error:
            messages.error(request, words(error))
        else:
            messages.success(request, _("We are collecting your data and write when it is there."))
        return redirect("accounts:data")


@require_safe
@step_up_required
def download_export(request: HttpRequest, export_id: str) -> HttpResponse:
    """Raises ExportNotFound."""
    file = exports.open_export(
        user=person_of(request), export_id=export_id, actor=actor_of(request)
    )
    return download(file)
