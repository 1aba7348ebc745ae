from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core.actor import actor_of
from core.errors import Forbidden, Invalid, RateLimited
from core.form_errors import words
from newsfeed import services
from newsfeed.pages.doors import viewer_of


@require_POST
def react(request: HttpRequest, post_id: str) -> HttpResponse:
    """The kind that was pressed; without one the reaction is taken back. Answers htmx with the
    buttons as they stand now."""
    viewer, kind = viewer_of(request), request.POST.get("kind", "")
    actor = actor_of(request)
    try:
        if kind:
            services.react(user_sub=viewer, post_id=post_id, kind=kind, actor=actor)
        else:
            services.unreact(user_sub=viewer, post_id=post_id, actor=actor)
    except (Forbidden, Invalid, RateLimited) as error:
        messages.error(request, words(error))
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("newsfeed:post", post_id)
    view = services.read_post(viewer_sub=viewer, post_id=post_id)
    return render(request, "newsfeed/_reactions.html", {"post": view, "alone": True})
