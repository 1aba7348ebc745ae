"""Muting: somebody's posts leave one's lists, and what they do is not told. They cannot notice."""

from dataclasses import replace

from core import ids, ratelimit
from core.actor import Actor
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact
from newsfeed import limits
from newsfeed.errors import NotYourself
from newsfeed.items import PeoplePage
from newsfeed.repository import BLOCK_LABEL, MUTE_LABEL, RelationRepository
from newsfeed.services.listing import people_page
from newsfeed.services.reading import relations_of
from newsfeed.services.standing import checking_unblocked
from users import services as users
from users.errors import UserNotFound

_relations = RelationRepository()


def mute(*, user_sub: str, other_sub: str, actor: Actor) -> None:
    """Doing it again changes nothing. Raises NotYourself, RateLimited, and UserNotFound, also
    for whom one blocked or is blocked by."""
    if user_sub == other_sub:
        raise NotYourself
    if users.find_profile(other_sub) is None:
        raise UserNotFound
    ratelimit.hit(limits.RELATIONS, user_sub)
    writes = _relations.muting(user_sub, other_sub, made=ids.new_id())
    _unless_so([*writes, *checking_unblocked(user_sub, other_sub)])


def unmute(*, user_sub: str, other_sub: str, actor: Actor) -> None:
    """Repeating it changes nothing. Raises UserNotFound for what cannot be an account."""
    if not ids.is_id(other_sub):
        raise UserNotFound
    _unless_so(_relations.unmuting(user_sub, other_sub))


def list_muted(*, viewer_sub: str, cursor: str = "") -> PeoplePage:
    """Whom this person muted, but for whom they blocked or who blocked them since. Raises
    CursorForged and CursorExpired."""
    page, relations = gather(
        lambda: people_page(_relations.list_muted, viewer_sub, cursor, "muted"),
        lambda: relations_of(viewer_sub, consistent=True),
    )
    shown = [person for person in page.items if person.user_sub not in relations.blocked]
    return replace(page, items=shown)


def _unless_so(writes: list[Write]) -> None:
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(BLOCK_LABEL):
            raise UserNotFound from error
        if not error.failed(MUTE_LABEL):
            raise
