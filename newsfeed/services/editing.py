"""Changing a post that is published. What it was before stays, for who could read it then."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from core import clock, ids, ratelimit
from core.actor import Actor
from core.errors import Invalid
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write, transact
from newsfeed import limits
from newsfeed.errors import PostChanged, PostLocked, PostNotFound
from newsfeed.gate import access_of
from newsfeed.items import (
    Access,
    Card,
    Post,
    PostView,
    Revision,
    RevisionPage,
    RevisionView,
    Viewer,
    Visibility,
    Written,
)
from newsfeed.repository import (
    CARD_LABEL,
    SALE_LABEL,
    MarkRepository,
    PeopleRepository,
    PostRepository,
    RevisionRepository,
    SalesRepository,
)
from newsfeed.services import cursors, media
from newsfeed.services.publishing import compose, fan_out_write, own_view
from newsfeed.services.reading import find_readable
from newsfeed.texts import whole

AT_ONCE = 5  # versions of a page: each may be as long as a post

_marks = MarkRepository()
_people = PeopleRepository()
_posts = PostRepository()
_sales = SalesRepository()
_revisions = RevisionRepository()


def editable_post(*, author_sub: str, post_id: str) -> Post:
    """One's own post with all of its text, as one edits it. Raises PostNotFound."""
    found = _revisions.find_whole(post_id) if ids.is_id(post_id) else None
    if found is None or found[0].user_id != author_sub or not found[0].is_published:
        raise PostNotFound
    card, content = found
    return Post(card=card, body=content.body, attachments=content.attachments)


def edit_post(
    *, author_sub: str, post_id: str, version: int, written: Written, actor: Actor
) -> PostView:
    """All of it anew: what `written` leaves out is gone. `version` is the one that was edited.

    Who may read it now finds it in their lists, who may not loses it at the next read. Sending
    what is there already changes nothing, also once more when the answer was lost. Raises
    PostNotFound, PostChanged, and of what is typed what publish_post() raises; `media_ids` that
    buyers have cannot be left out. RateLimited.
    """
    old = editable_post(author_sub=author_sub, post_id=post_id)
    if _was_answered(old, version, written):
        return own_view(old, None)
    if old.card.version != version:
        raise PostChanged
    new = _edited(old, written)
    if _said(new) == _said(old):
        return own_view(old, None)
    files = _files(old, new)
    ratelimit.hit(limits.EDITS, author_sub)
    writes = [*_revisions.editing(old.card, new, _former(old, new)), *files]
    moved = new.card.visibility is not old.card.visibility
    if moved and new.card.visibility is not Visibility.PRIVATE:
        writes.append(fan_out_write(new.card))
    try:
        transact(writes)
    except TransactionCancelled as error:
        if error.failed(CARD_LABEL):
            editable_post(author_sub=author_sub, post_id=post_id)
            raise PostChanged from error
        if error.failed(SALE_LABEL):
            raise _bought() from error
        media.say_what_failed(error)
        raise
    return own_view(new, None)


def lock_comments(*, author_sub: str, post_id: str, locked: bool, actor: Actor) -> None:
    """Whether nobody writes another comment; what is there stays. Doing it again changes
    nothing. Raises PostNotFound."""
    card = _posts.find_card(post_id) if ids.is_id(post_id) else None
    if card is None or card.user_id != author_sub or not card.is_published:
        raise PostNotFound
    try:
        transact([_revisions.locking_comments(card, locked=locked)])
    except TransactionCancelled as error:
        if error.failed(CARD_LABEL):
            raise PostNotFound from error
        raise


