from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.actor import actor_of
from core.links import safe_next
from newsfeed import services
from newsfeed.pages.doors import back, viewer_of


@require_POST
def hide(request: HttpRequest, post_id: str) -> HttpResponse:
    """Answers htmx with the line that takes the place of the post."""
    services.hide_post(user_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
    if request.htmx:  # type: ignore[attr-defined]
        return render(
            request, "newsfeed/_hidden_line.html", {"post_id": post_id, "next": safe_next(request)}
        )
    messages.success(request, _("The post is hidden. You find it under Hidden posts."))
    return back(request, "newsfeed:home")


@require_POST
def unhide(request: HttpRequest, post_id: str) -> HttpResponse:
    services.unhide_post(user_sub=viewer_of(request), post_id=post_id, actor=actor_of(request))
    messages.success(request, _("The post is shown again."))
    return back(request, "newsfeed:hidden")
