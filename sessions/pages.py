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
from dynamo.gather import gather
from sessions import services, trusted
from sessions.current import person_of, session_of
from sessions.trust_cookie import trust_keys_of


@require_safe
@never_cache
def list_page(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    found, browsers = gather(
        lambda: services.list_sessions(
            user_sub=user.user_sub, current_key=request.session.session_key
        ),
        lambda: trusted.list_trusted(user, trust_keys_of(request)),
    )
    shown = {
        "sessions": found,
        "browsers": browsers,
        "may_trust": trusted.may_trust(user),
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
        trust_keys=trust_keys_of(request),
    )
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("sessions:list")


@require_POST
def forget(request: HttpRequest, browser_sid: str) -> HttpResponse:
    """Answers htmx with the row that takes the place of the removed one."""
    trusted.forget(user=person_of(request), sid=browser_sid, actor=actor_of(request))
    done = _("The next sign-in there asks for the second step.")
    if request.htmx:  # type: ignore[attr-defined]
        response = render(request, "sessions/_removed_browser.html", {"sid": browser_sid})
        response["HX-Trigger"] = json.dumps({"toast": done})
        return response
    messages.success(request, done)
    return redirect("sessions:list")


@require_POST
def forget_all(request: HttpRequest) -> HttpResponse:
    trusted.forget_all(
        user=person_of(request), browser_keys=trust_keys_of(request), actor=actor_of(request)
    )
    messages.success(request, _("Every sign-in asks for the second step now."))
    return redirect("sessions:list")
