"""The one post that a person's profile begins with."""

from core import ids
from core.actor import Actor
from newsfeed.errors import PostNotFound
from newsfeed.items import Pointer, PostView
from newsfeed.repository import PeopleRepository, PinRepository, PostRepository
from newsfeed.services.hydrating import hydrate, name_attached

_people = PeopleRepository()
_pins = PinRepository()
_posts = PostRepository()


def pin_post(*, author_sub: str, post_id: str, actor: Actor) -> None:
    """In place of what was pinned before. Raises PostNotFound, also for another author's."""
    card = _posts.find_card(post_id) if ids.is_id(post_id) else None
    if card is None or card.user_id != author_sub or not card.is_published:
        raise PostNotFound
    _pins.pin(author_sub, post_id)


def unpin_post(*, author_sub: str, post_id: str, actor: Actor) -> None:
    """Unpinning what is not pinned changes nothing. Raises PostNotFound for what is no id."""
    if not ids.is_id(post_id):
        raise PostNotFound
    _pins.unpin(author_sub, post_id)


def is_pinned(*, author_sub: str, post_id: str) -> bool:
    return _pins.find(author_sub) == post_id


def find_pinned(*, viewer_sub: str | None, author_sub: str) -> PostView | None:
    """As far as this viewer may see it."""
    post_id = _pins.find(author_sub)
    if not post_id:
        return None
    follows = viewer_sub is not None and _people.follows(viewer_sub, author_sub)
    shown = hydrate(
        [Pointer(post_id=post_id, author_id=author_sub)],
        viewer_sub=viewer_sub,
        followed={author_sub} if follows else set(),
        muted=True,
    )
    return next((view for view in name_attached(shown) if not view.hidden), None)
