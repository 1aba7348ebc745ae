"""A post: META with the whole body, CARD with what a list may show, its author's timeline."""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from core import clock
from dynamo.expressions import at_most, attr, begins_with, between
from dynamo.table import Item, Key, Write
from newsfeed.items import (
    FEED_KEPT,
    Attachment,
    Card,
    CardMedia,
    Content,
    Counts,
    MediaKind,
    Pointer,
    Post,
    PostState,
    Visibility,
)
from newsfeed.repository import keys
from newsfeed.repository.reactions import to_counts
from newsfeed.repository.rows import expiry, is_live, position_after, stamped, table

CARD_LABEL = "card"

logger = logging.getLogger("newsfeed")


class PostRepository:
    def __init__(self) -> None:
        self.table = table()

    def adding(self, post: Post) -> list[Write]:
        card = post.card
        return [
            self.table.putting_new(meta_item(post), label="post"),
            self.table.putting_new(card_item(card), label=CARD_LABEL),
            self.table.putting_new(timeline_item(card), label="timeline"),
        ]

    def find_card(self, post_id: str, *, consistent: bool = True) -> Card | None:
        item = self.table.get(keys.card(post_id), consistent=consistent)
        return to_card(item) if item else None

    def find_cards(self, post_ids: Iterable[str], *, consistent: bool = False) -> dict[str, Card]:
        items = self.table.batch_get(map(keys.card, post_ids), consistent=consistent)
        return {card.post_id: card for card in map(to_card, items) if card}

    def find_with_counts(self, post_id: str) -> tuple[Card | None, Counts]:
        """The card, and how many comments and reactions there are. Consistent, one call."""
        key = keys.card(post_id)
        below = between(key["sk"], f"{keys.COUNTS}~")
        page = self.table.query(key["pk"], sort=below, consistent=True)
        card = next((to_card(item) for item in page.items if item["sk"] == key["sk"]), None)
        return card, to_counts([row for row in page.items if row["sk"].startswith(keys.COUNTS)])

    def find_content(self, post_id: str) -> Content | None:
        """The whole body and all that is attached, what is locked included: only for who has full
        access. Consistent, so never older than a card that was read before."""
        item = self.table.get(keys.meta(post_id), consistent=True)
        return to_content(item) if item else None

    def list_of(self, author_id: str, *, before: str, limit: int) -> tuple[list[Pointer], str]:
        """An author's newest posts below `before`, and what to go on below."""
        start = keys.authored(author_id, before) if before else None
        return self._pointers(keys.author(author_id), start, limit)

    def list_public(self, day: str, *, before: str, limit: int) -> tuple[list[Pointer], str]:
        start: Key | None = keys.published(before) if before else None
        if start and start["pk"] != keys.public(day):
            start = None
        return self._pointers(keys.public(day), start, limit)

    def checking(self, card: Card) -> Write:
        """Fails under CARD_LABEL unless the post is as it was shown: there, this price, this
        author, this version."""
        same = (
            attr("state").eq(str(PostState.PUBLISHED))
            & attr("user_id").eq(card.user_id)
            & attr("unlock_price").eq(card.unlock_price)
            & attr("currency").eq(card.currency)
            & attr("version").eq(card.version)
        )
        return self.table.checking(keys.card(card.post_id), same, label=CARD_LABEL)

    def checking_published(self, post_id: str) -> Write:
        published = attr("state").eq(str(PostState.PUBLISHED))
        return self.table.checking(keys.card(post_id), published, label=CARD_LABEL)

    def checking_unused(self, post_id: str) -> Write:
        """Fails under CARD_LABEL when a post has this id."""
        return self.table.checking(keys.card(post_id), self.table.missing(), label=CARD_LABEL)

    def checking_open(self, post_id: str) -> Write:
        """Fails under CARD_LABEL unless the post is there and its comments are not locked."""
        free = attr("comments_locked").missing() | attr("comments_locked").eq(False)
        published = attr("state").eq(str(PostState.PUBLISHED))
        return self.table.checking(keys.card(post_id), published & free, label=CARD_LABEL)

    def list_public_days(self, upto: str, *, limit: int) -> tuple[list[str], bool]:
        """The days up to this one that have public posts, newest first; whether there are more."""
        key = keys.public_days(upto)
        page = self.table.query(key["pk"], sort=at_most(key["sk"]), limit=limit, newest_first=True)
        days = [keys.id_at(item["sk"]) for item in page.items if is_live(item)]
        return days, bool(position_after(page))

    def publicise(self, card: Card) -> None:
        """Into explore, its day too. Idempotent: the same rows each time."""
        day = keys.public_day(card.post_id)
        row = stamped(keys.published(card.post_id), user_id=card.user_id, made=card.post_id)
        start = keys.start_of(day)
        listed = stamped(keys.public_days(day), user_id="", made=start)
        del listed["user_id"]  # it is nobody's
        until = clock.epoch(start + FEED_KEPT + timedelta(days=1))
        self.table.batch_write(
            puts=[{**row, "ttl": expiry(card.post_id, FEED_KEPT)}, {**listed, "ttl": until}]
        )

    def _pointers(self, partition: str, start: Key | None, limit: int) -> tuple[list[Pointer], str]:
        page = self.table.query(
            partition, sort=begins_with(keys.POSTS), limit=limit, newest_first=True, start=start
        )
        found = [
            Pointer(post_id=keys.id_at(item["sk"]), author_id=item["user_id"])
            for item in page.items
            if is_live(item)
        ]
        return found, position_after(page)


