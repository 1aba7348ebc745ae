"""Deleting a post, with 30 days to bring it back.

Gone for everybody at the next read, but for who bought it. A job then removes it for good,
unless somebody still holds an unlock: it looks again every 30 days.
"""

from datetime import datetime

from core import clock, ids, ratelimit
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind
from newsfeed import limits
from newsfeed.errors import PostIsSold, PostNotFound
from newsfeed.items import (
    PAGE,
    RESTORABLE,
    Card,
    DeletedPage,
    DeletedPost,
    PostState,
    Visibility,
)
from newsfeed.repository import CARD_LABEL, LifeRepository, PostRepository, SalesRepository
from newsfeed.services import cursors, media
from newsfeed.services.publishing import fan_out_write

_lives = LifeRepository()
_posts = PostRepository()
_sales = SalesRepository()


def delete_post(*, author_sub: str, post_id: str, actor: Actor) -> None:
    """Raises PostNotFound, also for another author's."""
    card = _own(author_sub, post_id, PostState.PUBLISHED)
    removal = _removal_write(card, due=clock.now() + RESTORABLE)
    _transact([*_lives.deleting(card), removal])


def restore_post(*, author_sub: str, post_id: str, actor: Actor) -> None:
    """With its comments; pointers still lead to it, and those that were never written follow.

    Raises PostNotFound, also once its time is over, and RateLimited: followers are told anew.
    """
    card = _own(author_sub, post_id, PostState.DELETED)
    ratelimit.hit(limits.EDITS, author_sub)
    writes = _lives.restoring(card)
    if card.visibility is not Visibility.PRIVATE:
        writes.append(fan_out_write(card))
    _transact(writes)


def purge_post(*, author_sub: str, post_id: str, actor: Actor) -> None:
    """A deleted post for good, now. Raises PostIsSold while somebody holds an unlock of it,
    PostNotFound."""
    card = _own(author_sub, post_id, PostState.DELETED)
    if _sales.living(post_id) > 0:
        raise PostIsSold
    _transact([*_lives.removing(card), _removal_write(card, due=clock.now())])


def list_deleted(*, author_sub: str, cursor: str = "") -> DeletedPage:
    """One's own, the latest first. Raises CursorForged, CursorExpired."""
    before = cursors.read(cursor, viewer_sub=author_sub, route="deleted")
    pointers, last = _lives.list_gone(author_sub, before=before, limit=PAGE)
    post_ids = [each.post_id for each in pointers]
    cards, sales = gather(
        lambda: _posts.find_cards(post_ids, consistent=True), lambda: _sales.find_of(post_ids)
    )
    items = [
        _deleted(card, sold=post_id in sales and sales[post_id].living > 0)
        for post_id, card in cards.items()
        if card.state is PostState.DELETED
    ]
    following = cursors.written(last, viewer_sub=author_sub, route="deleted") if last else ""
    return DeletedPage(items=items, next_cursor=following)


def find_deleted(*, author_sub: str, post_id: str) -> DeletedPost:
    """One's own. Raises PostNotFound."""
    card = _own(author_sub, post_id, PostState.DELETED)
    return _deleted(card, sold=_sales.living(post_id) > 0)


def remove_deleted(post_id: str) -> list[Write]:
    """What the job does when the time to restore is over; the writes that end it.

    Nothing for a post that was restored, or deleted anew: that has a job of its own.
    """
    card = _posts.find_card(post_id)
    if card is None or card.state is PostState.REMOVED:
        _remove_content(post_id, card)
        return []
    if card.is_published or clock.now() < _end_of(card):
        return []
    if _sales.living(post_id) > 0:
        return [_removal_write(card, due=clock.now() + RESTORABLE)]
    transact(_lives.removing(card))
    _remove_content(post_id, card)
    return []


def _remove_content(post_id: str, card: Card | None) -> None:
    media.remove_of_post(post_id)
    _lives.remove_content(post_id)
    if card:
        _lives.forget(card)


def _own(author_sub: str, post_id: str, state: PostState) -> Card:
    card = _posts.find_card(post_id) if ids.is_id(post_id) else None
    if card is None or card.user_id != author_sub or card.state is not state:
        raise PostNotFound
    return card


def _deleted(card: Card, *, sold: bool) -> DeletedPost:
    end = _end_of(card)
    return DeletedPost(
        card=card,
        deleted_at=end - RESTORABLE,
        restorable_until=end if end > clock.now() else None,
        sold=sold,
    )


def _end_of(card: Card) -> datetime:
    """Of the time to restore it; deletions of before there was one had none."""
    return (card.deleted_at or card.updated_at - RESTORABLE) + RESTORABLE


def _removal_write(card: Card, *, due: datetime) -> Write:
    named = {"post_id": card.post_id, "user_sub": card.user_id}
    return jobs.enqueue_write(JobKind.POST_REMOVAL, ids=named, due=due, lane=Lane.BULK)


def _transact(writes: list[Write]) -> None:
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(CARD_LABEL):
            raise PostNotFound from error
        raise
