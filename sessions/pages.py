import json
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.actor import actor_of
from sessions import services
from sessions.current import session_of


@require_safe
@never_cache
def list_page(request: HttpRequest) -> HttpResponse:
    found = services.list_sessions(
        user_sub=str(request.user.pk), current_key=request.session.session_key
    )
    shown = {
        "sessions": found,
        "others": sum(not session.current for session in found),
        "just_now": clock.now() - timedelta(minutes=1),
    }
    return render(request, "sessions/list.html", shown)


@require_POST
def end(request: HttpRequest, sid: str) -> HttpResponse:
    """Answers htmx with the row that takes the place of the ended one."""
    is_current = sid == session_of(request).sid
    services.end_session(user_sub=str(request.user.pk), sid=sid, actor=actor_of(request))
    done = _("That session is signed out.")
    if is_current:
        logout(request)
        return redirect("accounts:sign_in")
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "sessions/_ended_row.html", {"sid": sid})
        response["HX-Trigger"] = json.dumps({"toast": done})
        return response
    messages.success(request, done)
    return redirect("sessions:list")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    services.end_other_sessions(
        user_sub=str(request.user.pk),
        request_session=session_of(request),
        actor=actor_of(request),
    )
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("sessions:list")
