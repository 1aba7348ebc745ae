"""What becomes of an uploaded picture: what a post shows of it, written anew by a job."""

from django.utils.translation import gettext as _

from core import pictures
from newsfeed import media_files
from newsfeed.errors import MediaNotFound
from newsfeed.items import MediaState, Variant
from newsfeed.media_files import ORIGINAL
from newsfeed.repository import MediaRepository

_media = MediaRepository()


def prepare(media_id: str) -> None:
    """Draw it, or say why not; repeating it does no harm. Raises ServiceUnavailable."""
    media = _media.find(media_id)
    if media is not None and media.state is MediaState.PENDING:
        _draw(media_id)
    if _media.find(media_id) is None:
        media_files.delete(media_id)  # removed while it was drawn
    else:
        media_files.delete(media_id, ORIGINAL)


def _draw(media_id: str) -> None:
    try:
        drawn = pictures.variants(media_files.read(media_id, ORIGINAL))
    except pictures.PictureRefused as error:
        _media.refuse(media_id, str(error.message))
    except MediaNotFound:
        _media.refuse(media_id, _("The upload broke off. Choose the file again."))
    else:
        media_files.save(media_id, Variant.FULL, drawn.full)
        media_files.save(media_id, Variant.SMALL, drawn.small)
        media_files.save(media_id, Variant.PREVIEW, drawn.preview)
        _media.finish(media_id, width=drawn.width, height=drawn.height)
