"""Blocking: from the next read on, two people see nothing of each other."""

from core import ids, ratelimit
from core.actor import Actor
from core.errors import Conflict
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from newsfeed import limits
from newsfeed.errors import NotYourself
from newsfeed.items import PeoplePage
from newsfeed.repository import (
    BLOCK_LABEL,
    BLOCKED_LABEL,
    FOLLOW_LABEL,
    PeopleRepository,
    RelationRepository,
)
from newsfeed.services.listing import people_page
from users import services as users
from users.errors import UserNotFound

TRIES = 8  # somebody follows, or stops, right then

_people = PeopleRepository()
_relations = RelationRepository()


def block(*, user_sub: str, other_sub: str, actor: Actor) -> None:
    """Both see nothing of each other, and neither follows the other any more; in one transaction,
    of which nobody is told.

    Doing it again changes nothing. Raises NotYourself, RateLimited, Conflict when they follow and
    unfollow all the while, and UserNotFound, also when it was the other who blocked: that looks
    like an account that is not there.
    """
    if user_sub == other_sub:
        raise NotYourself
    if users.find_profile(other_sub) is None:
        raise UserNotFound
    ratelimit.hit(limits.RELATIONS, user_sub)
    for _try in range(TRIES):
        try:
            transact(_blocking(user_sub, other_sub))
        except TransactionCancelled as error:
            if error.failed(BLOCKED_LABEL):
                raise UserNotFound from error
            if error.failed(BLOCK_LABEL):
                return
            if error.failed(FOLLOW_LABEL):
                continue
            raise
        return
    raise Conflict


def unblock(*, user_sub: str, other_sub: str, actor: Actor) -> None:
    """They may see each other again; who followed whom has to follow anew. Repeating it changes
    nothing. Raises UserNotFound for what cannot be an account."""
    if not ids.is_id(other_sub):
        raise UserNotFound
    try:
        transact(_relations.unblocking(user_sub, other_sub))
    except TransactionCancelled as error:
        if not error.failed(BLOCK_LABEL):
            raise


def list_blocked(*, viewer_sub: str, cursor: str = "") -> PeoplePage:
    """Whom this person blocked. Raises CursorForged and CursorExpired."""
    return people_page(_relations.list_blocked, viewer_sub, cursor, "blocked")


def _blocking(user_sub: str, other_sub: str) -> list[Write]:
    there, back = _people.follow_each_other(user_sub, other_sub)
    return [
        *_relations.blocking(user_sub, other_sub, made=ids.new_id()),
        *_ending_follow(user_sub, other_sub, so=there),
        *_ending_follow(other_sub, user_sub, so=back),
    ]


def _ending_follow(user_sub: str, author_sub: str, *, so: bool | None) -> list[Write]:
    """`so`: whether the follow is counted, None without one. Fails under FOLLOW_LABEL when it is
    not so any more."""
    if so is not None:
        return _people.unfollowing(user_sub, author_sub, counted=so)
    return [_relations.checking_strangers(user_sub, author_sub)]
