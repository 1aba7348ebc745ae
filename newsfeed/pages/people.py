"""How people stand to each other: following, blocking, muting, and the lists of them."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.actor import actor_of
from core.errors import Conflict, Forbidden, Invalid, RateLimited
from core.form_errors import words
from newsfeed import services
from newsfeed.items import PeoplePage
from newsfeed.pages.doors import back, cursor_of, older_than, paged, viewer_of
from users.items import Profile

Change = Callable[[], None]


@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """Raises UserNotFound, as all of these do."""
    person = _person(request, handle)
    return _changed(
        request,
        lambda: services.follow(
            follower_sub=viewer_of(request), author_sub=person.user_sub, actor=actor_of(request)
        ),
        person,
        said=_("You follow %(name)s now."),
    )


@require_POST
def unfollow(request: HttpRequest, handle: str) -> HttpResponse:
    person = _person(request, handle)
    return _changed(
        request,
        lambda: services.unfollow(
            follower_sub=viewer_of(request), author_sub=person.user_sub, actor=actor_of(request)
        ),
        person,
        said=_("You no longer follow %(name)s."),
    )


@require_POST
def mute(request: HttpRequest, handle: str) -> HttpResponse:
    person = _person(request, handle)
    return _stands(
        request,
        services.mute,
        person,
        said=_("%(name)s is muted. You find them under Muted."),
    )


@require_POST
def unmute(request: HttpRequest, handle: str) -> HttpResponse:
    person = _person(request, handle, even_blocked=True)
    return _stands(
        request,
        services.unmute,
        person,
        said=_("%(name)s is no longer muted."),
    )


@method_decorator(never_cache, name="dispatch")
class BlockPage(View):
    """Says what it does before it does it."""

    def get(self, request: HttpRequest, handle: str) -> HttpResponse:
        view = services.view_person(viewer_sub=viewer_of(request), handle=handle)
        if view.own or view.blocked:
            return redirect("newsfeed:profile", view.person.handle)
        return render(request, "newsfeed/block.html", {"person": view.person})

    def post(self, request: HttpRequest, handle: str) -> HttpResponse:
        person = _person(request, handle, even_blocked=True)
        return _stands(
            request,
            services.block,
            person,
            said=_("You blocked %(name)s. They are not told."),
        )


@require_POST
def unblock(request: HttpRequest, handle: str) -> HttpResponse:
    person = _person(request, handle, even_blocked=True)
    return _stands(
        request,
        services.unblock,
        person,
        said=_("%(name)s is no longer blocked."),
    )


@require_safe
@never_cache
@paged
def followers(request: HttpRequest) -> HttpResponse:
    return _listed(request, "followers", services.list_followers)


@require_safe
@never_cache
@paged
def following(request: HttpRequest) -> HttpResponse:
    return _listed(request, "following", services.list_following)


@require_safe
@never_cache
@paged
def blocked(request: HttpRequest) -> HttpResponse:
    return _listed(request, "blocked", services.list_blocked)


@require_safe
@never_cache
@paged
def muted(request: HttpRequest) -> HttpResponse:
    return _listed(request, "muted", services.list_muted)


def _person(request: HttpRequest, handle: str, *, even_blocked: bool = False) -> Profile:
    return services.find_person(
        viewer_sub=viewer_of(request), handle=handle, even_blocked=even_blocked
    )


def _changed(request: HttpRequest, change: Change, person: Profile, *, said: str) -> HttpResponse:
    try:
        change()
    except (Conflict, Forbidden, Invalid, RateLimited) as error:
        messages.error(request, words(error))
    else:
        messages.success(request, said % {"name": person.name})
    return back(request, "newsfeed:profile", person.handle)


def _stands(
    request: HttpRequest, change: Callable[..., None], person: Profile, *, said: str
) -> HttpResponse:
    """What is between two people, whoever of them began."""
    both = {"user_sub": viewer_of(request), "other_sub": person.user_sub}
    return _changed(request, partial(change, **both, actor=actor_of(request)), person, said=said)


def _listed(
    request: HttpRequest, kind: str, list_people: Callable[..., PeoplePage]
) -> HttpResponse:
    found = list_people(viewer_sub=viewer_of(request), cursor=cursor_of(request))
    shown = {
        "kind": kind,
        "people": found.items,
        "newer": request.path if cursor_of(request) else "",
        "older": older_than(request.path, found.next_cursor),
    }
    return render(request, "newsfeed/people.html", shown)
