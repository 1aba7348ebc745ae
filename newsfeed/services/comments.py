"""Writing comments, replies and taking them away. Who may not read a post to its end may not say
anything below it either."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from core import clock, ids, ratelimit
from core.actor import Actor
from dynamo.errors import TransactionCancelled, TransactionConflict
from dynamo.gather import gather
from dynamo.table import Write, transact
from newsfeed import limits
from newsfeed.errors import CommentNotFound, CommentsLocked, PostLocked, PostNotFound
from newsfeed.items import (
    Access,
    Card,
    Comment,
    CommentView,
    DeletedBy,
    Notification,
    NotificationKind,
    PostState,
)
from newsfeed.repository import (
    BLOCK_LABEL,
    CARD_LABEL,
    COMMENT_LABEL,
    COUNT_LABEL,
    KEY_LABEL,
    PARENT_LABEL,
    CommentRepository,
    NotificationRepository,
    PostRepository,
)
from newsfeed.services.reading import find_readable
from newsfeed.services.remembering import RememberedKey
from newsfeed.services.standing import checking_unblocked
from newsfeed.texts import clean_comment
from users import services as users

TRIES = 5  # of taking one away, when others reply to it or do the same meanwhile

_comments = CommentRepository()
_notifications = NotificationRepository()
_posts = PostRepository()


def add_comment(
    *,
    author_sub: str,
    post_id: str,
    text: str,
    actor: Actor,
    reply_to: str = "",
    idempotency_key: str = "",
) -> CommentView:
    """Tells the post's author, and whom a reply answers. A reply to a reply stands below the same
    comment. A repeat with the same `idempotency_key` within a day gives the comment that is there.

    Raises Invalid (`text`), PostNotFound, PostLocked, CommentsLocked, CommentNotFound (what is
    replied to), IdempotencyKeyReused, RateLimited.
    """
    text = clean_comment(text)
    card, answered = gather(
        partial(_commentable, post_id, author_sub), partial(_answered, post_id, reply_to)
    )
    ratelimit.hit(limits.COMMENTS, author_sub)
    comment = Comment(
        comment_id=ids.new_id(),
        post_id=post_id,
        user_id=author_sub,
        text=text,
        parent_id=answered.thread_id if answered else "",
        answers=answered.comment_id if answered and answered.parent_id else "",
    )
    asked = f"{post_id}\n{reply_to}\n{text}"
    key = RememberedKey("comment", author_sub, idempotency_key, asked=asked)
    remembering = key.writes(comment.comment_id, comment_id=comment.comment_id)
    try:
        write_comment(comment, card, answered, more=remembering)
    except TransactionCancelled as error:
        if not error.failed(KEY_LABEL):
            raise
        earlier = key.checked(error.item(KEY_LABEL))["comment_id"]
        comment = _there(_comments.find(post_id, earlier))
    return _own_view(comment)


def write_comment(
    comment: Comment, card: Card, answered: Comment | None = None, *, more: Iterable[Write] = ()
) -> None:
    """With what others are told of it, under the same id, and with `more`. Raises PostNotFound when
    the post was deleted or closed to its author meanwhile, CommentsLocked, CommentNotFound."""
    told = _told(comment, card, answered)
    writes = [*_comments.adding(comment), _posts.checking_open(comment.post_id), *more]
    for other in {card.user_id, answered.user_id if answered else card.user_id}:
        writes += checking_unblocked(comment.user_id, other)
    try:
        _write([*writes, *map(_notifications.adding, told)])
    except TransactionCancelled as error:
        if not error.failed(BLOCK_LABEL):
            raise
        of_the_post = answered is None or answered.user_id == card.user_id
        raise (PostNotFound if of_the_post else CommentNotFound) from error


def edit_comment(
    *, user_sub: str, post_id: str, comment_id: str, text: str, actor: Actor
) -> CommentView:
    """One's own, as long as comments are open. The same text changes nothing.

    Raises Invalid (`text`), PostNotFound, PostLocked, CommentsLocked, CommentNotFound (also for
    others'), RateLimited.
    """
    text = clean_comment(text)
    card, comment = gather(
        partial(_commentable, post_id, user_sub), partial(_answered, post_id, comment_id)
    )
    if comment is None or comment.user_id != user_sub:
        raise CommentNotFound
    if text == comment.text:
        return _own_view(comment)
    ratelimit.hit(limits.COMMENTS, user_sub)
    edited = replace(comment, text=text, edited_at=clock.now())
    writes = [_comments.editing(edited), _posts.checking_open(post_id)]
    writes += checking_unblocked(user_sub, card.user_id)
    try:
        _write(writes)
    except TransactionCancelled as error:
        if error.failed(BLOCK_LABEL):
            raise PostNotFound from error
        if error.failed(COMMENT_LABEL):
            raise CommentNotFound from error
        raise
    return _own_view(edited)


def delete_comment(*, user_sub: str, post_id: str, comment_id: str, actor: Actor) -> None:
    """One's own comment, or any on one's own post; while it has replies, its place stays. Raises
    CommentNotFound, also for others'."""
    if not (ids.is_id(post_id) and ids.is_id(comment_id)):
        raise CommentNotFound
    card, comment = gather(
        partial(_posts.find_card, post_id), partial(_comments.find, post_id, comment_id)
    )
    owners = {comment.user_id if comment else "", card.user_id if card else ""}
    if comment is None or user_sub not in owners:
        raise CommentNotFound
    by = DeletedBy.AUTHOR if comment.user_id == user_sub else DeletedBy.POST_AUTHOR
    remove_comment(comment, card, by=by)


def remove_comment(comment: Comment, card: Card | None, *, by: DeletedBy) -> None:
    """With what others were told of it. Raises CommentNotFound when it is gone already, or goes
    with its post right now."""
    left: Comment | None = comment
    for _ in range(TRIES):
        if left is None or left.deleted_by:
            raise CommentNotFound
        try:
            return transact(_removal(left, card, by))
        except TransactionCancelled as error:
            if error.failed(COUNT_LABEL):
                raise CommentNotFound from error
        left = _comments.find(comment.post_id, comment.comment_id)
    raise TransactionConflict("A comment changes all the time.")


def _removal(comment: Comment, card: Card | None, by: DeletedBy) -> list[Write]:
    def find(comment_id: str) -> Comment | None:
        return _comments.find(comment.post_id, comment_id) if comment_id else None

    parent, answered, said = gather(
        partial(find, comment.parent_id),
        partial(find, comment.answers),
        partial(_comments.find_said, comment),
    )
    writes = _comments.removing(comment, parent=parent, said=said, by=by)
    told = _told(comment, card, answered or parent)
    return writes + [_notifications.removing(each.user_id, each.notification_id) for each in told]


def _told(comment: Comment, card: Card | None, answered: Comment | None) -> list[Notification]:
    """Who is answered hears of that, and not once more as the post's author; nobody hears of
    themselves."""
    kinds = {card.user_id: NotificationKind.COMMENTED} if card else {}
    if answered and not answered.deleted_by:
        kinds[answered.user_id] = NotificationKind.REPLIED
    return [
        Notification(
            notification_id=comment.comment_id,
            user_id=each,
            kind=kind,
            actor_id=comment.user_id,
            post_id=comment.post_id,
        )
        for each, kind in kinds.items()
        if each != comment.user_id
    ]


def _commentable(post_id: str, viewer_sub: str) -> Card:
    card, access = find_readable(post_id, viewer_sub)
    if access is not Access.FULL:
        raise PostLocked
    if card.comments_locked or not card.is_published:
        raise CommentsLocked
    return card


def _answered(post_id: str, comment_id: str) -> Comment | None:
    """Raises CommentNotFound unless it is there; nothing where none is named."""
    if not comment_id:
        return None
    if not (ids.is_id(post_id) and ids.is_id(comment_id)):
        raise CommentNotFound
    return _there(_comments.find(post_id, comment_id))


def _there(found: Comment | None) -> Comment:
    if found is None or found.deleted_by:
        raise CommentNotFound
    return found


def _write(writes: list[Write]) -> None:
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(CARD_LABEL):
            card = error.item(CARD_LABEL)
            if card and card["state"] == str(PostState.PUBLISHED):
                raise CommentsLocked from error
            raise PostNotFound from error
        if error.failed(PARENT_LABEL):
            raise CommentNotFound from error
        raise


def _own_view(comment: Comment) -> CommentView:
    return CommentView(
        comment=comment,
        author=users.get_profile(comment.user_id),
        own=True,
        deletable=True,
        editable=True,
        reply_count=comment.replies,
    )
