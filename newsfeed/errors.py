from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Forbidden, Invalid, NotFound


class PostNotFound(NotFound):
    """Also for a post that this viewer may not know of."""

    code = "post_not_found"
    message = _("There is no such post. It may have been deleted.")


class CommentNotFound(NotFound):
    code = "comment_not_found"
    message = _("There is no such comment. It may have been deleted.")


class CommentsLocked(Forbidden):
    """By the post's author, or with a post that was deleted."""

    code = "comments_locked"
    message = _("The comments on this post are closed: you can read them, and no more.")


class UnknownReaction(Invalid):
    code = "unknown_reaction"
    message = _("Choose one of the reactions below the post.")


class AuthorNotFound(NotFound):
    code = "author_not_found"
    message = _("There is no such person.")


class MediaNotFound(NotFound):
    """Also for what this viewer may not open: nobody learns that there is something."""

    code = "media_not_found"
    message = _("There is no such file. It may have been deleted.")


class MediaInUse(Conflict):
    """A post holds it: it goes with the post, or when the post is edited."""

    code = "media_in_use"
    message = _("A post shows this file. Remove it there.")


class PostLocked(Forbidden):
    """The viewer sees the teaser only."""

    code = "post_locked"
    message = _("Unlock this post first.")


class OwnAccount(Invalid):
    code = "own_account"
    message = _("You cannot follow yourself.")


class NotYourself(OwnAccount):
    message = _("You cannot block or mute yourself.")


class NotForSale(Invalid):
    """The viewer can read all of it already, or nobody can buy it."""

    code = "not_for_sale"
    message = _("There is nothing to unlock: you can read this post as it is.")


class AlreadyUnlocked(Conflict):
    """Nothing was charged this time."""

    code = "already_unlocked"
    message = _("You unlocked this post already. You were not charged again.")


class PriceChanged(Conflict):
    """Nothing was charged. `price` is what it costs now, in minor units of `currency`."""

    code = "price_changed"
    message = _("The price changed meanwhile, so nothing was charged. Look at the new price.")

    def __init__(self, *, price: int, currency: str) -> None:
        super().__init__()
        self.price = price
        self.currency = currency
        self.members = {"price": price, "currency": currency}


class OfferChanged(Conflict):
    """Nothing was charged. The price is the same, and the post is another than what was shown."""

    code = "offer_changed"
    message = _("The post was edited meanwhile, so nothing was charged. Look at it again first.")


class IdempotencyKeyReused(Conflict):
    code = "idempotency_key_reused"
    message = _("This idempotency key stands for something else. Use a new key for each new thing.")


class PostChanged(Conflict):
    """Nothing was saved: the post is not the version that was edited."""

    code = "post_changed"
    message = _("The post was changed meanwhile, so nothing was saved. Look at both versions.")


class PostIsSold(Conflict):
    """Somebody holds an unlock of it."""

    code = "post_is_sold"
    message = _("People unlocked this post and go on reading it, so it cannot be removed for good.")


class DraftNotFound(NotFound):
    code = "draft_not_found"
    message = _("There is no such draft. It may have been published or discarded.")


class DraftChanged(Conflict):
    """Nothing was saved: the draft is not the version that was edited."""

    code = "draft_changed"
    message = _("This draft was changed in another window, so nothing was saved.")


class DraftScheduled(Conflict):
    code = "draft_scheduled"
    message = _("This draft is scheduled. Take it back to your drafts before you change it.")


class TooManyDrafts(Conflict):
    code = "too_many_drafts"
    message = _("You have 50 drafts and scheduled posts. Publish or discard one first.")
