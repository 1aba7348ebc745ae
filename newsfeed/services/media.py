"""Uploads: taken in, described, attached to posts, and removed with them or when nobody uses them.

The row comes before its files and goes before them: a run that broke off leaves a row that a job
finds, never a file that nothing names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock, ids, ratelimit
from core.actor import Actor
from core.errors import Invalid
from dynamo.deadlines import new_deadline
from dynamo.errors import TransactionCancelled, TransactionConflict
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind
from newsfeed import limits, media_files, media_types
from newsfeed.errors import MediaInUse, MediaNotFound
from newsfeed.items import (
    FILES_MOST,
    PICTURES_MOST,
    Attachment,
    Media,
    MediaKind,
    MediaState,
    Variant,
)
from newsfeed.media_files import ORIGINAL
from newsfeed.repository import MEDIA_LABEL, ROOM_LABEL, MediaRepository, PostRepository
from newsfeed.texts import clean_alt

UNUSED_AFTER = timedelta(hours=24)
TRIES = 5  # of describing a file while its post is edited
STORING_SECONDS = 4.0  # after a body that took its time to arrive

_media = MediaRepository()
_posts = PostRepository()


def upload(*, author_sub: str, file: BinaryIO, name: str, actor: Actor, alt: str = "") -> Media:
    """Keep a file for a post to come; a day later it is gone unless a post holds it.

    A picture is `pending` until a job has written it anew. Raises Invalid (`file`, `alt`),
    RateLimited, ServiceUnavailable.
    """
    alt = clean_alt(alt)
    with new_deadline(STORING_SECONDS):
        ratelimit.hit(limits.UPLOADS, author_sub)
    found = _recognised(file)
    media = Media(
        media_id=ids.new_id(),
        user_id=author_sub,
        kind=found.kind,
        state=MediaState.PENDING,
        content_type=found.content_type,
        name=media_types.clean_name(name, found.content_type),
        alt=alt,
        size=found.size,
        updated_at=clock.now(),
    )
    with new_deadline(STORING_SECONDS):
        _add(media)
    file.seek(0)
    is_picture = media.kind is MediaKind.PICTURE
    media_files.save(media.media_id, ORIGINAL if is_picture else Variant.FULL, file)
    with new_deadline(STORING_SECONDS):
        if is_picture:
            jobs.enqueue(JobKind.MEDIA, ids=_named(media))
            return media
        _media.finish(media.media_id)
    return replace(media, state=MediaState.READY)


def find_own(*, user_sub: str, media_id: str) -> Media:
    """Raises MediaNotFound, also for somebody else's."""
    media = _media.find(media_id) if ids.is_id(media_id) else None
    if media is None or media.user_id != user_sub:
        raise MediaNotFound
    return media


def list_own(*, user_sub: str, media_ids: Sequence[str]) -> list[Media]:
    """Those of them that are there and this person's, in their order."""
    wanted = [each for each in dict.fromkeys(media_ids) if ids.is_id(each)]
    found = _media.find_many(wanted[: 2 * (PICTURES_MOST + FILES_MOST)])
    mine = (found[each] for each in wanted if each in found)
    return [media for media in mine if media.user_id == user_sub]


def previewed(*, user_sub: str, media_ids: Sequence[str]) -> tuple[tuple[Attachment, ...], int]:
    """What a post with these would hold as far as it is ready, and how many are not yet."""
    found = list_own(user_sub=user_sub, media_ids=media_ids)
    ready = tuple(_attachment(each) for each in found if each.state is MediaState.READY)
    return ready, sum(each.state is MediaState.PENDING for each in found)


def attached_to(post_ids: Mapping[str, str]) -> dict[str, Attachment]:
    """By media id, what these posts hold of what is asked for, which names them by media id. For
    who may read all of them; a moment behind what is written."""
    found = _media.find_many(post_ids, consistent=False) if post_ids else {}
    return {
        media_id: _attachment(media)
        for media_id, media in found.items()
        if media.post_id == post_ids[media_id]
    }


def describe(*, user_sub: str, media_id: str, alt: str, actor: Actor) -> Media:
    """Say what a picture shows, for who cannot see it; a post that holds it says so too.

    Raises Invalid (`alt`), MediaNotFound.
    """
    alt = clean_alt(alt)
    for _try in range(TRIES):
        media = find_own(user_sub=user_sub, media_id=media_id)
        post = _media.redescribing(media, alt) if media.post_id else []
        if media.alt == alt and not post:  # an edit at the same time may have kept the old words
            return media
        try:
            transact([_media.describing(media, alt), *post])
        except TransactionCancelled:
            continue  # the post, or what holds the file, changed right then
        return replace(media, alt=alt)
    raise TransactionConflict("A post changes all the time.")


def delete(*, user_sub: str, media_id: str, actor: Actor) -> None:
    """Raises MediaNotFound; MediaInUse for what a post holds."""
    media = find_own(user_sub=user_sub, media_id=media_id)
    if media.post_id:
        raise MediaInUse
    if not _remove(media):
        raise MediaInUse


