"""One post on its own page."""

from contextlib import suppress

from core import ids
from core.errors import ServiceUnavailable
from dynamo.gather import gather
from newsfeed.errors import PostNotFound
from newsfeed.gate import access_of
from newsfeed.items import (
    Access,
    Attachment,
    Card,
    PostView,
    Relations,
    Standing,
    Viewer,
    Visibility,
)
from newsfeed.repository import (
    CommentRepository,
    MarkRepository,
    PeopleRepository,
    PostRepository,
)
from newsfeed.texts import whole
from users import services as users

LOOKS = 3

_comments = CommentRepository()
_marks = MarkRepository()
_people = PeopleRepository()
_posts = PostRepository()


class ContentMoved(Exception):
    """The post was edited between two reads: the gate has to be asked again."""


def read_post(*, viewer_sub: str | None, post_id: str) -> PostView:
    """All that this viewer may read. Raises PostNotFound, also for what they may not know of.

    The body is read only after the gate gave full access: without it, what has to be bought
    never enters the process. What was edited meanwhile may be closed to this viewer: it is
    looked at once more from the start.
    """
    if not ids.is_id(post_id):
        raise PostNotFound
    for _ in range(LOOKS):
        with suppress(ContentMoved):
            return _read(viewer_sub, post_id)
    raise ServiceUnavailable


def _read(viewer_sub: str | None, post_id: str) -> PostView:
    (card, counts), (standing, relations) = gather(
        lambda: _posts.find_with_counts(post_id), lambda: _standing(post_id, viewer_sub)
    )
    access = access_to(card, viewer_sub, unlocked=standing.unlocked, relations=relations)
    if card is None or access is Access.NONE:
        raise PostNotFound
    author, (text, attachments), unseen = gather(
        lambda: users.find_profile(card.user_id),
        lambda: _content(card, access),
        lambda: _said_by(relations.blocked, post_id, counts.comments),
    )
    if author is None:
        raise PostNotFound
    return PostView(
        card=card,
        access=access,
        author=author,
        text=text,
        has_more=False,
        own=card.user_id == viewer_sub,
        hidden=standing.hidden,
        comment_count=max(0, counts.comments - unseen),
        reactions=counts.reactions,
        reaction=standing.reaction,
        attachments=attachments,
    )


def access_to(
    card: Card | None,
    viewer_sub: str | None,
    *,
    unlocked: bool,
    relations: Relations,
    consistent: bool = True,
) -> Access:
    """Asks the gate; whether the viewer follows the author is looked up where it matters."""
    follows = (
        card is not None
        and card.visibility is Visibility.FOLLOWERS
        and viewer_sub is not None
        and _people.follows(viewer_sub, card.user_id, consistent=consistent)
    )
    viewer = Viewer(
        user_sub=viewer_sub,
        follows=follows,
        unlocked=unlocked,
        blocked=card is not None and card.user_id in relations.blocked,
    )
    return access_of(card, viewer)


def look(post_id: str, viewer_sub: str | None, *, consistent: bool) -> tuple[Card | None, Access]:
    """The card of a post with what the viewer may have of it; not whether its author is there."""
    card, access, _ = look_with_relations(post_id, viewer_sub, consistent=consistent)
    return card, access


def look_with_relations(
    post_id: str, viewer_sub: str | None, *, consistent: bool
) -> tuple[Card | None, Access, Relations]:
    """The same, with how the viewer stands to everybody else who is below the post."""
    (card, unlocked), relations = gather(
        lambda: _marks.look(post_id, viewer_sub, consistent=consistent),
        lambda: relations_of(viewer_sub, consistent=consistent),
    )
    access = access_to(
        card, viewer_sub, unlocked=unlocked, relations=relations, consistent=consistent
    )
    return card, access, relations


def relations_of(viewer_sub: str | None, *, consistent: bool) -> Relations:
    """How this viewer stands to others; nobody's are empty."""
    if viewer_sub is None:
        return Relations()
    return _people.relations_of(viewer_sub, consistent=consistent)


def find_readable(post_id: str, viewer_sub: str | None) -> tuple[Card, Access]:
    """A post of which the viewer may see something, by somebody who is there. Raises
    PostNotFound."""
    if not ids.is_id(post_id):
        raise PostNotFound
    card, access = look(post_id, viewer_sub, consistent=True)
    if card is None or access is Access.NONE or users.find_profile(card.user_id) is None:
        raise PostNotFound
    return card, access


def _said_by(people: frozenset[str], post_id: str, comments: int) -> int:
    return _comments.count_said(post_id, people, comments=comments) if people and comments else 0


def _standing(post_id: str, viewer_sub: str | None) -> tuple[Standing, Relations]:
    if viewer_sub is None:
        return Standing(), Relations()
    return gather(
        lambda: _marks.standing(post_id, viewer_sub),
        lambda: relations_of(viewer_sub, consistent=True),
    )


def _content(card: Card, access: Access) -> tuple[str, tuple[Attachment, ...]]:
    """Raises ContentMoved when what is there now was written after the card that opened it."""
    if access is not Access.FULL or not (card.has_more or card.media):
        return card.text, ()
    content = _posts.find_content(card.post_id)
    if content is None:
        raise PostNotFound
    if content.version > card.version:
        raise ContentMoved
    return whole(content.body), content.attachments