def meta_item(post: Post) -> Item:
    card = post.card
    item = stamped(keys.meta(card.post_id), user_id=card.user_id, made=card.post_id)
    return item | {
        "body": post.body,
        "attachments": [attached(each) for each in post.attachments],
        "visibility": str(card.visibility),
        "unlock_price": card.unlock_price,
        "version": card.version,
        "updated_at": clock.text(card.updated_at),
    }


def timeline_item(card: Card) -> Item:
    """`p` marks what nobody but its author hears of."""
    key = keys.authored(card.user_id, card.post_id)
    item = stamped(key, user_id=card.user_id, made=card.post_id)
    return item | ({"p": 1} if card.visibility is Visibility.PRIVATE else {})


def card_item(card: Card) -> Item:
    item = stamped(keys.card(card.post_id), user_id=card.user_id, made=card.post_id)
    optional = {
        "warning": card.warning,
        "locked_words": card.locked_words,
        "media": [_shown(each) for each in card.media],
        "comments_locked": card.comments_locked,
        "edited_at": clock.text(card.edited_at) if card.edited_at else "",
        "deleted_at": clock.text(card.deleted_at) if card.deleted_at else "",
    }
    item |= {name: value for name, value in optional.items() if value}
    return item | {
        "state": str(card.state),
        "visibility": str(card.visibility),
        "text": card.text,
        "has_more": card.has_more,
        "unlock_price": card.unlock_price,
        "currency": card.currency,
        "version": card.version,
        "words": card.words,
        "updated_at": clock.text(card.updated_at),
    }


def attached(each: Attachment) -> Item:
    return {**asdict(each), "kind": str(each.kind)}


def _shown(each: CardMedia) -> Item:
    return {**asdict(each), "kind": str(each.kind)}


def to_attachments(item: Item) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(**{**each, "kind": MediaKind(each["kind"])}) for each in item["attachments"]
    )


def to_content(item: Item) -> Content:
    return Content(
        body=item["body"], attachments=to_attachments(item), version=item.get("version", 1)
    )


def _card_media(item: Item) -> tuple[CardMedia, ...]:
    found = item.get("media", [])
    return tuple(CardMedia(**{**each, "kind": MediaKind(each["kind"])}) for each in found)


def _moment(item: Item, name: str) -> datetime | None:
    return clock.parse(item[name]) if item.get(name) else None


def to_card(item: Item) -> Card | None:
    """None for a card that this code does not understand: what is not known is not shown."""
    try:
        return Card(
            post_id=item["pk"].removeprefix(keys.POSTS),
            user_id=item["user_id"],
            state=PostState(item["state"]),
            visibility=Visibility(item["visibility"]),
            text=item.get("text", ""),
            has_more=item["has_more"],
            unlock_price=item["unlock_price"],
            currency=item["currency"],
            version=item["version"],
            updated_at=clock.parse(item["updated_at"]),
            warning=item.get("warning", ""),
            words=item.get("words", 0),
            locked_words=item.get("locked_words", 0),
            media=_card_media(item),
            comments_locked=item.get("comments_locked", False),
            edited_at=_moment(item, "edited_at"),
            deleted_at=_moment(item, "deleted_at"),
        )
    except (KeyError, TypeError, ValueError):
        logger.exception("unreadable card", extra={"post": item["pk"]})
        return None
