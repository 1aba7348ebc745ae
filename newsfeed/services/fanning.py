"""Telling the followers of an author about a post, a page of followers at a time; or letting them
look for it, where they are very many."""

from collections.abc import Sequence

from django.conf import settings

from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind
from newsfeed.items import Audience, Card, Pointer, Visibility
from newsfeed.repository import (
    AUDIENCE_LABEL,
    AudienceRepository,
    FeedRepository,
    PeopleRepository,
    PostRepository,
)
from newsfeed.services import heads

FOLLOWERS_AT_ONCE = 1000
TURNED_AT_ONCE = 49  # two actions each, and one for all, in one transaction
_EVERYWHERE = frozenset({Visibility.PUBLIC, Visibility.PAID})  # explore shows teasers too

_audiences = AudienceRepository()
_feeds = FeedRepository()
_people = PeopleRepository()
_posts = PostRepository()


def fan_out(post_id: str, *, after: str) -> tuple[str, list[Write]]:
    """Write the pointers of one page of followers; the follower to go on from, "" at the end, and
    what belongs into the transaction that ends the job.

    The first page also goes to explore, to the author's own feed and into the row that followers
    look up. Repeating it writes the same bytes again. A post that is gone, or was made private,
    goes nowhere. Of an author whose followers look for posts nobody is told: they find it.
    """
    card = _posts.find_card(post_id)
    if card is None or not _is_told(card):
        return "", []
    if after:
        return _push(card, after=after), []
    _show_everywhere(card)
    heads.rebuild(card.user_id)
    audience = _audiences.find(card.user_id)
    pulled = _should_pull(audience)
    turning = _turning(card.user_id, pulled=pulled) if pulled != audience.pulled else []
    if pulled:
        _feeds.push([(card.user_id, _pointer(card))])
        return "", turning
    return _push(card, after=""), turning


def turn(author_sub: str, *, pulled: bool, after: str) -> str:
    """Write down for one page of followers that they look for this author's posts: without an end,
    or when it is over for as long as the posts of that time are shown. The follower to go on
    from, "" at the end, and where the author has turned again meanwhile.

    Each under the condition that they still follow, which it must not outlive, and that the author
    has not turned again: what that turn wrote down must stay.
    """
    if _audiences.find(author_sub).pulled != pulled:
        return ""
    readers, more = _people.list_followers(
        author_sub, after=after, limit=FOLLOWERS_AT_ONCE, consistent=True
    )
    for at in range(0, len(readers), TURNED_AT_ONCE):
        if not _pull(author_sub, readers[at : at + TURNED_AT_ONCE], lasting=pulled):
            return ""
    return readers[-1] if more and readers else ""


def _push(card: Card, *, after: str) -> str:
    readers, more = _people.list_followers(card.user_id, after=after, limit=FOLLOWERS_AT_ONCE)
    last = readers[-1] if more and readers else ""
    if not after:
        readers = [card.user_id, *readers]
    pointer = _pointer(card)
    _feeds.push((reader, pointer) for reader in readers)
    return last


def _should_pull(audience: Audience) -> bool:
    """Between the two numbers it stays as it is, or it would turn with each follow and unfollow."""
    if settings.FANOUT != "auto":
        way: str = settings.FANOUT
        return way == "pull"
    push_below: int = settings.FANOUT_PUSH_BELOW
    pull_above: int = settings.FANOUT_PULL_ABOVE
    followers = audience.followers
    return followers >= push_below if audience.pulled else followers > pull_above


def _turning(author_sub: str, *, pulled: bool) -> list[Write]:
    """Who follows from this transaction on follows the other way; the job sees to all before."""
    ids = {"user_sub": author_sub, "to": "pull" if pulled else "push"}
    return [
        *_audiences.turning(author_sub, pulled=pulled),
        jobs.enqueue_write(JobKind.FEED_TURN, ids=ids, lane=Lane.BULK),
    ]


def _pull(author_sub: str, readers: Sequence[str], *, lasting: bool) -> bool:
    """All but those who stopped following since they were listed. False: the author has turned
    again."""
    left = list(readers)
    while left:
        writes = [_audiences.checking(author_sub, left[0], pulled=lasting)]
        for reader in left:
            writes += _people.pulling(reader, author_sub, lasting=lasting)
        try:
            transact(writes)
        except TransactionCancelled as error:
            if error.failed(AUDIENCE_LABEL):
                return False
            gone = set(error.labels) & set(left)
            if not gone:
                raise
            left = [reader for reader in left if reader not in gone]
        else:
            return True
    return True


def _pointer(card: Card) -> Pointer:
    return Pointer(post_id=card.post_id, author_id=card.user_id)


def _is_told(card: Card) -> bool:
    """Whether followers hear of it at all."""
    return card.is_published and card.visibility is not Visibility.PRIVATE


def _show_everywhere(card: Card) -> None:
    if card.visibility in _EVERYWHERE:
        _posts.publicise(card)
