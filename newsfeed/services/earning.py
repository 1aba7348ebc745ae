"""What an author's posts sold and earned. All that was earned, and what is paid out of it, is
billing's to say."""

from dynamo.gather import gather
from newsfeed.items import PAGE, Card, EarningsPage, PostEarnings, Sales
from newsfeed.repository import PostRepository, SalesRepository
from newsfeed.services import cursors

ROUNDS = 3  # how often a page is filled up when nothing on it was for sale

_posts = PostRepository()
_sales = SalesRepository()


def list_earnings(*, author_sub: str, cursor: str = "") -> EarningsPage:
    """The author's own posts that are or were for sale, newest first. What was taken back with
    its money is no sale any more. Raises CursorForged and CursorExpired."""
    last = cursors.read(cursor, viewer_sub=author_sub, route="earnings")
    items: list[PostEarnings] = []
    for _round in range(ROUNDS):
        pointers, last = _posts.list_of(author_sub, before=last, limit=PAGE)
        items += _earned([pointer.post_id for pointer in pointers])
        if items or not last:
            break
    following = cursors.written(last, viewer_sub=author_sub, route="earnings") if last else ""
    return EarningsPage(items=items, next_cursor=following)


def _earned(post_ids: list[str]) -> list[PostEarnings]:
    cards, sales = gather(lambda: _posts.find_cards(post_ids), lambda: _sales.find_of(post_ids))
    found = ((cards.get(post_id), sales.get(post_id)) for post_id in post_ids)
    return [_line(card, sold) for card, sold in found if card and (card.unlock_price or sold)]


def _line(card: Card, sold: Sales | None) -> PostEarnings:
    return PostEarnings(card=card, sales=sold or Sales())
