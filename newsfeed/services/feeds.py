"""The lists of posts: home, explore, one author's."""

from collections.abc import Sequence
from functools import partial

from core import ids
from dynamo.gather import gather
from newsfeed.errors import AuthorNotFound
from newsfeed.items import PAGE, FeedPage, Pointer, PostView
from newsfeed.repository import FeedRepository, PeopleRepository, PostRepository
from newsfeed.services import cursors
from newsfeed.services.heads import find_heads
from newsfeed.services.hydrating import fill_page, hydrate
from newsfeed.services.merging import merge
from newsfeed.services.public import list_public
from newsfeed.services.reading import relations_of

_feeds = FeedRepository()
_people = PeopleRepository()
_posts = PostRepository()


def home_feed(*, viewer_sub: str, cursor: str = "") -> FeedPage:
    """Posts of the people this person follows, and their own.

    Two hops: the pointers beside how they stand to others, then all that the posts need; a third
    one between them for the newest posts of those whom they look up, unless this process knows
    these. A pointer proves that its reader followed the author; an unfollowing since then hides
    it. What is looked up ends with the follow. Raises CursorForged and CursorExpired, as every
    list does.
    """
    before = cursors.read(cursor, viewer_sub=viewer_sub, route="home")
    read = partial(_feeds.list_of, viewer_sub, limit=PAGE)
    first, relations = gather(lambda: read(before=before), lambda: _people.relations_of(viewer_sub))
    heads = find_heads(relations)

    def list_below(last: str) -> tuple[list[Pointer], str]:
        own = first if last == before else read(before=last)
        return merge(own, heads, before=last)

    def show(pointers: Sequence[Pointer]) -> list[PostView]:
        gone = relations.gone
        kept = [pointer for pointer in pointers if pointer.author_id not in gone]
        followed = {pointer.author_id for pointer in kept}
        views = hydrate(kept, viewer_sub=viewer_sub, followed=followed, relations=relations)
        return [view for view in views if not view.hidden]

    return fill_page(list_below, show, before=before, viewer_sub=viewer_sub, route="home")


def explore(*, viewer_sub: str | None, cursor: str = "") -> FeedPage:
    """The newest public posts and teasers of everybody, of the last 90 days."""
    before = cursors.read(cursor, viewer_sub=viewer_sub, route="explore")

    def show(pointers: Sequence[Pointer]) -> list[PostView]:
        views = hydrate(pointers, viewer_sub=viewer_sub, followed=set())
        return [view for view in views if not view.hidden]

    return fill_page(list_public, show, before=before, viewer_sub=viewer_sub, route="explore")


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