def attachments_for(
    author_sub: str, media_ids: Sequence[str], *, held_by: str = ""
) -> tuple[Attachment, ...]:
    """What a post may hold of these uploads, in their order. Raises Invalid (`media_ids`).

    `held_by` names the post or draft that may hold them already: the one that is edited, or that
    the post is made of.
    """
    if len(set(media_ids)) != len(media_ids) or not all(map(ids.is_id, media_ids)):
        raise _refused(_("Name each file once, by its id."))
    if not media_ids:
        return ()
    if len(media_ids) > PICTURES_MOST + FILES_MOST:
        raise _too_many()
    found = _media.find_many(media_ids)
    for media_id in media_ids:
        _check_attachable(found.get(media_id), author_sub, held_by)
    media = [found[each] for each in media_ids]
    pictures_of = [each for each in media if each.kind is MediaKind.PICTURE]
    if len(pictures_of) > PICTURES_MOST or len(media) - len(pictures_of) > FILES_MOST:
        raise _too_many()
    return tuple(_attachment(each) for each in media)


def attaching_writes(holder: str, media_ids: Iterable[str], *, held_by: str = "") -> list[Write]:
    """Make this post or draft the one that holds them; for the transaction that writes it.

    Fails under MEDIA_LABEL when one is gone or another holds it: see `say_what_failed`.
    """
    return _media.attaching(holder, media_ids, held_by)


def releasing_writes(
    holder: str, media: Iterable[Attachment | Media], *, user_sub: str
) -> list[Write]:
    """Held no more; a day later they are gone, unless they are attached again."""
    media_ids = [each.media_id for each in media]
    removals = [_removal({"media_id": each, "user_sub": user_sub}) for each in media_ids]
    return [*_media.releasing(holder, media_ids), *removals]


def of_draft_write(draft_id: str) -> Write:
    """For a transaction that takes files from a draft: ids of drafts are made by who writes them,
    and one could be that of a post. Fails under MEDIA_LABEL then."""
    return _media.checking_no_post(draft_id)


def say_what_failed(error: TransactionCancelled) -> None:
    """Raises Invalid (`media_ids`) when it was a file that stopped the transaction."""
    if error.failed(MEDIA_LABEL):
        raise _refused(_("One of the files is gone, or in another post by now.")) from error


def remove_unused(media_id: str) -> list[Write]:
    """What the job does a day after an upload, or after a post let go of it; what it asks for
    when somebody worked on it since."""
    media = _media.find(media_id)
    if media is None:
        media_files.delete(media_id)
        return []
    left = media.updated_at + UNUSED_AFTER - clock.now()
    if not media.post_id and left > timedelta(0):
        return [_removal(_named(media), after=left)]
    if not media.post_id:
        _remove(media)
    return []


def remove_of_post(post_id: str) -> None:
    """All that a post holds, for good; before its content goes, which names them."""
    content = _posts.find_content(post_id)
    attached = [each.media_id for each in content.attachments] if content else []
    found = _media.find_many(attached)
    for media_id in attached:
        media = found.get(media_id)
        if media is None:  # its row went, and the run broke off before its files did
            media_files.delete(media_id)
        elif media.post_id == post_id:
            _remove(media)


def _recognised(file: BinaryIO) -> media_types.Found:
    try:
        return media_types.recognise(file)
    except media_types.Refused as error:
        raise Invalid(errors={"file": [error.message]}) from error


def _add(media: Media) -> None:
    removal = _removal(_named(media))
    try:
        transact([*_media.adding(media, room=limits.ROOM_BYTES), removal])
    except TransactionCancelled as error:
        if error.failed(ROOM_LABEL):
            text = _("You keep 500 MB of files here. Delete some, then try again.")
            raise Invalid(errors={"file": [text]}) from error
        raise


def _remove(media: Media) -> bool:
    """False when something holds it by now."""
    try:
        transact(_media.removing(media))
    except TransactionCancelled as error:
        if not error.failed(MEDIA_LABEL):
            raise
        if _media.find(media.media_id) is not None:
            return False
    media_files.delete(media.media_id)
    return True


def _removal(named: Mapping[str, str], *, after: timedelta = UNUSED_AFTER) -> Write:
    due = clock.now() + after
    return jobs.enqueue_write(JobKind.MEDIA_REMOVAL, ids=named, due=due, lane=Lane.BULK)


def _named(media: Media) -> dict[str, str]:
    return {"media_id": media.media_id, "user_sub": media.user_id}


def _check_attachable(media: Media | None, author_sub: str, held_by: str) -> None:
    if media is None or media.user_id != author_sub:
        raise _refused(_("One of the files is not there. Choose it again."))
    if media.post_id and media.post_id != held_by:
        raise _refused(_("One of the files is in another post. Upload it once more."))
    if media.state is MediaState.PENDING:
        raise _refused(_("A picture is still being prepared. Try again in a moment."))
    if media.state is MediaState.REFUSED:
        raise _refused(_("One of the pictures could not be used. Remove it."))


def _attachment(media: Media) -> Attachment:
    return Attachment(
        media_id=media.media_id,
        kind=media.kind,
        content_type=media.content_type,
        name=media.name,
        alt=media.alt,
        size=media.size,
        width=media.width,
        height=media.height,
    )


def _refused(text: str | Promise) -> Invalid:
    return Invalid(errors={"media_ids": [text]})


def _too_many() -> Invalid:
    text = _now("A post holds at most %(pictures)d pictures and %(files)d files.")
    return _refused(text % {"pictures": PICTURES_MOST, "files": FILES_MOST})
