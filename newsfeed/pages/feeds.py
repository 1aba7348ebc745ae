from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dynamo.gather import gather
from newsfeed import services
from newsfeed.pages.doors import cursor_of, paged, render_posts, viewer_of
from users import services as users


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
    """Raises UserNotFound."""
    person = users.get_profile_by_handle(handle)
    if handle != person.handle:
        return redirect("newsfeed:profile", person.handle)
    viewer, author, cursor = viewer_of(request), person.user_sub, cursor_of(request)
    found, following = gather(
        lambda: services.list_posts_of(viewer_sub=viewer, author_sub=author, cursor=cursor),
        lambda: services.is_following(follower_sub=viewer, author_sub=author),
    )
    return render_posts(
        request,
        "newsfeed/profile.html",
        items=found.items,
        cursor=found.next_cursor,
        person=person,
        own=author == viewer,
        following=following,
    )
