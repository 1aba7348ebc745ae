"""Telling the followers of an author about a post, a page of followers at a time."""

from newsfeed.items import Card, Pointer, Visibility
from newsfeed.repository import FeedRepository, PeopleRepository, PostRepository

FOLLOWERS_AT_ONCE = 1000
BACKFILL = 20
_EVERYWHERE = frozenset({Visibility.PUBLIC, Visibility.PAID})  # explore shows teasers too

_feeds = FeedRepository()
_people = PeopleRepository()
_posts = PostRepository()


def fan_out(post_id: str, *, after: str) -> str:
    """Write the pointers of one page of followers; the follower to go on from, "" at the end.

    The first page also goes to explore and to the author's own feed. Repeating it writes the
    same bytes again. A post that is gone, or was made private, goes nowhere.
    """
    card = _posts.find_card(post_id)
    if card is None or not _is_told(card):
        return ""
    pointer = Pointer(post_id=post_id, author_id=card.user_id)
    readers, more = _people.list_followers(card.user_id, after=after, limit=FOLLOWERS_AT_ONCE)
    last = readers[-1] if more and readers else ""
    if not after:
        _show_everywhere(card)
        readers = [card.user_id, *readers]
    _feeds.push((reader, pointer) for reader in readers)
    return last


def backfill(follower_sub: str, author_sub: str) -> None:
    """The author's newest posts come into the feed of somebody who follows them now; of private
    ones not even the ids: a person gets their own pointers in their export."""
    if not _people.follows(follower_sub, author_sub):
        return
    pointers, _ = _posts.list_of(author_sub, before="", limit=BACKFILL)
    cards = _posts.find_cards(pointer.post_id for pointer in pointers)
    told = [each for each in pointers if _is_told(cards.get(each.post_id))]
    _feeds.push((follower_sub, pointer) for pointer in told)


def _is_told(card: Card | None) -> bool:
    """Whether followers hear of it at all."""
    return bool(card and card.is_published and card.visibility is not Visibility.PRIVATE)


def _show_everywhere(card: Card) -> None:
    if card.visibility in _EVERYWHERE:
        _posts.publicise(card)
