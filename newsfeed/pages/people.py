from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.actor import actor_of
from core.errors import Conflict, Forbidden, Invalid, RateLimited
from core.form_errors import words
from newsfeed import services
from newsfeed.pages.doors import back, viewer_of
from users import services as users


@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """Raises UserNotFound."""
    person = users.get_profile_by_handle(handle)
    try:
        services.follow(
            follower_sub=viewer_of(request), author_sub=person.user_sub, actor=actor_of(request)
        )
    except (Conflict, Forbidden, Invalid, RateLimited) as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("You follow %(name)s now.") % {"name": person.name})
    return back(request, "newsfeed:profile", person.handle)


@require_POST
def unfollow(request: HttpRequest, handle: str) -> HttpResponse:
    """Raises UserNotFound."""
    person = users.get_profile_by_handle(handle)
    services.unfollow(
        follower_sub=viewer_of(request), author_sub=person.user_sub, actor=actor_of(request)
    )
    messages.success(request, _("You no longer follow %(name)s.") % {"name": person.name})
    return redirect("newsfeed:profile", person.handle)
