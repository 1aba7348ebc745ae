"""From pointers to what one viewer may see of the posts, read at the moment they are shown."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial

from dynamo.gather import gather
from newsfeed.gate import access_of
from newsfeed.items import (
    PAGE,
    Access,
    Attachment,
    Card,
    FeedPage,
    Pointer,
    PostView,
    Profiles,
    Relations,
    Viewer,
    Visibility,
)
from newsfeed.repository import MarkRepository, PostRepository
from newsfeed.services import cursors, media
from newsfeed.services.reading import relations_of
from users import services as users

ROUNDS = 3  # how often a page is filled up when posts on it vanished

_posts = PostRepository()
_marks = MarkRepository()

# Of the id to list below: the pointers, and the id to go on below ("" at the end).
List = Callable[[str], tuple[list[Pointer], str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a page of pointers needs, read side by side."""

    cards: Mapping[str, Card]
    profiles: Profiles
    hidden: AbstractSet[str]
    unlocked: AbstractSet[str]
    relations: Relations


def hydrate(
    pointers: Sequence[Pointer],
    *,
    viewer_sub: str | None,
    followed: AbstractSet[str],
    relations: Relations | None = None,
    muted: bool = False,
    deleted: bool = False,
) -> list[PostView]:
    """The posts that this viewer may see, in the order of the pointers; one hop.

    `relations` are read beside the rest unless they are given. `muted`: with posts of people
    whom the viewer muted; `deleted`: with deleted ones, as far as the gate opens them.
    """
    if not pointers:
        return []
    around = _look_around(pointers, viewer_sub, relations)
    views = (_view(pointer, around, viewer_sub, followed) for pointer in pointers)
    left_out = frozenset() if muted else around.relations.muted
    return [
        view
        for view in views
        if view and (deleted or view.card.is_published) and view.card.user_id not in left_out
    ]


def fill_page(
    read: List,
    show: Callable[[Sequence[Pointer]], list[PostView]],
    *,
    before: str,
    viewer_sub: str | None,
    route: str,
) -> FeedPage:
    """A page of what `read` lists below an id and `show` lets through.

    Goes on while less than half a page came through, three times at most: then the page stays
    short, and its cursor leads on.
    """
    items: list[PostView] = []
    last = before
    for _ in range(ROUNDS):
        pointers, last = read(last)
        items += show(pointers)
        if not last or len(items) >= PAGE // 2:
            break
    cursor = cursors.written(last, viewer_sub=viewer_sub, route=route) if last else ""
    return FeedPage(items=name_attached(items), next_cursor=cursor)


def name_attached(views: Sequence[PostView]) -> list[PostView]:
    """With what is attached to paid posts that are open to the viewer: their cards, which
    everybody may see, tell no description and no name. One hop, where there are such posts."""
    open_ones = [view for view in views if view.visibility is Visibility.PAID and not view.locked]
    found = media.attached_to(
        {each.media_id: view.post_id for view in open_ones for each in view.card.media}
    )
    return [_named(view, found) if found else view for view in views]


def _named(view: PostView, found: Mapping[str, Attachment]) -> PostView:
    held = tuple(found[each.media_id] for each in view.card.media if each.media_id in found)
    return replace(view, attachments=held) if len(held) == len(view.card.media) else view


def _look_around(
    pointers: Sequence[Pointer], viewer_sub: str | None, relations: Relations | None
) -> Surroundings:
    post_ids = [pointer.post_id for pointer in pointers]
    authors = {pointer.author_id for pointer in pointers}
    cards = partial(_posts.find_cards, post_ids)
    profiles = partial(users.get_profiles, authors)
    if viewer_sub is None:
        found, people = gather(cards, profiles)
        return Surroundings(
            cards=found, profiles=people, hidden=set(), unlocked=set(), relations=Relations()
        )
    (found, people), (hidden, unlocked), stands = gather(
        lambda: gather(cards, profiles),
        lambda: gather(
            partial(_marks.hidden_among, viewer_sub, post_ids),
            partial(_marks.unlocked_among, viewer_sub, post_ids),
        ),
        lambda: relations or relations_of(viewer_sub, consistent=False),
    )
    return Surroundings(
        cards=found, profiles=people, hidden=hidden, unlocked=unlocked, relations=stands
    )


def _view(
    pointer: Pointer,
    around: Surroundings,
    viewer_sub: str | None,
    followed: AbstractSet[str],
) -> PostView | None:
    card = around.cards.get(pointer.post_id)
    author = around.profiles.get(pointer.author_id)
    viewer = Viewer(
        user_sub=viewer_sub,
        follows=pointer.author_id in followed,
        unlocked=pointer.post_id in around.unlocked,
        blocked=pointer.author_id in around.relations.blocked,
    )
    access = access_of(card, viewer)
    if card is None or author is None or access is Access.NONE:
        return None
    if card.user_id != pointer.author_id:
        return None
    return PostView(
        card=card,
        access=access,
        author=author,
        text=card.text,
        has_more=card.has_more,
        own=card.user_id == viewer_sub,
        hidden=pointer.post_id in around.hidden,
    )
