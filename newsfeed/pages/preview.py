"""What a post would look like, in the same words and by the same rules as publishing it."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from core import ids
from newsfeed import markdown, texts
from newsfeed.items import Attachment, Card, MediaKind, Visibility, Written
from newsfeed.services import media
from newsfeed.services.publishing import compose


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`free` and `to_buy` are HTML; `to_buy` is "" unless the post is paid. `waiting`: pictures
    that cannot be shown yet."""

    card: Card
    free: SafeString
    to_buy: SafeString
    attachments: tuple[Attachment, ...] = ()
    waiting: int = 0

    @property
    def pictures(self) -> list[Attachment]:
        return [each for each in self.attachments if each.kind is MediaKind.PICTURE]

    @property
    def files(self) -> list[Attachment]:
        return [each for each in self.attachments if each.kind is MediaKind.FILE]


def preview_of(author_sub: str, written: Written) -> Preview:
    """Raises Invalid and BillingNotConfigured, as publish_post() does; files are not checked."""
    attachments, waiting = media.previewed(user_sub=author_sub, media_ids=written.media_ids)
    post = compose(ids.new_id(), author_sub, written, attachments)
    everything = texts.whole(post.body)
    paid = post.card.visibility is Visibility.PAID
    free = texts.free_part(post.body) if paid else everything
    return Preview(
        card=post.card,
        free=markdown.render(free),
        to_buy=markdown.render(everything.removeprefix(free).strip()) if paid else SafeString(),
        attachments=attachments,
        waiting=waiting,
    )
