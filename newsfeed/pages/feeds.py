from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from newsfeed import services
from newsfeed.pages.doors import cursor_of, paged, render_posts, viewer_of


@require_safe
@never_cache
@paged
def home(request: HttpRequest) -> HttpResponse:
    found = services.home_feed(viewer_sub=viewer_of(request), cursor=cursor_of(request))
    return render_posts(request, "newsfeed/home.html", items=found.items, cursor=found.next_cursor)


@require_safe
@never_cache
@paged
def explore(request: HttpRequest) -> HttpResponse:
    found = services.explore(viewer_sub=viewer_of(request), cursor=cursor_of(request))
    return render_posts(
        request, "newsfeed/explore.html", items=found.items, cursor=found.next_cursor
    )


@require_safe
@never_cache
@paged
def hidden(request: HttpRequest) -> HttpResponse:
    found = services.list_hidden(user_sub=viewer_of(request), cursor=cursor_of(request))
    return render_posts(
        request, "newsfeed/hidden.html", items=found.items, cursor=found.next_cursor
    )


@require_safe
@never_cache
@paged
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Raises UserNotFound, also when they blocked the viewer."""
    viewer = viewer_of(request)
    view = services.view_person(viewer_sub=viewer, handle=handle)
    if handle != view.person.handle:
        return redirect("newsfeed:profile", view.person.handle)
    if view.blocked:
        return render(request, "newsfeed/blocked_person.html", {"person": view.person})
    found = services.list_posts_of(
        viewer_sub=viewer, author_sub=view.person.user_sub, cursor=cursor_of(request)
    )
    return render_posts(
        request,
        "newsfeed/profile.html",
        items=found.items,
        cursor=found.next_cursor,
        view=view,
        person=view.person,
        own=view.own,
    )
