from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions import services as sessions


@require_safe
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    found = sessions.list_sessions(
        user_sub=str(request.user.pk), current_key=request.session.session_key
    )
    return render(request, "accounts/security.html", {"session_count": len(found)})
