"""Posts that one person does not want to see in their lists; nobody else notices."""

from collections.abc import Sequence

from core import ids
from core.actor import Actor
from newsfeed.errors import PostNotFound
from newsfeed.items import PAGE, FeedPage, Pointer, PostView
from newsfeed.repository import MarkRepository, PeopleRepository
from newsfeed.services import cursors
from newsfeed.services.hydrating import fill_page, hydrate
from newsfeed.services.reading import find_readable

_marks = MarkRepository()
_people = PeopleRepository()


def hide_post(*, user_sub: str, post_id: str, actor: Actor) -> None:
    """Hiding it twice changes nothing. Raises PostNotFound, also for what the person may not
    know of."""
    card, _ = find_readable(post_id, user_sub)
    pointer = Pointer(post_id=post_id, author_id=card.user_id)
    _marks.hide(user_sub, pointer, made=ids.new_id())


def unhide_post(*, user_sub: str, post_id: str, actor: Actor) -> None:
    """Showing what is not hidden changes nothing. Raises PostNotFound for what is no id."""
    if not ids.is_id(post_id):
        raise PostNotFound
    _marks.unhide(user_sub, post_id)


def list_hidden(*, user_sub: str, cursor: str = "") -> FeedPage:
    """Newest post first, as far as the person may still see them."""
    before = cursors.read(cursor, viewer_sub=user_sub, route="hidden")

    def show(pointers: Sequence[Pointer]) -> list[PostView]:
        authors = {pointer.author_id for pointer in pointers}
        followed = _people.followed_among(user_sub, authors)
        return hydrate(pointers, viewer_sub=user_sub, followed=followed, muted=True)

    return fill_page(
        lambda last: _marks.list_hidden(user_sub, before=last, limit=PAGE),
        show,
        before=before,
        viewer_sub=user_sub,
        route="hidden",
    )
