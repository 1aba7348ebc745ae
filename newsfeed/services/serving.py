"""Files of posts, each handed out only after the gate of its post; everything else is not there."""

from dataclasses import dataclass, replace

from core import ids
from dynamo.gather import gather
from newsfeed.errors import MediaNotFound
from newsfeed.items import Access, Card, Media, MediaKind, MediaState, Variant, Visibility
from newsfeed.repository import MediaRepository, PostRepository
from newsfeed.services.reading import look
from users import services as users

_media = MediaRepository()
_posts = PostRepository()


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """`keepable`: everybody here may see it, so a browser may keep it if it asks each time."""

    media: Media
    variant: Variant
    keepable: bool

    @property
    def content_type(self) -> str:
        return self.media.content_type

    @property
    def saved_as(self) -> str:
        """The name of a download; "" for what a page shows."""
        return "" if self.media.kind is MediaKind.PICTURE else self.media.name

    @property
    def etag(self) -> str:
        """A file never changes under its name."""
        return f'"{self.media.media_id}-{self.variant}"'


def find_served(*, viewer_sub: str | None, media_id: str, variant: str) -> Served:
    """Raises MediaNotFound: unknown, foreign, locked and not ready are all the same."""
    if not ids.is_id(media_id) or variant not in set(Variant):
        raise MediaNotFound
    media, wanted = _media.find(media_id), Variant(variant)
    if media is None or media.state is not MediaState.READY:
        raise MediaNotFound
    if media.kind is MediaKind.FILE and wanted is not Variant.FULL:
        raise MediaNotFound
    if not media.post_id:
        return _own(media, viewer_sub, wanted)
    (card, access), author = gather(
        lambda: look(media.post_id, viewer_sub, consistent=True),
        lambda: users.find_profile(media.user_id),
    )
    if card is None:
        return _own(media, viewer_sub, wanted)  # a draft holds it
    needed = Access.TEASER if wanted is Variant.PREVIEW else Access.FULL
    if author is None or access < needed or not _shows(card, media):
        raise MediaNotFound
    shown = media if access is Access.FULL else replace(media, alt="", name="")
    return Served(media=shown, variant=wanted, keepable=card.visibility is Visibility.PUBLIC)


def _own(media: Media, viewer_sub: str | None, variant: Variant) -> Served:
    if viewer_sub is None or media.user_id != viewer_sub:
        raise MediaNotFound
    return Served(media=media, variant=variant, keepable=False)


def _shows(card: Card, media: Media) -> bool:
    """Both sides name each other: a row that points at a post opens nothing by itself."""
    return card.user_id == media.user_id and any(
        each.media_id == media.media_id for each in card.media
    )
