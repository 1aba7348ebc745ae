from hashlib import sha256
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alerts import services
from alerts.answering import export_response, polled
from alerts.inbox_forms import FilterForm
from alerts.services.export import FileFormat
from core.actor import actor_of
from core.links import NEXT_FIELD, safe_next
from dynamo.cursor import CursorExpired


@require_safe
@never_cache
def list_page(request: HttpRequest) -> HttpResponse:
    """Raises CursorForged (400); an expired cursor starts again at the top."""
    form = FilterForm(request.GET)
    wanted = form.wanted() if form.is_valid() else services.EVERYTHING
    after = request.GET.get("after", "")
    try:
        found = services.list_alerts(user_sub=str(request.user.pk), after=after, wanted=wanted)
    except CursorExpired:
        messages.info(request, _("That page link had expired. This is the newest page."))
        return redirect("alerts:list")
    chosen = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    shown = {
        "alerts": found.items,
        "form": form,
        "is_filtered": wanted.is_some,
        "mark": "" if after else found.mark,
        "newer": _list_url(**chosen) if after else "",
        "older": _list_url(**chosen, after=found.next_cursor) if found.next_cursor else "",
        "here": request.get_full_path(),
    }
    return render(request, "alerts/list.html", shown, status=200 if form.is_valid() else 400)


@require_safe
@never_cache
def detail(request: HttpRequest, alert_id: str) -> HttpResponse:
    """Opening an alert is reading it. Raises AlertNotFound."""
    user_sub = str(request.user.pk)
    found = services.get_owned_alert(user_sub=user_sub, alert_id=alert_id)
    if found.unread and request.method == "GET":
        services.mark_read(
            user_sub=user_sub, alert_id=alert_id, seen=found.unread_id, actor=actor_of(request)
        )
    return render(request, "alerts/detail.html", {"alert": found})


@require_POST
def read(request: HttpRequest, alert_id: str) -> HttpResponse:
    services.mark_read(user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request))
    return _back(request)


@require_POST
def unread(request: HttpRequest, alert_id: str) -> HttpResponse:
    services.mark_unread(user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request))
    return _back(request)


@require_POST
def delete(request: HttpRequest, alert_id: str) -> HttpResponse:
    services.delete_alert(user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request))
    messages.success(request, _("The alert is removed."))
    return _back(request)


@require_POST
def was_me(request: HttpRequest, alert_id: str) -> HttpResponse:
    services.say_was_me(user_sub=str(request.user.pk), alert_id=alert_id, actor=actor_of(request))
    return redirect("alerts:detail", alert_id)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    services.mark_all_read(
        user_sub=str(request.user.pk), upto=request.POST.get("upto", ""), actor=actor_of(request)
    )
    messages.success(request, _("Every alert is marked as read."))
    return redirect("alerts:list")


@require_safe
def export(request: HttpRequest, file_format: FileFormat) -> StreamingHttpResponse:
    return export_response(str(request.user.pk), file_format)


@require_safe
def unread_count(request: HttpRequest) -> HttpResponse:
    """The frame's numbers alone, for the script that keeps them up to date."""
    request.in_background = True  # type: ignore[attr-defined]  # keeps no session alive
    response = render(request, "alerts/unread_count.html")
    return polled(request, response, tag=sha256(response.content).hexdigest()[:20])


def _list_url(**query: str) -> str:
    return reverse("alerts:list") + (f"?{urlencode(query)}" if query else "")


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(safe_next(request.POST.get(NEXT_FIELD, "")) or "alerts:list")
