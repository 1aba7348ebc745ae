"""The lists of posts: home, explore, one author's."""

from collections.abc import Sequence
from functools import partial

from core import clock, ids
from dynamo.gather import gather
from newsfeed.errors import AuthorNotFound
from newsfeed.items import PAGE, FeedPage, Pointer, PostView, moment_of
from newsfeed.repository import FeedRepository, PeopleRepository, PostRepository, keys
from newsfeed.services import cursors
from newsfeed.services.hydrating import fill_page, hydrate
from newsfeed.services.reading import relations_of

DAYS_AT_ONCE, DAYS_AT_MOST = 4, 12  # of explore's buckets, for one page

_feeds = FeedRepository()
_people = PeopleRepository()
_posts = PostRepository()


def home_feed(*, viewer_sub: str, cursor: str = "") -> FeedPage:
    """Posts of the people this person follows, and their own.

    Two hops: the pointers beside whom they follow no more, then all that the posts need. A
    pointer proves that its reader followed the author; an unfollowing since then hides it.
    Raises CursorForged and CursorExpired, as every list does.
    """
    before = cursors.read(cursor, viewer_sub=viewer_sub, route="home")
    read = partial(_feeds.list_of, viewer_sub, limit=PAGE)
    first, relations = gather(lambda: read(before=before), lambda: _people.relations_of(viewer_sub))

    def show(pointers: Sequence[Pointer]) -> list[PostView]:
        gone = relations.unfollowed | relations.unlisted
        kept = [pointer for pointer in pointers if pointer.author_id not in gone]
        followed = {pointer.author_id for pointer in kept}
        views = hydrate(kept, viewer_sub=viewer_sub, followed=followed, relations=relations)
        return [view for view in views if not view.hidden]

    return fill_page(
        lambda last: first if last == before else read(before=last),
        show,
        before=before,
        viewer_sub=viewer_sub,
        route="home",
    )


def explore(*, viewer_sub: str | None, cursor: str = "") -> FeedPage:
    """The newest public posts and teasers of everybody, of the last 90 days."""
    before = cursors.read(cursor, viewer_sub=viewer_sub, route="explore")

    def show(pointers: Sequence[Pointer]) -> list[PostView]:
        views = hydrate(pointers, viewer_sub=viewer_sub, followed=set())
        return [view for view in views if not view.hidden]

    return fill_page(_list_public, show, before=before, viewer_sub=viewer_sub, route="explore")


def list_posts_of(*, viewer_sub: str | None, author_sub: str, cursor: str = "") -> FeedPage:
    """One author's posts, as far as this viewer may see them. Raises AuthorNotFound, also when one
    of the two blocked the other."""
    if not ids.is_id(author_sub):
        raise AuthorNotFound
    route = f"author:{author_sub}"
    before = cursors.read(cursor, viewer_sub=viewer_sub, route=route)
    read = partial(_posts.list_of, author_sub, limit=PAGE)
    first, follows, relations = gather(
        lambda: read(before=before),
        lambda: bool(viewer_sub) and _people.follows(str(viewer_sub), author_sub),
        lambda: relations_of(viewer_sub, consistent=False),
    )
    if author_sub in relations.blocked:
        raise AuthorNotFound

    def show(pointers: Sequence[Pointer]) -> list[PostView]:
        followed = {author_sub} if follows else set()
        views = hydrate(
            pointers, viewer_sub=viewer_sub, followed=followed, relations=relations, muted=True
        )
        return [view for view in views if not view.hidden]

    return fill_page(
        lambda last: first if last == before else read(before=last),
        show,
        before=before,
        viewer_sub=viewer_sub,
        route=route,
    )


def _list_public(before: str) -> tuple[list[Pointer], str]:
    """A page over the buckets of the days that have public posts, newest first.

    Reads some days side by side, and more of them the longer it takes. Where little is
    published, or much was deleted, the page is short and goes on below the last day it looked at.
    """
    upto = keys.day_of(moment_of(before) if before else clock.now())
    days, older = _posts.list_public_days(upto, limit=DAYS_AT_MOST)
    found: list[Pointer] = []
    looked, at_once = 0, DAYS_AT_ONCE
    while looked < len(days):
        chunk = days[looked : looked + at_once]
        reads = (partial(_posts.list_public, day, before=before, limit=PAGE) for day in chunk)
        for pointers, more in gather(*reads):
            found += pointers
            if len(found) >= PAGE or more:
                found = found[:PAGE]
                return found, found[-1].post_id
        looked, at_once = looked + at_once, at_once * 2
    return found, ids.first_id_of(keys.start_of(days[-1])) if older else ""
