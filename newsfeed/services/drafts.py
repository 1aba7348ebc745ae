"""Drafts: kept as typed, saved again and again while they are written, checked when published."""

from django.conf import settings
from django.utils.translation import gettext as _

from core import clock, ids, ratelimit
from core.actor import Actor
from core.errors import Invalid
from core.money import parse_money
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from newsfeed import limits
from newsfeed.errors import DraftChanged, DraftNotFound, DraftScheduled, TooManyDrafts
from newsfeed.items import DRAFT_LENGTH, Draft, DraftText, MediaState, Visibility, Written
from newsfeed.repository import (
    CARD_LABEL,
    DRAFT_COUNT_LABEL,
    DRAFT_LABEL,
    DraftRepository,
    PostRepository,
)
from newsfeed.services import media

PRICE_LENGTH, WARNING_LENGTH, MEDIA_MOST = 20, 1_000, 24

_drafts = DraftRepository()
_posts = PostRepository()


def save_draft(
    *, author_sub: str, draft_id: str, version: int, text: DraftText, actor: Actor
) -> Draft:
    """`version` is the one that was changed, 0 for a new draft, whose id the caller makes.

    What is stored already may be sent again: an answer that was lost costs nothing. Raises
    Invalid, DraftNotFound for one that is gone, DraftChanged, DraftScheduled, TooManyDrafts,
    RateLimited.
    """
    if not ids.is_id(draft_id):
        raise DraftNotFound
    _check(text)
    ratelimit.hit(limits.DRAFTS, author_sub)
    stored = _drafts.find(author_sub, draft_id)
    if stored and stored.text == text and stored.due is None:
        return stored
    if stored is None:
        return _added(author_sub, draft_id, version, text)
    if stored.due is not None:
        raise DraftScheduled
    if stored.version != version:
        raise DraftChanged
    try:
        transact([_drafts.changing(stored, text), *_files(stored, text)])
    except TransactionCancelled as error:
        if error.failed(DRAFT_LABEL):
            raise DraftChanged from error
        media.say_what_failed(error)
        raise
    return find_draft(author_sub=author_sub, draft_id=draft_id)


def find_draft(*, author_sub: str, draft_id: str) -> Draft:
    """One's own, a scheduled one too. Raises DraftNotFound."""
    draft = _drafts.find(author_sub, draft_id) if ids.is_id(draft_id) else None
    if draft is None:
        raise DraftNotFound
    return draft


def list_drafts(*, author_sub: str) -> list[Draft]:
    """Those that are not scheduled, the one that was changed last first."""
    found = [each for each in _drafts.list_of(author_sub) if each.due is None]
    return sorted(found, key=lambda draft: draft.updated_at, reverse=True)


def discard_draft(*, author_sub: str, draft_id: str, actor: Actor) -> None:
    """For good, a scheduled one too. Raises DraftNotFound, DraftChanged."""
    draft = find_draft(author_sub=author_sub, draft_id=draft_id)
    try:
        transact([*_drafts.removing(draft), *_files(draft, DraftText())])
    except TransactionCancelled as error:
        if error.failed(DRAFT_LABEL):
            find_draft(author_sub=author_sub, draft_id=draft_id)
            raise DraftChanged from error
        media.say_what_failed(error)
        raise


def written_of(text: DraftText) -> Written:
    """What it would be as a post. Raises Invalid (`visibility`, `unlock_price`)."""
    if text.visibility not in set(Visibility):
        raise _invalid("visibility", _("Choose who may read it."))
    visibility = Visibility(text.visibility)
    price = text.price.strip()
    if visibility is Visibility.PAID and not price:
        raise _invalid("unlock_price", _("Type what it costs to unlock the post."))
    return Written(
        body=text.body,
        visibility=visibility,
        unlock_price=_amount(price) if price else 0,
        warning=text.warning,
        media_ids=text.media_ids,
    )


def _amount(price: str) -> int:
    return parse_money(price, settings.BILLING_CURRENCY, field="unlock_price")


def _added(author_sub: str, draft_id: str, version: int, text: DraftText) -> Draft:
    if version:
        raise DraftNotFound
    if not (text.body.strip() or text.warning.strip() or text.media_ids):
        raise _invalid("body", _("Write something."))
    draft = Draft(
        draft_id=draft_id, user_id=author_sub, text=text, version=1, updated_at=clock.now()
    )
    try:
        free = _posts.checking_unused(draft_id)
        transact([free, *_drafts.adding(draft), *_holding(draft, text)])
    except TransactionCancelled as error:
        if error.failed(CARD_LABEL):
            raise DraftNotFound from error
        if error.failed(DRAFT_LABEL):
            raise DraftChanged from error
        if error.failed(DRAFT_COUNT_LABEL):
            raise TooManyDrafts from error
        media.say_what_failed(error)
        raise
    return draft


def _files(draft: Draft, text: DraftText) -> list[Write]:
    """For a draft that is there already."""
    writes = _holding(draft, text)
    return [media.of_draft_write(draft.draft_id), *writes] if writes else []


def _holding(draft: Draft, text: DraftText) -> list[Write]:
    """Holding the uploads that are ready, so that no job takes them for unused, and letting go of
    what is left out. One that is still looked at is held when the draft is saved next."""
    named = [*draft.text.media_ids, *text.media_ids]
    found = media.list_own(user_sub=draft.user_id, media_ids=named)
    held = [each for each in found if each.post_id == draft.draft_id]
    wanted = [
        each.media_id
        for each in found
        if each.media_id in text.media_ids and each.state is MediaState.READY and not each.post_id
    ]
    dropped = [each for each in held if each.media_id not in text.media_ids]
    return [
        *media.attaching_writes(draft.draft_id, wanted),
        *media.releasing_writes(draft.draft_id, dropped, user_sub=draft.user_id),
    ]


def _check(text: DraftText) -> None:
    lengths = {
        "body": (text.body, DRAFT_LENGTH),
        "unlock_price": (text.price, PRICE_LENGTH),
        "warning": (text.warning, WARNING_LENGTH),
    }
    for field, (typed, most) in lengths.items():
        if len(typed) > most:
            raise _invalid(field, _("Use at most %(high)d characters.") % {"high": most})
        if any("\ud800" <= character <= "\udfff" for character in typed):
            raise _invalid(field, _("Remove the characters that are none."))
    if text.visibility and text.visibility not in set(Visibility):
        raise _invalid("visibility", _("Choose who may read it."))
    if len(text.media_ids) > MEDIA_MOST or not all(map(ids.is_id, text.media_ids)):
        raise _invalid("media_ids", _("Name each file by its id."))


def _invalid(field: str, text: str) -> Invalid:
    return Invalid(errors={field: [text]})
