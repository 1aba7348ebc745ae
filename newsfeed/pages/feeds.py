from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.errors import Invalid
from core.form_errors import words
from dynamo.gather import gather
from newsfeed import services
from newsfeed.pages.doors import cursor_of, paged, render_posts, viewer_of


@require_safe
@never_cache
@paged
def home(request: HttpRequest) -> HttpResponse:
    viewer, cursor = viewer_of(request), cursor_of(request)
    found = services.home_feed(viewer_sub=viewer, cursor=cursor)
    alone = not found.items and not cursor and services.follows_nobody(viewer)
    return render_posts(
        request,
        "newsfeed/home.html",
        items=found.items,
        cursor=found.next_cursor,
        suggested=services.suggest_people(viewer_sub=viewer) if alone else [],
        since=found.items[0].post_id if found.items else "",
    )


@require_safe
@never_cache
@paged
def explore(request: HttpRequest) -> HttpResponse:
    viewer, cursor = viewer_of(request), cursor_of(request)
    found, alone = gather(
        lambda: services.explore(viewer_sub=viewer, cursor=cursor),
        lambda: not cursor and services.follows_nobody(viewer),
    )
    return render_posts(
        request,
        "newsfeed/explore.html",
        items=found.items,
        cursor=found.next_cursor,
        suggested=services.suggest_people(viewer_sub=viewer) if alone else [],
    )


@require_safe
@never_cache
def arrivals(request: HttpRequest) -> HttpResponse:
    """The link that says how much is new, or nothing."""
    since = request.GET.get("since", "")
    try:
        found = services.count_arrivals(viewer_sub=viewer_of(request), since=since)
    except Invalid as error:
        return HttpResponseBadRequest(words(error), content_type="text/plain")
    return render(request, "newsfeed/_arrivals.html", {"found": found})


@require_safe
@never_cache
@paged
def unlocked(request: HttpRequest) -> HttpResponse:
    found = services.list_unlocked(user_sub=viewer_of(request), cursor=cursor_of(request))
    return render_posts(
        request, "newsfeed/unlocked.html", items=found.items, cursor=found.next_cursor
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
    author, cursor = view.person.user_sub, cursor_of(request)
    found, pinned = gather(
        lambda: services.list_posts_of(viewer_sub=viewer, author_sub=author, cursor=cursor),
        lambda: None if cursor else services.find_pinned(viewer_sub=viewer, author_sub=author),
    )
    return render_posts(
        request,
        "newsfeed/profile.html",
        items=[each for each in found.items if not pinned or each.post_id != pinned.post_id],
        cursor=found.next_cursor,
        view=view,
        person=view.person,
        own=view.own,
        pinned=pinned,
    )
