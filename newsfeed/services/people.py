"""Following and unfollowing."""

from core import ids, ratelimit
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact
from newsfeed import limits
from newsfeed.errors import AuthorNotFound, OwnAccount
from newsfeed.items import Notification, NotificationKind, PeoplePage, PersonView
from newsfeed.repository import (
    AUDIENCE_LABEL,
    BLOCK_LABEL,
    FOLLOW_LABEL,
    AudienceRepository,
    NotificationRepository,
    PeopleRepository,
)
from newsfeed.services.listing import people_page
from newsfeed.services.reading import relations_of
from newsfeed.services.standing import checking_unblocked
from users import services as users
from users.errors import UserNotFound

_audiences = AudienceRepository()
_notifications = NotificationRepository()
_people = PeopleRepository()


def follow(*, follower_sub: str, author_sub: str, actor: Actor) -> None:
    """Tells the author. The posts they have are in the feed at its next read.

    Following somebody twice changes nothing, and going back and forth tells the author once.
    Raises OwnAccount, RateLimited, and AuthorNotFound, also when one of the two blocked the other.
    """
    if follower_sub == author_sub:
        raise OwnAccount
    if not ids.is_id(author_sub):
        raise AuthorNotFound
    profile, back_again, pulled = gather(
        lambda: users.find_profile(author_sub),
        lambda: _people.has_unfollowed(follower_sub, author_sub),
        lambda: _audiences.is_pulled(author_sub, follower_sub),
    )
    if profile is None:
        raise AuthorNotFound
    ratelimit.hit(limits.FOLLOWS, follower_sub)
    joined = checking_unblocked(follower_sub, author_sub)
    if not back_again:
        joined.append(_notifications.adding(_followed(follower_sub, author_sub)))
    try:
        _unless_so([*_people.following(follower_sub, author_sub, pulled=pulled), *joined])
    except TransactionCancelled as error:
        if not error.failed(AUDIENCE_LABEL):
            raise
        _unless_so([*_people.following(follower_sub, author_sub, pulled=not pulled), *joined])


def unfollow(*, follower_sub: str, author_sub: str, actor: Actor) -> None:
    """The author's posts are gone from the feed at its next read. Repeating it changes nothing.

    Raises AuthorNotFound for what cannot be an account.
    """
    if not ids.is_id(author_sub):
        raise AuthorNotFound
    if not _unless_so(_people.unfollowing(follower_sub, author_sub)):
        _unless_so(_people.unfollowing(follower_sub, author_sub, counted=False))


def is_following(*, follower_sub: str | None, author_sub: str) -> bool:
    if follower_sub is None or not ids.is_id(author_sub):
        return False
    return _people.follows(follower_sub, author_sub)


def view_person(*, viewer_sub: str, handle: str) -> PersonView:
    """Whoever has this handle, as the viewer stands to them.

    Raises UserNotFound, also when they blocked the viewer. Whom the viewer blocked is named, so
    that it can be taken back, and nothing more.
    """
    person, relations = gather(
        lambda: users.get_profile_by_handle(handle),
        lambda: relations_of(viewer_sub, consistent=True),
    )
    other = person.user_sub
    if other in relations.blocking:
        return PersonView(person=person, own=False, blocked=True)
    if other in relations.blocked:
        raise UserNotFound
    followed, counts = gather(
        lambda: _people.follows(viewer_sub, other), lambda: _audiences.counts_of(other)
    )
    return PersonView(
        person=person,
        own=other == viewer_sub,
        followed=followed,
        muted=other in relations.muted,
        counts=counts,
    )


def list_following(*, viewer_sub: str, cursor: str = "") -> PeoplePage:
    """Whom this person follows. Raises CursorForged and CursorExpired."""
    return people_page(_people.list_following, viewer_sub, cursor, "following")


def list_followers(*, viewer_sub: str, cursor: str = "") -> PeoplePage:
    """Who follows this person. Raises CursorForged and CursorExpired."""
    return people_page(_people.list_followers, viewer_sub, cursor, "followers")


def _followed(follower_sub: str, author_sub: str) -> Notification:
    return Notification(
        notification_id=ids.new_id(),
        user_id=author_sub,
        kind=NotificationKind.FOLLOWED,
        actor_id=follower_sub,
    )


def _unless_so(writes: list[Write]) -> bool:
    """False when it is so already."""
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(BLOCK_LABEL):
            raise AuthorNotFound from error
        if not error.failed(FOLLOW_LABEL):
            raise
        return False
    return True
