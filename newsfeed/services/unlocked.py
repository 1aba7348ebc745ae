"""The posts that a person bought."""

from collections.abc import Sequence

from newsfeed.items import PAGE, FeedPage, Pointer, PostView
from newsfeed.repository import MarkRepository, PostRepository
from newsfeed.services import cursors
from newsfeed.services.hydrating import fill_page, hydrate

_marks = MarkRepository()
_posts = PostRepository()


def list_unlocked(*, user_sub: str, cursor: str = "") -> FeedPage:
    """Newest post first: also those of people whom they muted, those they hid, and those that
    their authors deleted, for as long as these are kept. Between two of whom one blocked the
    other there is nothing. Raises CursorForged and CursorExpired."""
    before = cursors.read(cursor, viewer_sub=user_sub, route="unlocked")

    def show(pointers: Sequence[Pointer]) -> list[PostView]:
        bought = _with_authors(pointers)
        found = hydrate(bought, viewer_sub=user_sub, followed=set(), muted=True, deleted=True)
        return [view for view in found if not view.locked]

    return fill_page(
        lambda last: _marks.list_unlocked(user_sub, before=last, limit=PAGE),
        show,
        before=before,
        viewer_sub=user_sub,
        route="unlocked",
    )


def _with_authors(pointers: Sequence[Pointer]) -> list[Pointer]:
    unnamed = [each.post_id for each in pointers if not each.author_id]
    cards = _posts.find_cards(unnamed) if unnamed else {}
    return [
        Pointer(post_id=each.post_id, author_id=cards[each.post_id].user_id)
        if each.post_id in cards
        else each
        for each in pointers
    ]