def list_revisions(*, viewer_sub: str | None, post_id: str, cursor: str = "") -> RevisionPage:
    """What the post was before, newest first, for who may read it now to the end.

    The gate decides anew for each: a version shows its text only to who could have read it then,
    and one that was private only to its author. Raises PostNotFound, PostLocked, CursorForged,
    CursorExpired.
    """
    route = f"history:{post_id}"
    before = cursors.read(cursor, viewer_sub=viewer_sub, route=route)
    card, access = find_readable(post_id, viewer_sub)
    if access is not Access.FULL:
        raise PostLocked
    (found, last), standing = gather(
        lambda: _revisions.list_of(post_id, before=before, limit=AT_ONCE),
        lambda: _standing(card, viewer_sub),
    )
    items = [_seen(each, card, viewer_sub, standing) for each in found]
    following = cursors.written(last, viewer_sub=viewer_sub, route=route) if last else ""
    return RevisionPage(items=items, next_cursor=following)


def _was_answered(old: Post, version: int, written: Written) -> bool:
    """Whether the version after the one that was edited says this: its answer was lost."""
    if old.card.version != version + 1:
        return False
    with suppress(Invalid):
        return _said(_edited(old, written)) == _said(old)
    return False


def _edited(old: Post, written: Written) -> Post:
    card = old.card
    attachments = media.attachments_for(card.user_id, written.media_ids, held_by=card.post_id)
    new = compose(card.post_id, card.user_id, written, attachments)
    now = clock.now()
    changed = replace(
        new.card,
        version=card.version + 1,
        updated_at=now,
        edited_at=now,
        comments_locked=card.comments_locked,
    )
    return replace(new, card=changed)


def _files(old: Post, new: Post) -> list[Write]:
    """Taking hold of what is new, and letting go of what is left out. Text that was bought stays
    in the post's history; a file would be gone, so people who bought it keep them all."""
    had = {each.media_id: each for each in old.attachments}
    has = {each.media_id: each for each in new.attachments}
    left_out = [each for name, each in had.items() if name not in has]
    if left_out and _sales.living(old.card.post_id) > 0:
        raise _bought()
    card = old.card
    added = [name for name in has if name not in had]
    return [
        *media.attaching_writes(card.post_id, added),
        *media.releasing_writes(card.post_id, left_out, user_sub=card.user_id),
        *(_sales.checking_unsold(card.post_id) if left_out else []),
    ]


def _bought() -> Invalid:
    text = _("People unlocked this post with these files. Add to them only.")
    return Invalid(errors={"media_ids": [text]})


def _said(post: Post) -> tuple[object, ...]:
    card = post.card
    media = tuple(each.media_id for each in post.attachments)
    sold_for = (card.visibility, card.unlock_price, card.currency)
    return post.body, card.warning, media, *sold_for


def _former(old: Post, new: Post) -> Revision:
    return Revision(
        version=old.card.version,
        until=new.card.updated_at,
        body=old.body,
        visibility=old.card.visibility,
        unlock_price=old.card.unlock_price,
        currency=old.card.currency,
        warning=old.card.warning,
        attachments=old.attachments,
    )


def _standing(card: Card, viewer_sub: str | None) -> tuple[bool, datetime | None]:
    """Whether the viewer follows the author, and since when they hold an unlock."""
    if viewer_sub is None or viewer_sub == card.user_id:
        return False, None
    return gather(
        lambda: _people.follows(viewer_sub, card.user_id),
        lambda: _marks.unlocked_at(viewer_sub, card.post_id),
    )


def _seen(
    each: Revision, card: Card, viewer_sub: str | None, standing: tuple[bool, datetime | None]
) -> RevisionView:
    """Who bought the post reads what was for sale, and whatever it was while it was theirs."""
    follows, unlocked_at = standing
    was = replace(card, visibility=each.visibility)
    bought = unlocked_at is not None and (
        each.visibility is Visibility.PAID or each.until > unlocked_at
    )
    viewer = Viewer(user_sub=viewer_sub, follows=follows, unlocked=bought)
    full = access_of(was, viewer) is Access.FULL
    if not full:
        return RevisionView(revision=replace(each, body="", warning="", attachments=()), text=None)
    return RevisionView(revision=each, text=whole(each.body))
