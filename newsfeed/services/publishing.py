"""Publishing a post."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from billing import services as billing
from core import ids, ratelimit
from core.actor import Actor
from core.errors import Invalid
from core.money import format_money
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from jobs import services as jobs
from jobs.items import Lane
from jobs.kinds import JobKind
from newsfeed import limits
from newsfeed.items import (
    PRICE_MAX,
    PRICE_MIN,
    Access,
    Attachment,
    Card,
    CardMedia,
    Post,
    PostState,
    PostView,
    Visibility,
    Written,
    moment_of,
)
from newsfeed.repository import KEY_LABEL, DraftRepository, PostRepository
from newsfeed.services import media
from newsfeed.services.reading import read_post
from newsfeed.services.remembering import RememberedKey
from newsfeed.texts import clean_body, clean_warning, count_words, excerpt, free_part, whole
from users import services as users

_drafts = DraftRepository()
_posts = PostRepository()


def publish_post(
    *,
    author_sub: str,
    written: Written,
    actor: Actor,
    idempotency_key: str = "",
    draft_id: str = "",
) -> PostView:
    """A post with its place in the author's timeline and the job that tells the followers.

    A repeat with the same `idempotency_key` within a day gives the post that is there. `draft_id`
    is the draft that it is made of, which may hold its files, and stays; a draft that is not there
    holds none. Raises Invalid (`body`, `warning`, `unlock_price`, `media_ids`),
    BillingNotConfigured for a paid post on a site without billing, IdempotencyKeyReused,
    RateLimited.
    """
    post_id = ids.new_id()
    held_by = _holder(author_sub, written, draft_id)

    def key_for(post: Post) -> RememberedKey:
        return RememberedKey("post", author_sub, idempotency_key, asked=_asked(post, written))

    try:
        post, writes = prepared(post_id, author_sub, written, held_by=held_by)
    except Invalid:  # the earlier post holds the files by now
        earlier = key_for(compose(post_id, author_sub, written)).find() if idempotency_key else None
        if earlier is None:
            raise
        return read_post(viewer_sub=author_sub, post_id=earlier["post_id"])
    ratelimit.hit(limits.POSTS, author_sub)
    key = key_for(post)
    try:
        transact([*writes, *key.writes(post_id, post_id=post_id)])
    except TransactionCancelled as error:
        if not error.failed(KEY_LABEL):
            media.say_what_failed(error)
            raise
        earlier = key.checked(error.item(KEY_LABEL))
        return read_post(viewer_sub=author_sub, post_id=earlier["post_id"])
    return own_view(post)


def prepared(
    post_id: str, author_sub: str, written: Written, *, held_by: str = ""
) -> tuple[Post, list[Write]]:
    """A post that is not written yet, and all that writes it. `held_by` names the draft that
    holds its files. Raises what publish_post() does of what is typed."""
    attachments = media.attachments_for(author_sub, written.media_ids, held_by=held_by)
    post = compose(post_id, author_sub, written, attachments)
    writes = _posts.adding(post)
    writes += media.attaching_writes(post_id, written.media_ids, held_by=held_by)
    if written.media_ids and ids.is_id(held_by):
        writes.append(media.of_draft_write(held_by))
    if written.visibility is not Visibility.PRIVATE:
        writes.append(fan_out_write(post.card))
    return post, writes


def compose(
    post_id: str, author_sub: str, written: Written, attachments: Sequence[Attachment] = ()
) -> Post:
    """A post that is not written yet. Raises Invalid, BillingNotConfigured."""
    paid = written.visibility is Visibility.PAID
    if paid:
        billing.require_configured()
    _check_price(written.unlock_price, paid=paid)
    body = clean_body(written.body, paid=paid)
    everything = whole(body)
    text, has_more = (free_part(body), True) if paid else excerpt(everything)
    words = count_words(text if paid else everything)
    card = Card(
        post_id=post_id,
        user_id=author_sub,
        state=PostState.PUBLISHED,
        visibility=written.visibility,
        text=text,
        has_more=has_more,
        unlock_price=written.unlock_price,
        currency=settings.BILLING_CURRENCY if paid else "",
        version=1,
        updated_at=moment_of(post_id),
        warning=clean_warning(written.warning),
        words=words,
        locked_words=count_words(everything) - words if paid else 0,
        media=tuple(_on_card(each, locked=paid) for each in attachments),
    )
    return Post(card=card, body=body, attachments=tuple(attachments))


def _on_card(each: Attachment, *, locked: bool) -> CardMedia:
    return CardMedia(
        media_id=each.media_id,
        kind=each.kind,
        width=each.width,
        height=each.height,
        alt="" if locked else each.alt,
        name="" if locked else each.name,
    )


def _check_price(price: int, *, paid: bool) -> None:
    if not paid and price:
        text = _("Only a paid post has a price.")
    elif paid and not PRICE_MIN <= price <= PRICE_MAX:
        text = _("Choose a price from %(low)s to %(high)s.") % {
            "low": format_money(PRICE_MIN, settings.BILLING_CURRENCY),
            "high": format_money(PRICE_MAX, settings.BILLING_CURRENCY),
        }
    else:
        return
    raise Invalid(errors={"unlock_price": [text]})


def fan_out_write(card: Card) -> Write:
    ids_of_job = {"post_id": card.post_id, "user_sub": card.user_id}
    return jobs.enqueue_write(JobKind.FAN_OUT, ids=ids_of_job, lane=Lane.BULK)


def _holder(author_sub: str, written: Written, draft_id: str) -> str:
    """A draft only: under the id of a post, that post would lose its files."""
    if not (written.media_ids and ids.is_id(draft_id)):
        return ""
    return draft_id if _drafts.find(author_sub, draft_id) else ""


def _asked(post: Post, written: Written) -> str:
    card = post.card
    files = " ".join(written.media_ids)
    return f"{card.visibility}\n{card.unlock_price}\n{card.warning}\n{files}\n{post.body}"


def own_view(post: Post, comment_count: int | None = 0) -> PostView:
    return PostView(
        card=post.card,
        access=Access.FULL,
        author=users.get_profile(post.card.user_id),
        text=whole(post.body),
        has_more=False,
        own=True,
        comment_count=comment_count,
        reactions={},
        attachments=post.attachments,
    )
