"""Buying the locked part of a post from the wallet."""

from django.conf import settings

from billing import services as billing
from billing.errors import AlreadyPurchased
from billing.items import Receipt
from core import ids
from core.actor import Actor
from core.errors import ApplicationError
from dynamo.errors import TransactionCancelled
from dynamo.gather import gather
from dynamo.table import Write
from newsfeed.errors import (
    AlreadyUnlocked,
    NotForSale,
    OfferChanged,
    PostNotFound,
    PriceChanged,
)
from newsfeed.gate import access_of
from newsfeed.items import (
    Access,
    Card,
    Notification,
    NotificationKind,
    Unlock,
    Viewer,
    Visibility,
)
from newsfeed.repository import (
    BLOCK_LABEL,
    CARD_LABEL,
    UNLOCK_LABEL,
    MarkRepository,
    NotificationRepository,
    PeopleRepository,
    PostRepository,
    SalesRepository,
)
from newsfeed.services.reading import relations_of
from users import services as users

SELLER_LABEL = "seller"  # there for others: neither disabled nor being erased

_marks = MarkRepository()
_notifications = NotificationRepository()
_people = PeopleRepository()
_posts = PostRepository()
_sales = SalesRepository()


def unlock_post(*, buyer_sub: str, post_id: str, price: int, version: int, actor: Actor) -> Receipt:
    """Pay exactly the `price` that was shown, for the `version` that was shown, once, and read
    the post for good.

    Wallet, unlock, count of sales and the author's notification change in one transaction, which
    also checks that the post is still what was shown. Raises PostNotFound, NotForSale,
    AlreadyUnlocked, PriceChanged, OfferChanged, and what billing.buy() raises; nothing was
    charged then.
    """
    billing.require_configured()
    if not ids.is_id(post_id):
        raise PostNotFound
    (card, unlocked), wallet = gather(
        lambda: _marks.look(post_id, buyer_sub, consistent=True),
        lambda: billing.get_wallet(buyer_sub),
    )
    try:
        card = _for_sale(card, Viewer(user_sub=buyer_sub, unlocked=unlocked))
        _check_shown(card, price, version)
        return billing.buy(
            buyer_sub=buyer_sub,
            seller_sub=card.user_id,
            price=card.unlock_price,
            reference=f"post:{post_id}",
            joined=_joined(card, buyer_sub),
            actor=actor,
            wallet=wallet,
        )
    except ApplicationError as error:  # whatever it says, it would say that there is a post
        if card and not _sells_to(card.user_id, buyer_sub):
            raise PostNotFound from None
        if isinstance(error, AlreadyPurchased):
            raise AlreadyUnlocked from error
        raise
    except TransactionCancelled as error:
        if error.failed(SELLER_LABEL) or error.failed(BLOCK_LABEL):
            raise PostNotFound from error
        if error.failed(UNLOCK_LABEL):
            raise AlreadyUnlocked from error
        if error.failed(CARD_LABEL):
            _say_what_changed(post_id, price, version)
        raise


def _for_sale(card: Card | None, viewer: Viewer) -> Card:
    access = access_of(card, viewer)
    if card is None or access is Access.NONE:
        raise PostNotFound
    if viewer.unlocked:
        raise AlreadyUnlocked
    if access is Access.FULL or card.visibility is not Visibility.PAID:
        raise NotForSale
    if card.currency != settings.BILLING_CURRENCY:  # the site's was changed: 500 is another price
        raise NotForSale
    return card


def _sells_to(author_sub: str, buyer_sub: str) -> bool:
    """Whether the author is there for this person: neither blocked, disabled nor being erased."""
    relations, author = gather(
        lambda: relations_of(buyer_sub, consistent=True), lambda: users.find_profile(author_sub)
    )
    return author is not None and author_sub not in relations.blocked


def _check_shown(card: Card, price: int, version: int) -> None:
    if price != card.unlock_price:
        raise PriceChanged(price=card.unlock_price, currency=card.currency)
    if version != card.version:
        raise OfferChanged


def _joined(card: Card, buyer_sub: str) -> list[Write]:
    made, earned = ids.new_id(), billing.share_of(card.unlock_price)
    unlock = Unlock(
        user_id=buyer_sub,
        post_id=card.post_id,
        author_id=card.user_id,
        price=card.unlock_price,
        currency=card.currency,
    )
    notification = Notification(
        notification_id=made,
        user_id=card.user_id,
        kind=NotificationKind.UNLOCKED,
        actor_id=buyer_sub,
        post_id=card.post_id,
        amount=earned,
        currency=card.currency,
    )
    return [
        _marks.unlocking(unlock, made=made),
        _sales.selling(card, buyer_sub, earned=earned),
        _posts.checking(card),
        users.check_shown_write(card.user_id, label=SELLER_LABEL),
        *_people.checking_unblocked(buyer_sub, card.user_id),
        _notifications.adding(notification),
    ]


def _say_what_changed(post_id: str, price: int, version: int) -> None:
    """Also when it was changed back since: what was shown has to be looked at again."""
    card = _posts.find_card(post_id)
    if card is None or not card.is_published:
        raise PostNotFound
    _check_shown(card, price, version)
    raise OfferChanged
