"""Reactions: one a person and post, to be changed and taken back."""

from functools import partial

from core import ids, ratelimit
from core.actor import Actor
from dynamo.errors import TransactionCancelled, TransactionConflict
from dynamo.gather import gather
from dynamo.table import Write, transact
from newsfeed import limits
from newsfeed.errors import PostLocked, PostNotFound, UnknownReaction
from newsfeed.items import (
    Access,
    Card,
    Notification,
    NotificationKind,
    Reaction,
    ReactionKind,
)
from newsfeed.repository import (
    BLOCK_LABEL,
    CARD_LABEL,
    COUNT_LABEL,
    REACTION_LABEL,
    NotificationRepository,
    PostRepository,
    ReactionRepository,
)
from newsfeed.services.reading import find_readable
from newsfeed.services.standing import checking_unblocked

TRIES = 5  # when the same person reacts twice at once

_notifications = NotificationRepository()
_posts = PostRepository()
_reactions = ReactionRepository()


def react(*, user_sub: str, post_id: str, kind: str, actor: Actor) -> None:
    """Instead of an earlier one; a repeat changes nothing. The author is told once, however often
    it comes and goes.

    Raises UnknownReaction (`kind`), PostNotFound, PostLocked, RateLimited.
    """
    if kind not in set(ReactionKind):
        raise UnknownReaction(errors={"kind": [UnknownReaction.message]})
    if not ids.is_id(post_id):
        raise PostNotFound
    card, before = gather(
        partial(_open, post_id, user_sub), partial(_reactions.find, post_id, user_sub)
    )
    if before and before.kind == kind:
        return
    ratelimit.hit(limits.REACTIONS, user_sub)
    _change(user_sub, card, ReactionKind(kind), before)


def unreact(*, user_sub: str, post_id: str, actor: Actor) -> None:
    """Taking back what is not there changes nothing; it needs no access to the post. Raises
    PostNotFound for what is no id."""
    if not ids.is_id(post_id):
        raise PostNotFound
    card, before = gather(
        partial(_posts.find_card, post_id), partial(_reactions.find, post_id, user_sub)
    )
    take_back(before, card)


def take_back(reaction: Reaction | None, card: Card | None) -> None:
    """With what the post's author was told of it. Raises PostNotFound when it goes with its post
    right now."""
    if reaction and card:
        _change(reaction.user_id, card, None, reaction)


def _change(user_sub: str, card: Card, kind: ReactionKind | None, before: Reaction | None) -> None:
    for _try in range(TRIES):
        if (before.kind if before else None) == kind:
            return None
        told = before.told if before else ids.new_id()
        after = Reaction(post_id=card.post_id, user_id=user_sub, kind=kind, told=told)
        try:
            return transact([*_reactions.changing(before, after), *_joined(before, after, card)])
        except TransactionCancelled as error:
            if error.failed(CARD_LABEL) or error.failed(BLOCK_LABEL):
                raise PostNotFound from error
            if not error.failed(REACTION_LABEL):
                if error.failed(COUNT_LABEL):
                    raise PostNotFound from error
                raise
        before = _reactions.find(card.post_id, user_sub)
    raise TransactionConflict("A reaction changes all the time.")


def _joined(before: Reaction | None, after: Reaction, card: Card) -> list[Write]:
    """A notification comes with the first kind, stays with the next, goes with the last."""
    writes: list[Write] = []
    others = card.user_id != after.user_id
    if after.kind:
        writes.append(_posts.checking_published(card.post_id))
        writes += checking_unblocked(after.user_id, card.user_id)
    if not others:
        return writes
    if after.kind is None:
        return [_notifications.removing(card.user_id, after.told)]
    if before is None or before.kind is None:
        writes.append(_notifications.adding(_told(after, card)))
    return writes


def _told(reaction: Reaction, card: Card) -> Notification:
    return Notification(
        notification_id=reaction.told,
        user_id=card.user_id,
        kind=NotificationKind.REACTED,
        actor_id=reaction.user_id,
        post_id=card.post_id,
    )


def _open(post_id: str, viewer_sub: str) -> Card:
    card, access = find_readable(post_id, viewer_sub)
    if access is not Access.FULL:
        raise PostLocked
    if not card.is_published:
        raise PostNotFound
    return card
