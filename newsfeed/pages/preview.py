"""What a post would look like, in the same words and by the same rules as publishing it."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from core import ids
from newsfeed import markdown, texts
from newsfeed.items import Card, Visibility, Written
from newsfeed.services.publishing import compose


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`free` and `locked` are HTML; `locked` is "" unless the post is paid."""

    card: Card
    free: SafeString
    locked: SafeString


def preview_of(author_sub: str, written: Written) -> Preview:
    """Raises Invalid and BillingNotConfigured, as publish_post() does."""
    post = compose(ids.new_id(), author_sub, written)
    everything = texts.whole(post.body)
    paid = post.card.visibility is Visibility.PAID
    free = texts.free_part(post.body) if paid else everything
    return Preview(
        card=post.card,
        free=markdown.render(free),
        locked=markdown.render(everything.removeprefix(free).strip()) if paid else SafeString(),
    )
