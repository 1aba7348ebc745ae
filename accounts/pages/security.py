from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.person import person_of
from dynamo.gather import gather
from mfa import services as mfa
from mfa.services.recovery import LOW
from sessions import services as sessions


@require_safe
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    user, key = person_of(request), request.session.session_key
    found, left = gather(
        lambda: sessions.list_sessions(user_sub=user.user_sub, current_key=key),
        lambda: mfa.recovery_codes_left(user),
    )
    is_low = bool(user.factors) and left <= LOW
    shown = {"session_count": len(found), "codes_left": left, "is_low": is_low}
    return render(request, "accounts/security.html", shown)
