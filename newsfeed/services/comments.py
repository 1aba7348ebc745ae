"""Comments. Who may not read a post to its end may not read what is said about it either:
a comment may quote what has to be bought."""

from functools import partial

from core import ids, ratelimit
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import transact
from newsfeed import limits
from newsfeed.errors import CommentNotFound, PostLocked, PostNotFound
from newsfeed.items import (
    PAGE,
    Access,
    Card,
    Comment,
    CommentPage,
    CommentView,
    Notification,
    NotificationKind,
    Visibility,
)
from newsfeed.repository import (
    BLOCK_LABEL,
    CARD_LABEL,
    COMMENT_LABEL,
    COUNT_LABEL,
    CommentRepository,
    NotificationRepository,
    PostRepository,
)
from newsfeed.services import cursors
from newsfeed.services.reading import find_readable, look_with_relations
from newsfeed.services.standing import checking_unblocked, without_blocked
from newsfeed.texts import clean_comment
from users import services as users

_comments = CommentRepository()
_notifications = NotificationRepository()
_posts = PostRepository()


def add_comment(*, author_sub: str, post_id: str, text: str, actor: Actor) -> CommentView:
    """Tells the post's author. Raises Invalid (`text`), PostNotFound, PostLocked, RateLimited."""
    text = clean_comment(text)
    card = _readable(post_id, author_sub)
    ratelimit.hit(limits.COMMENTS, author_sub)
    comment = Comment(comment_id=ids.new_id(), post_id=post_id, user_id=author_sub, text=text)
    write_comment(comment, card)
    author = users.get_profile(author_sub)
    return CommentView(comment=comment, author=author, own=True, deletable=True)


def write_comment(comment: Comment, card: Card) -> None:
    """With what the post's author is told, under the same id. Raises PostNotFound when the post
    was deleted meanwhile, or one of the two blocked the other."""
    writes = [*_comments.adding(comment), _posts.checking_published(comment.post_id)]
    writes += checking_unblocked(comment.user_id, card.user_id)
    if card.user_id != comment.user_id:
        notification = Notification(
            notification_id=comment.comment_id,
            user_id=card.user_id,
            kind=NotificationKind.COMMENTED,
            actor_id=comment.user_id,
            post_id=comment.post_id,
        )
        writes.append(_notifications.adding(notification))
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(CARD_LABEL) or error.failed(BLOCK_LABEL):
            raise PostNotFound from error
        raise


def list_comments(*, viewer_sub: str | None, post_id: str, cursor: str = "") -> CommentPage:
    """Newest first, without those of people whom the viewer blocked or is blocked by. Raises
    PostNotFound, PostLocked for who sees the teaser only, CursorForged, CursorExpired."""
    if not ids.is_id(post_id):
        raise PostNotFound
    route = f"comments:{post_id}"
    before = cursors.read(cursor, viewer_sub=viewer_sub, route=route)
    (card, access, relations), (found, more) = gather(
        lambda: look_with_relations(post_id, viewer_sub, consistent=False),
        lambda: _comments.list_of(post_id, before=before, limit=PAGE),
    )
    if card is None or access is not Access.FULL or card.visibility is Visibility.PAID:
        card = _readable(post_id, viewer_sub)  # bought, or taken back, a moment ago?
    profiles = users.get_profiles({card.user_id, *(comment.user_id for comment in found)})
    if card.user_id not in profiles:
        raise PostNotFound
    views = [
        CommentView(
            comment=comment,
            author=profiles[comment.user_id],
            own=comment.user_id == viewer_sub,
            deletable=viewer_sub in (comment.user_id, card.user_id),
            muted=comment.user_id in relations.muted,
        )
        for comment in without_blocked(found, relations, person_of=lambda each: each.user_id)
        if comment.user_id in profiles
    ]
    last = found[-1].comment_id if more and found else ""
    following = cursors.written(last, viewer_sub=viewer_sub, route=route) if last else ""
    return CommentPage(items=views, next_cursor=following)


def delete_comment(*, user_sub: str, post_id: str, comment_id: str, actor: Actor) -> None:
    """One's own comment, or any on one's own post. Raises CommentNotFound, also for others'."""
    if not (ids.is_id(post_id) and ids.is_id(comment_id)):
        raise CommentNotFound
    card, comment = gather(
        partial(_posts.find_card, post_id), partial(_comments.find, post_id, comment_id)
    )
    owners = {comment.user_id if comment else "", card.user_id if card else ""}
    if comment is None or user_sub not in owners:
        raise CommentNotFound
    remove_comment(comment, told=card.user_id if card else None)


def remove_comment(comment: Comment, *, told: str | None) -> None:
    """With what the post's author was `told` of it. Raises CommentNotFound when it is gone
    already, or goes with its post right now."""
    writes = _comments.removing(comment)
    if told and told != comment.user_id:
        writes.append(_notifications.removing(told, comment.comment_id))
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(COMMENT_LABEL) or error.failed(COUNT_LABEL):
            raise CommentNotFound from error
        raise


def _readable(post_id: str, viewer_sub: str | None) -> Card:
    card, access = find_readable(post_id, viewer_sub)
    if access is not Access.FULL:
        raise PostLocked
    return card
